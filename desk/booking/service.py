"""Holding, booking, moving, cancelling, and what became of it. The constraints decide who gets a place.

Every change is written down; what the officers must know is told to them. Nothing here opens a transaction,
and a refusal leaves the transaction usable: the caller may go on and offer other times.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import changes, places, queries, reminders, rules
from desk.booking.changes import CLIENT, SYSTEM, Standing
from desk.booking.queries import BookingRow
from desk.calendar.queries import SlotRow, desk_by_id
from desk.clients.queries import sealer
from desk.clients.service import add_client, set_phone
from desk.database import new_id, savepoint
from desk.errors import AlreadyBooked, HoldGone, NoSuchBooking, SessionClosed, SlotTaken
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
        changes.end(db, own, "declined", by=CLIENT, now=now)


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
        _introduce(db, vault, was, called_name, about, subject_knows, now)
        _announce(db, was.id, was.state, CLIENT, now)
    return _row(db, vault, was.id)


def book_for_caller(
    db: Connection,
    vault: Vault,
    *,
    slot_id: str,
    called_name: str,
    phone: str,
    about: str,
    account_id: str,
    source: str,
    now: datetime,
) -> BookingRow:
    """Books for somebody who telephones (`phone`) or stands at the door (`walk_in`), by the same constraints.

    Also after the closing time, until the slot ends. SlotTaken and SessionClosed leave nothing behind.
    """
    place = places.place_for_staff(db, slot_id, now)
    organisation_id = desk_by_id(db, place.desk_id).organisation_id
    wanted = places.same_time(db, place)
    with savepoint(db):
        places.clear_way(db, wanted, leaving=None, now=now)
        client_id = add_client(db, vault, organisation_id=organisation_id, now=now)
        if phone:
            set_phone(db, vault, client_id=client_id, phone=phone, note="", now=now)
        row = _new_row(organisation_id, client_id, place, now) | {"state": "confirmed", "confirmed_at": now}
        row |= {"source": source, "reminders": "telephone"}
        insert = booking.insert().values(row)
        places.with_number(
            lambda number: places.take_first(db, wanted, lambda to: insert.values(slot_id=to, number=number))
        )
        _introduce(db, vault, changes.standing(db, row["id"]), called_name, about, None, now)
        _announce(db, row["id"], None, account_id, now)
    return _row(db, vault, row["id"])


def move(
    db: Connection, vault: Vault, *, booking_id: str, slot_id: str, by: str, now: datetime
) -> BookingRow:
    """Gives a booking another time; the old place is kept until the new one is certain, and the number stays.

    Raises SlotTaken, SessionClosed, NoSuchBooking; the booking is then as it was.
    """
    was = _confirmed(db, booking_id, by, now)
    place = (
        places.place_for_client(db, slot_id, now)
        if by == CLIENT
        else places.place_for_staff(db, slot_id, now)
    )
    wanted = places.same_time(db, place)
    if was.slot_id not in wanted:
        _give_place(db, was, place, wanted, now, attends=None)
        is_now = changes.standing(db, booking_id)
        changes.write_down(db, was.id, was.state, is_now.state, is_now.slot_id, by=by, now=now)
        _replan(db, is_now, now)
        changes.tell_officers(db, "moved", is_now, now=now)
        if is_now.session_id != was.session_id:
            changes.tell_officers(db, "moved", was, now=now)
    return _row(db, vault, booking_id)


def cancel(db: Connection, *, booking_id: str, by: str, reason: str = "", now: datetime) -> None:
    """Gives the place back: the client until the start, staff at any time.

    Raises NoSuchBooking where it is over already, SessionClosed for a client once the visit has begun.
    """
    was = _confirmed(db, booking_id, by, now)
    changes.end(db, was, "excused" if by == CLIENT else "revoked", by=by, reason=reason, now=now)
    changes.tell_officers(db, "cancelled", was, now=now)


def set_reminders(db: Connection, *, booking_id: str, choice: str, now: datetime) -> None:
    """How the person wants to be reminded: both, day_before, none, or by telephone. Raises NoSuchBooking."""
    was = _confirmed(db, booking_id, SYSTEM, now)
    db.execute(booking.update().where(booking.c.id == was.id).values(reminders=choice))
    _replan(db, changes.standing(db, was.id), now)


def answer_reminder(db: Connection, *, booking_id: str, attends: bool, now: datetime) -> None:
    """行きます or 行けません: shown to the officers, changes nothing else. Raises NoSuchBooking."""
    was = _confirmed(db, booking_id, SYSTEM, now)
    new = sa.and_(booking.c.id == was.id, booking.c.attends.is_distinct_from(attends))
    if db.execute(booking.update().where(new).values(attends=attends)).rowcount:
        changes.tell_officers(db, "attends" if attends else "attends_not", was, now=now)


def record_outcome(
    db: Connection,
    vault: Vault,
    *,
    booking_id: str,
    outcome: str,
    promise: str | None,
    handed_on: bool,
    by: str,
    now: datetime,
) -> None:
    """What became of a visit: attended, no_show, moved or excused; it may be corrected later.

    `promise` is what was agreed for the next time (None leaves it as it is, "" removes it), `handed_on` says
    that the next officers may read it. Raises NoSuchBooking where nothing can be recorded.
    """
    was = changes.standing(db, booking_id)
    early = rules.outcome_is_early(was.starts_at, outcome, now)
    if outcome not in rules.OUTCOMES or was.state not in rules.BEFORE_OUTCOME or early:
        raise NoSuchBooking(f"{outcome} cannot be recorded from {was.state} now")
    if was.state != outcome:
        changes.end(db, was, outcome, by=by, now=now)
        if outcome == "no_show":
            reminders.plan_missed_word(db, **_occasion(was), now=now)
    if promise is not None:
        _keep_promise(db, vault, was, promise, handed_on)


def expire_holds(db: Connection, *, now: datetime) -> int:
    """Gives the places of all holds that ran out back; says how many."""
    return places.expire(db, changes.run_out(db, now), now=now)


def lapse_past(db: Connection, *, now: datetime) -> int:
    """Bookings whose session is over wait for their outcome; their people can book again. Says how many."""
    return sum(changes.end(db, was, "lapsed", by=SYSTEM, now=now) for was in changes.over(db, now))


def _hold_new(db: Connection, client_id: str, place: SlotRow, now: datetime) -> str:
    organisation_id = desk_by_id(db, place.desk_id).organisation_id
    row = _new_row(organisation_id, client_id, place, now) | {"state": "held", "expires_at": now + rules.HOLD}
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
    slot_id = _give_place(db, own, place, wanted, now, expires_at=now + rules.HOLD)
    changes.write_down(db, own.id, own.state, own.state, slot_id, by=CLIENT, now=now)


def _give_place(
    db: Connection, was: Standing, place: SlotRow, wanted: list[str], now: datetime, **values: Any
) -> str:
    """Puts a live booking on the first slot it can have; the old place is free in the same instant."""
    places.clear_way(db, wanted, leaving=was.slot_id, now=now)
    update = booking.update().where(booking.c.id == was.id)
    update = update.values(session_id=place.session_id, version=booking.c.version + 1, **values)
    return places.take_first(db, wanted, lambda to: update.values(slot_id=to))


def _confirm(db: Connection, was: Standing, now: datetime) -> None:
    """From hold to booking; one that ran out must still be bookable, and any table of its time will do."""
    if was.expires_at is not None and was.expires_at > now:
        place = places.place_for_staff(db, was.slot_id, now)
    else:
        place = places.place_for_client(db, was.slot_id, now)
    wanted = [was.slot_id] if was.state == "held" else places.same_time(db, place)
    places.clear_way(db, wanted, leaving=None, now=now)
    update = booking.update().where(booking.c.id == was.id)
    update = update.values(state="confirmed", guard="open", expires_at=None, ended_at=None, confirmed_at=now)
    try:
        places.with_number(
            lambda number: places.take_first(db, wanted, lambda to: update.values(slot_id=to, number=number))
        )
    except SlotTaken as fault:
        raise HoldGone("the hold ran out and the time went to somebody else") from fault


def _introduce(
    db: Connection,
    vault: Vault,
    was: Standing,
    called_name: str,
    about: str,
    subject_knows: str | None,
    now: datetime,
) -> None:
    """Keeps who comes and how they are called, under the key of the one who comes."""
    visitor = was.writer_id
    if about == "other":
        visitor = add_client(db, vault, organisation_id=was.organisation_id, now=now)
    name = (
        sealer(db, vault, visitor).seal_text(called_name, f"booking.called_name:{was.id}")
        if called_name
        else None
    )
    values = {"visitor_id": visitor, "about": about, "subject_knows": subject_knows, "called_name": name}
    db.execute(booking.update().where(booking.c.id == was.id).values(values))


def _announce(db: Connection, booking_id: str, from_state: str | None, by: str, now: datetime) -> None:
    """A new booking: written down, its reminders planned, the officers told."""
    made = changes.standing(db, booking_id)
    changes.write_down(db, made.id, from_state, made.state, made.slot_id, by=by, now=now)
    _replan(db, made, now)
    changes.tell_officers(db, "booked", made, now=now)


def _confirmed(db: Connection, booking_id: str, by: str, now: datetime) -> Standing:
    """A booking that can still be changed: by the client only until it starts."""
    was = changes.standing(db, booking_id)
    if was.state != "confirmed":
        raise NoSuchBooking(f"the booking is {was.state}")
    if by == CLIENT and was.starts_at <= now:
        raise SessionClosed("the visit has begun")
    return was


def _replan(db: Connection, of: Standing, now: datetime) -> None:
    reminders.replan(db, **_occasion(of), now=now)


def _occasion(of: Standing) -> dict[str, Any]:
    return {"booking_id": of.id, "version": of.version, "starts_at": of.starts_at, "choice": of.reminders}


def _keep_promise(db: Connection, vault: Vault, of: Standing, promise: str, handed_on: bool) -> None:
    seal = sealer(db, vault, of.visitor_id).seal_text
    sealed = seal(promise, f"booking.promise:{of.id}") if promise else None
    values = {"promise": sealed, "promise_handed_on": handed_on and bool(promise)}
    db.execute(booking.update().where(booking.c.id == of.id).values(values))


def _new_row(organisation_id: str, client_id: str, place: SlotRow, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation_id": organisation_id,
        "session_id": place.session_id,
        "writer_id": client_id,
        "visitor_id": client_id,
        "source": "line",
        "guard": "open",
        "quota_key": client_id,
        "created_at": now,
    }


def _row(db: Connection, vault: Vault, booking_id: str) -> BookingRow:
    row = queries.booking_by_id(db, vault, booking_id)
    assert row is not None
    return row
