"""Telling the people of a day what became of it; the words stand in `bot/flows/closures.py`."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from desk.booking.changes import Standing
from desk.booking.rules import decent_time
from desk.clients.queries import address_of
from desk.clock import local
from desk.closures import rules
from desk.messaging.service import say
from desk.privacy import Vault


def tell_person(
    db: Connection, vault: Vault, of: Standing, *, kind: str, facts: dict[str, Any], now: datetime
) -> int | None:
    """Queues the message for whoever had this place, not for the night; None: somebody has to telephone."""
    address = address_of(db, vault, of.writer_id)
    blocked = address is not None and address.blocked
    if not rules.goes_by_line(has_address=address is not None, blocked=blocked, reminders=of.reminders):
        return None
    return say(
        db,
        vault,
        client_id=of.writer_id,
        says=[{"kind": kind, "facts": facts}],
        must_arrive=True,
        dedupe_key=f"{kind}:{of.id}:{now.timestamp()}",
        due_at=decent_time(now),
        now=now,
    )


def wall_time(moment: datetime) -> str:
    """An instant as facts carry it: Japan's wall clock, in ISO form."""
    return local(moment).replace(tzinfo=None).isoformat(timespec="minutes")
