"""What somebody answers to an offered place: accepted or declined in the chat."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import changes, making, moving, places, waiting, waiting_list
from desk.booking.changes import CLIENT, Standing
from desk.booking.constraints import attempt
from desk.booking.queries import BookingRow
from desk.calendar.queries import SlotRow
from desk.clients.queries import address_of, phone_of
from desk.database import savepoint
from desk.errors import HoldGone, NoSuchBooking, SessionClosed, SlotTaken
from desk.privacy import Vault
from desk.tables.calendar import booking, slot


def accept_place(
    db: Connection, vault: Vault, *, booking_id: str, client_id: str, called_name: str = "", now: datetime
) -> BookingRow:
    """Turns an offered place into a booking; a second yes changes nothing.

    One that ran out is taken up again while the time is still free. Where it would replace a booking, that one
    moves here in the same instant and keeps its number. Raises HoldGone where the place is gone, NoSuchBooking
    where it was declined or is somebody else's, SessionClosed where the visit would have begun or the session
    takes no more bookings, AlreadyBooked where one that ran out is taken up beside another booking.
    """
    was = _own(db, booking_id, client_id)
    if was.state == "confirmed":
        return making.row_of(db, vault, was.id)
    replaced, offered_for = db.execute(
        sa.select(booking.c.replaces_id, booking.c.offered_for).where(booking.c.id == was.id)
    ).one()
    if was.state == "merged" and replaced is not None:
        return making.row_of(db, vault, replaced)
    if was.state not in {"offered", "expired"}:
        raise NoSuchBooking(f"the offered place is {was.state}")
    if was.starts_at <= now:
        raise SessionClosed("the visit would have begun")
    try:
        if replaced is not None and changes.standing(db, replaced).state == "confirmed":
            row = _move_here(db, vault, was, replaced, now)
            waiting_list.serve(db, client_id=client_id, booking_id=was.id, now=now)
            return row
        _count(db, was)
        moving.confirm_place(db, was, _place(db, was, now), now)
    except SlotTaken as fault:
        raise HoldGone("the time went to somebody else") from fault
    if offered_for != "moved":  # who comes was handed on from the day that was moved
        making.introduce(db, vault, was, called_name, "self", None, now)
    changes.withdraw_news(db, was.id, now=now)
    _remind_without_line(db, vault, was)
    making.tell_of_booking(db, was.id, was.state, CLIENT, now)
    waiting_list.serve(db, client_id=client_id, booking_id=was.id, now=now)
    return making.row_of(db, vault, was.id)


def decline_place(db: Connection, *, booking_id: str, client_id: str, now: datetime) -> None:
    """The person does not want it: it is free at once. Nothing happens where it is over already."""
    was = _own(db, booking_id, client_id)
    if was.state == "offered":
        waiting.release(db, [was], "declined", by=CLIENT, now=now)


def name_visitor(
    db: Connection, vault: Vault, *, booking_id: str, client_id: str, called_name: str, now: datetime
) -> BookingRow:
    """How the person wants to be called on the day of a place they have accepted."""
    making.introduce(db, vault, _own(db, booking_id, client_id), called_name, "self", None, now)
    return making.row_of(db, vault, booking_id)


def let_go(db: Connection, *, client_id: str, now: datetime) -> None:
    """Nothing is held for this person any more, such as when they are erased."""
    offered = sa.and_(booking.c.writer_id == client_id, booking.c.state == "offered")
    for booking_id in db.execute(sa.select(booking.c.id).where(offered)).scalars().all():
        decline_place(db, booking_id=booking_id, client_id=client_id, now=now)


def _count(db: Connection, was: Standing) -> None:
    """From now on it is the person's one live booking, also where the one it would have replaced is gone."""
    theirs = booking.update().where(booking.c.id == was.id, booking.c.quota_key.is_(None))
    attempt(db, theirs.values(quota_key=was.writer_id))


def _remind_without_line(db: Connection, vault: Vault, was: Standing) -> None:
    """Whom LINE does not know is telephoned before the visit, where there is a number."""
    if address_of(db, vault, was.writer_id) is None:
        choice = "telephone" if phone_of(db, vault, was.writer_id) else "none"
        db.execute(booking.update().where(booking.c.id == was.id).values(reminders=choice))


def _place(db: Connection, was: Standing, now: datetime) -> SlotRow:
    """Where it is; one that ran out is like any free time again, unless it was made for this person."""
    made_for_them = db.execute(sa.select(slot.c.reserved).where(slot.c.id == was.slot_id)).scalar_one()
    if was.state == "offered" or made_for_them:
        return places.place_for_staff(db, was.slot_id, now)
    return places.place_for_client(db, was.slot_id, now)


def _own(db: Connection, booking_id: str, client_id: str) -> Standing:
    was = changes.standing(db, booking_id)
    if was.writer_id != client_id:
        raise NoSuchBooking("the place was offered to somebody else")
    return was


def _move_here(db: Connection, vault: Vault, was: Standing, replaced: str, now: datetime) -> BookingRow:
    """The offered place is let go and taken by the booking it would replace, or neither."""
    place = _place(db, was, now)
    with savepoint(db):
        if was.state == "offered":
            changes.end(db, was, "merged", by=CLIENT, now=now)
        return moving.move_to(db, vault, making.confirmed(db, replaced, CLIENT, now), place, CLIENT, now)
