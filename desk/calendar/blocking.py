"""Keeping a slot empty. The database decides that nobody is booked there: `fk_booking_open_slot` refuses both ways."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.database import savepoint
from desk.errors import SlotTaken
from desk.tables.calendar import IS_LIVE, booking, slot


@dataclass(frozen=True)
class PlaceRow:
    """A time at a table as staff see it: `state` is that of the live booking there, None where nobody is."""

    id: str
    table_no: int
    starts_at: datetime
    ends_at: datetime
    blocked: bool
    why: str
    reserved: bool
    booking_id: str | None
    state: str | None


def places_of_session(db: Connection, session_id: str) -> tuple[PlaceRow, ...]:
    """All slots of a session in order of time, each with what stands there."""
    there = slot.outerjoin(booking, sa.and_(booking.c.slot_id == slot.c.id, IS_LIVE))
    query = (
        sa.select(
            slot.c.id,
            slot.c.table_no,
            slot.c.starts_at,
            slot.c.ends_at,
            (slot.c.status == "blocked").label("blocked"),
            slot.c.blocked_why,
            slot.c.reserved,
            booking.c.id,
            booking.c.state,
        )
        .select_from(there)
        .where(slot.c.session_id == session_id)
        .order_by(slot.c.starts_at, slot.c.table_no)
    )
    return tuple(PlaceRow(*row) for row in db.execute(query))


def block_slot(db: Connection, *, slot_id: str, reason: str) -> None:
    """Nobody can be booked there any more; `reason` is about the room, never about a person.

    Raises SlotTaken where somebody is booked, or holds it: end holds that ran out first.
    """
    blocked = slot.update().where(slot.c.id == slot_id).values(status="blocked", blocked_why=reason)
    try:
        with savepoint(db):
            db.execute(blocked)
    except IntegrityError as fault:
        raise SlotTaken("somebody is booked there") from fault


def unblock_slot(db: Connection, *, slot_id: str) -> None:
    """The slot can be booked again; nothing happens where it was not blocked."""
    db.execute(slot.update().where(slot.c.id == slot_id).values(status="open", blocked_why=""))
