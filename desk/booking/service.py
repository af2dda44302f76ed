"""Holding, booking, moving, cancelling. The constraints decide who gets a place.

Every change is written down; what the officers must know is told to them. Nothing here opens a transaction,
and a refusal leaves the transaction usable: the caller may go on and offer other times.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import changes, making, moving, places, rules, waiting, waiting_list
from desk.booking.changes import CLIENT, SYSTEM, Standing
from desk.booking.queries import BookingRow
from desk.calendar.queries import SlotRow, desk_by_id
from desk.database import savepoint
from desk.errors import AlreadyBooked, HoldGone, NoSuchBooking, SlotTaken
from desk.notices.service import announce_news
from desk.privacy import Vault
from desk.tables.calendar import IS_LIVE, booking

# Made once, since it runs with every answer. IS_LIVE adds nothing but the index.
_EXTEND_HOLD = (
    booking.update()
    .where(booking.c.quota_key == sa.bindparam("client"), IS_LIVE, booking.c.state == "held")
    .values(expires_at=sa.bindparam("until"))
)


def hold(db: Connection, *, client_id: str, slot_id: str, now: datetime) -> str:
    """Keeps a time for a person for ten minutes; returns the booking's id. A hold they have already is moved.

    Where the slot's own table is taken another table of the same time does as well.
    Raises SlotTaken, AlreadyBooked, SessionClosed; an earlier hold of theirs then stays as it is.
    """
    place = places.place_for_client(db, slot_id, now)
    waiting.clear_for_the_line(db, place, now=now)
    own = changes.live_of(db, client_id)
    if own is None:
        try:
            with savepoint(db):  # a refusal lets go of the slots too: a booking is always locked before them
                return _hold_new(db, client_id, place, now)
        except AlreadyBooked:  # another press of the same person was quicker: theirs is moved
            own = changes.live_of(db, client_id)
    if own is None or own.state != "held":
        raise AlreadyBooked("the person has a live booking")
    _move_hold(db, own, place, now)
    return own.id


def extend_hold(db: Connection, *, client_id: str, now: datetime) -> None:
    """The person has answered: ten minutes from now. Nothing happens without a hold."""
    db.execute(_EXTEND_HOLD, {"client": client_id, "until": now + rules.HOLD})


def drop_hold(db: Connection, *, client_id: str, now: datetime) -> None:
    """The person stops: the place is free at once. Nothing happens without a hold."""
    own = changes.live_of(db, client_id)
    if own is not None and own.state == "held":
        waiting.release(db, [own], "declined", by=CLIENT, now=now)


def confirm(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    called_name: str,
    about: str,
    subject_knows: str | None,
    now: datetime,
) -> BookingRow:
    """Turns the person's hold into a booking with its number; a second yes changes nothing.

    A hold that ran out is taken up again without a word while the time is still free. `about` is self, family
    or other; for `other` the one who comes becomes a person of their own. Raises HoldGone where the time is
    gone or nothing was held, SessionClosed where the session takes no more bookings.
    """
    was = changes.live_of(db, client_id) or changes.latest_of(db, client_id)
    if was is None or was.state not in {"held", "expired", "confirmed"}:
        raise HoldGone("the person holds no time")
    if was.state != "confirmed":
        _confirm(db, was, now)
        making.introduce(db, vault, was, called_name, about, subject_knows, now)
        making.tell_of_booking(db, was.id, was.state, CLIENT, now)
        waiting_list.serve(db, client_id=client_id, now=now)
    return making.row_of(db, vault, was.id)


def move(
    db: Connection, vault: Vault, *, booking_id: str, slot_id: str, by: str, reason: str = "", now: datetime
) -> BookingRow:
    """Gives a booking another time; the old place is kept until the new one is certain, and the number stays.

    Raises SlotTaken, SessionClosed, NoSuchBooking; the booking is then as it was.
    """
    was = making.confirmed(db, booking_id, by, now)
    place = (
        places.place_for_client(db, slot_id, now)
        if by == CLIENT
        else places.place_for_staff(db, slot_id, now)
    )
    return moving.move_to(db, vault, was, place, by, now, reason)


def cancel(db: Connection, *, booking_id: str, by: str, reason: str = "", now: datetime) -> None:
    """Gives the place back: the client until the start, staff at any time.

    Raises NoSuchBooking where it is over already, SessionClosed for a client once the visit has begun.
    """
    was = making.confirmed(db, booking_id, by, now)
    to_state = "excused" if by == CLIENT else "revoked"
    waiting.release(db, [was], to_state, by=by, reason=reason, now=now)
    changes.tell_officers(db, "cancelled", was, now=now)


def note_who_comes(db: Connection, vault: Vault, *, booking_id: str, who_comes: str, now: datetime) -> None:
    """Who will come, as the one who writes says it: a note, and nobody is asked. Raises NoSuchBooking."""
    making.note_who_comes(db, vault, making.confirmed(db, booking_id, SYSTEM, now), who_comes)


def rename_visitor(
    db: Connection, vault: Vault, *, booking_id: str, writer_id: str, called_name: str, now: datetime
) -> None:
    """The one who wrote a booking corrects the name to be called; empty removes it. Raises NoSuchBooking."""
    was = making.confirmed(db, booking_id, CLIENT, now)
    if was.writer_id != writer_id:
        raise NoSuchBooking("the booking is somebody else's")
    visitor = making.row_of(db, vault, was.id).visitor_id
    making.call_by(db, vault, booking_id=was.id, visitor_id=visitor, called_name=called_name)
    announce_news(db)


def give_up_all(db: Connection, *, client_id: str, now: datetime) -> None:
    """Whatever a person has booked is cancelled, also a second booking that staff allowed: they are erased.

    A visit that has begun was no cancellation: what became of it is not known.
    """
    theirs = sa.and_(booking.c.writer_id == client_id, booking.c.state == "confirmed")
    query = sa.select(booking.c.id).where(theirs).order_by(booking.c.id)
    for booking_id in db.execute(query).scalars().all():
        was = making.confirmed(db, booking_id, SYSTEM, now)
        if was.starts_at <= now:
            changes.end(db, was, "lapsed", by=SYSTEM, now=now)
        else:
            cancel(db, booking_id=booking_id, by=SYSTEM, now=now)


def set_reminders(db: Connection, *, booking_id: str, choice: str, now: datetime) -> None:
    """How the person wants to be reminded: both, day_before, none, or by telephone. Raises NoSuchBooking."""
    was = making.confirmed(db, booking_id, SYSTEM, now)
    db.execute(booking.update().where(booking.c.id == was.id).values(reminders=choice))
    making.replan(db, changes.standing(db, was.id), now)


def answer_reminder(db: Connection, *, booking_id: str, attends: bool, now: datetime) -> None:
    """行きます or 行けません: shown to the officers, changes nothing else. Raises NoSuchBooking."""
    was = making.confirmed(db, booking_id, SYSTEM, now)
    new = sa.and_(booking.c.id == was.id, booking.c.attends.is_distinct_from(attends))
    if db.execute(booking.update().where(new).values(attends=attends)).rowcount:
        changes.tell_officers(db, "attends" if attends else "attends_not", was, now=now)


def expire_holds(db: Connection, *, now: datetime) -> int:
    """Gives the places of all holds that ran out back, or on to who waits for them; says how many."""
    return waiting.release(db, changes.run_out(db, now), "expired", by=SYSTEM, now=now)


def lapse_past(db: Connection, *, now: datetime) -> int:
    """Bookings whose session is over wait for their outcome; their people can book again. Says how many."""
    return sum(changes.end(db, was, "lapsed", by=SYSTEM, now=now) for was in changes.over(db, now))


def _hold_new(db: Connection, client_id: str, place: SlotRow, now: datetime) -> str:
    organisation_id = desk_by_id(db, place.desk_id).organisation_id
    row = making.new_row(organisation_id, client_id, place, now) | {
        "state": "held",
        "expires_at": now + rules.HOLD,
    }
    wanted = places.same_time(db, place)
    places.clear_way(db, wanted, leaving=None, now=now)
    insert = booking.insert().values(row)
    slot_id = places.take_first(db, wanted, lambda to: insert.values(slot_id=to))
    changes.write_down(db, row["id"], None, "held", slot_id, by=CLIENT, now=now)
    return str(row["id"])


def _move_hold(db: Connection, own: Standing, place: SlotRow, now: datetime) -> None:
    wanted = places.same_time(db, place)
    if own.slot_id in wanted:
        db.execute(booking.update().where(booking.c.id == own.id).values(expires_at=now + rules.HOLD))
        return
    slot_id = moving.give_place(db, own, place, wanted, now, expires_at=now + rules.HOLD)
    changes.write_down(db, own.id, own.state, own.state, slot_id, by=CLIENT, now=now)


def _confirm(db: Connection, was: Standing, now: datetime) -> None:
    """The hold becomes a booking; one that ran out must still be bookable."""
    if was.expires_at is not None and was.expires_at > now:
        place = places.place_for_staff(db, was.slot_id, now)
    else:
        place = places.place_for_client(db, was.slot_id, now)
    try:
        moving.confirm_place(db, was, place, now)
    except SlotTaken as fault:
        raise HoldGone("the hold ran out and the time went to somebody else") from fault
