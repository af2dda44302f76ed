"""Taking a place: which tables of a time will do, in which order rows are locked, who decides."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import changes, rules
from desk.booking.constraints import NumberTaken, attempt
from desk.calendar.queries import SlotRow, desk_by_id, is_bookable, slot_by_id
from desk.errors import DeskError, SessionClosed, SlotTaken
from desk.tables.calendar import slot

_MOST_DRAWS = 40
_T = TypeVar("_T")


def place_for_client(db: Connection, slot_id: str, now: datetime) -> SlotRow:
    """The slot, if a client may still book it; raises SessionClosed."""
    place = _slot(db, slot_id)
    if place.starts_at <= now or not is_bookable(desk_by_id(db, place.desk_id), place.date, now):
        raise SessionClosed("the slot takes no bookings by clients any more, or not yet")
    return place


def place_for_staff(db: Connection, slot_id: str, now: datetime) -> SlotRow:
    """The slot, if staff may still give it to somebody: until it ends; raises SessionClosed."""
    place = _slot(db, slot_id)
    if place.ends_at <= now:
        raise SessionClosed("the slot is past")
    return place


def same_time(db: Connection, place: SlotRow) -> list[str]:
    """The slots of all tables at this time, the chosen one first; not blocked, nor made for somebody else's wish."""
    query = sa.select(slot.c.id).where(
        slot.c.session_id == place.session_id,
        slot.c.starts_at == place.starts_at,
        slot.c.status == "open",
        sa.or_(~slot.c.reserved, slot.c.id == place.id),
    )
    chosen_first = sa.case((slot.c.id == place.id, 0), else_=1)
    return list(db.execute(query.order_by(chosen_first, slot.c.table_no)).scalars())


def clear_way(db: Connection, slot_ids: Sequence[str], *, leaving: str | None, now: datetime) -> None:
    """Locks the slots wanted and the one left behind, and ends holds on them that ran out.

    Whether a place is free is not decided here but by the constraint, when the row is written.
    """
    lock(db, slot_ids if leaving is None else [*slot_ids, leaving])
    expire(db, changes.run_out(db, now, slot_ids), now=now)


def lock(db: Connection, slot_ids: Iterable[str]) -> None:
    """Keeps these slots until the transaction ends, in order of id.

    The fixed order keeps two people who change places crosswise from waiting for each other forever.
    """
    locking = sa.select(slot.c.id).where(slot.c.id.in_(set(slot_ids))).order_by(slot.c.id)
    db.execute(locking.with_for_update(key_share=True)).all()


def expire(db: Connection, run_out: Iterable[changes.Standing], *, now: datetime) -> int:
    """Ends holds that ran out; says how many."""
    return sum(changes.end(db, was, "expired", by=changes.SYSTEM, now=now) for was in run_out)


def take_first(db: Connection, slot_ids: Sequence[str], write: Callable[[str], sa.Executable]) -> str:
    """Writes the row on one slot after the other until the constraints allow it; returns that slot's id.

    Raises SlotTaken where all are taken.
    """
    for slot_id in slot_ids:
        try:
            attempt(db, write(slot_id))
        except SlotTaken:
            continue
        return slot_id
    raise SlotTaken("all tables are taken at that time")


def with_number(write: Callable[[str], _T]) -> _T:
    """Does a write with a booking number drawn at random, again with another one while it is taken."""
    for draw in range(_MOST_DRAWS):
        smallest, largest = rules.number_range(draw)
        try:
            return write(str(smallest + secrets.randbelow(largest - smallest + 1)))
        except NumberTaken:
            continue
    raise DeskError("no free booking number was found")


def _slot(db: Connection, slot_id: str) -> SlotRow:
    place = slot_by_id(db, slot_id)
    if place is None:
        raise SessionClosed("there is no such slot")
    return place
