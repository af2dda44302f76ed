"""Putting a booking on a place: from hold or offered place to booking, and from one time to another."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from desk.booking import apart, changes, making, places, waiting
from desk.booking.changes import Standing
from desk.booking.queries import BookingRow
from desk.calendar.queries import SlotRow
from desk.privacy import Vault
from desk.tables.calendar import booking


def confirm_place(db: Connection, was: Standing, place: SlotRow, now: datetime) -> None:
    """From hold or offered place to booking, with a number unless it has one; for one that ran out any table of its
    time will do.

    Raises SlotTaken, SessionClosed, AlreadyBooked.
    """
    is_live = was.state in {"held", "offered"}
    wanted = [was.slot_id] if is_live else places.same_time(db, place)
    places.clear_way(db, wanted, leaving=None, now=now)
    update = booking.update().where(booking.c.id == was.id)
    update = update.values(state="confirmed", guard="open", expires_at=None, ended_at=None, confirmed_at=now)
    if was.number is not None:  # handed on from the day that was moved
        places.take_first(db, wanted, lambda to: update.values(slot_id=to))
        return
    places.with_number(
        lambda number: places.take_first(db, wanted, lambda to: update.values(slot_id=to, number=number))
    )


def move_to(
    db: Connection, vault: Vault, was: Standing, place: SlotRow, by: str, now: datetime, reason: str = ""
) -> BookingRow:
    """Moves a confirmed booking to a place its mover may use; nothing happens where it is there already.

    Raises SlotTaken, SessionClosed; the booking is then as it was.
    """
    wanted = places.same_time(db, place)
    if was.slot_id not in wanted:
        waited_for = waiting.get_ready(db, [was], taking=wanted)
        give_place(db, was, place, wanted, now, attends=None)
        is_now = changes.standing(db, was.id)
        step = (was.state, is_now.state, is_now.slot_id)
        changes.write_down(db, was.id, *step, by=by, reason=reason, now=now)
        making.replan(db, is_now, now)
        changes.tell_officers(db, "moved", is_now, now=now)
        if is_now.session_id != was.session_id:
            changes.tell_officers(db, "moved", was, now=now)
        apart.keep_apart(db, is_now, now=now)
        waiting.pass_on(db, waited_for, now=now)
    return making.row_of(db, vault, was.id)


def give_place(
    db: Connection, was: Standing, place: SlotRow, wanted: list[str], now: datetime, **values: Any
) -> str:
    """Puts a live booking on the first slot it can have; the old place is free in the same instant."""
    places.clear_way(db, wanted, leaving=was.slot_id, now=now)
    update = booking.update().where(booking.c.id == was.id)
    update = update.values(session_id=place.session_id, version=booking.c.version + 1, **values)
    return places.take_first(db, wanted, lambda to: update.values(slot_id=to))
