"""Letting a person know of a place that is held for them; it is worded in the bot (`bot/flows/offered.py`)."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from desk.booking import changes, making, rules
from desk.booking.queries import BookingRow
from desk.clients.queries import address_of
from desk.clock import local
from desk.messaging.service import say
from desk.privacy import Vault


def tell_of_offer(db: Connection, vault: Vault, *, booking_id: str, now: datetime) -> bool:
    """Pushes an offered place once, at a decent time and never after its deadline.

    False where LINE does not reach the person, or not in time: somebody has to telephone.
    """
    row = making.row_of(db, vault, booking_id)
    address = address_of(db, vault, row.writer_id)
    due_at = rules.decent_time(now)
    if address is None or address.blocked or row.expires_at is None or row.expires_at <= due_at:
        return False
    say(
        db,
        vault,
        client_id=row.writer_id,
        says=[{"kind": "place_offered", "facts": offer_facts(row)}],
        must_arrive=True,
        dedupe_key=changes.news_key(row.id),
        due_at=due_at,
        not_after=row.expires_at,
        now=now,
    )
    return True


def offer_facts(row: BookingRow) -> dict[str, Any]:
    """What the words of an offered place need; where it is stands behind a button, not on a lock screen."""
    return {
        "ref": row.id,
        "offered_for": row.offered_for,
        "starts": _wall(row.starts_at),
        "ends": _wall(row.ends_at),
        "until": _wall(row.expires_at or row.starts_at),
        "way": row.way,
        "replaces": row.replaces_id is not None,
    }


def _wall(moment: datetime) -> str:
    """An instant as facts carry it: Japan's wall clock, in ISO form."""
    return local(moment).replace(tzinfo=None).isoformat(timespec="minutes")
