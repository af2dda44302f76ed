"""Carrying a place over to the day that stands for a lost one: held for the person, with all that was said of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking.changes import Standing
from desk.booking.offering import offer_place
from desk.clients.queries import sealer
from desk.errors import AlreadyBooked, SlotTaken
from desk.privacy import Vault
from desk.tables.calendar import booking
from desk.tables.intake import intake

_CARRIED = ("visitor_id", "called_index", "about", "subject_knows", "source", "reminders", "number")
_SEALED = {"called_name": "visitor_id", "who_comes": "writer_id"}


def carry_over(
    db: Connection,
    vault: Vault,
    lost: Standing,
    *,
    slots: Mapping[str, str],
    until: datetime,
    by: str,
    now: datetime,
) -> str | None:
    """Holds the same time of the new day for whoever lost this one; the id of the held place.

    Name, number and answers go along, so that nobody is asked twice. None for somebody who was only choosing a
    time, or who has another booking.
    """
    if lost.state == "held":
        return None
    try:
        offer_id = offer_place(
            db,
            client_id=lost.writer_id,
            slot_id=slots[lost.slot_id],
            offered_for="moved",
            until=until,
            by=by,
            now=now,
        )
    except (AlreadyBooked, SlotTaken):
        return None
    _hand_on(db, vault, lost.id, offer_id)
    return offer_id


def _hand_on(db: Connection, vault: Vault, from_id: str, to_id: str) -> None:
    old = db.execute(sa.select(booking).where(booking.c.id == from_id)).one()._asdict()
    # The number goes from one to the other: two bookings with one number are refused.
    db.execute(booking.update().where(booking.c.id == from_id).values(number=None))
    carried = {name: old[name] for name in _CARRIED}
    carried |= {name: _resealed(db, vault, old, name, to_id) for name in _SEALED}
    db.execute(booking.update().where(booking.c.id == to_id).values(carried))
    db.execute(intake.update().where(intake.c.booking_id == from_id).values(booking_id=to_id))


def _resealed(db: Connection, vault: Vault, old: Mapping[str, Any], name: str, to_id: str) -> bytes | None:
    """What was sealed for one row, sealed for the other: it opens nowhere but in its own place."""
    if old[name] is None:
        return None
    seal = sealer(db, vault, old[_SEALED[name]])
    return seal.seal_text(seal.open_text(old[name], f"booking.{name}:{old['id']}"), f"booking.{name}:{to_id}")
