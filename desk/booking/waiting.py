"""空き待ち: a place that becomes free is held for whoever waits, in the transaction that frees it.

Done in two steps, strangers would be quicker every time (reference: booking 4.4). Nothing is sent from here: the
timetable tells of each offered place within a minute, and its deadline counts from when one may be disturbed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.engine import Connection

from desk.booking import changes, making, places, waiting_list
from desk.booking import waiting_queries as queries
from desk.booking.changes import CLIENT, SYSTEM, Standing
from desk.booking.offering import offer_place
from desk.booking.rules import local_day
from desk.booking.waiting_rules import offer_deadline
from desk.calendar.holiday import holidays_between
from desk.calendar.queries import FreeSlot, SlotRow, desk_by_id, free_slots, slot_by_id
from desk.calendar.rules import closing_time
from desk.errors import AlreadyBooked, NoSuchBooking, SessionClosed, SlotTaken
from desk.tables.calendar import booking


def release(
    db: Connection, leaving: Sequence[Standing], to_state: str, *, by: str, reason: str = "", now: datetime
) -> int:
    """Ends bookings and offers each place to who waits for it, in the same instant; says how many ended."""
    waited_for = get_ready(db, leaving)
    ended = 0
    for was in leaving:
        if changes.end(db, was, to_state, by=by, reason=reason, now=now):
            ended += 1
            if was.state == "offered":
                waiting_list.settle(db, booking_id=was.id, became=to_state, now=now)
    pass_on(db, waited_for, now=now)
    return ended


def get_ready(
    db: Connection, leaving: Iterable[Standing], *, taking: Sequence[str] = ()
) -> tuple[Standing, ...]:
    """Those of the places about to become free that somebody waits for.

    Every table at their times is locked, with the slots that will be taken, before anything changes: in one
    fixed order, or two who give and take crosswise would wait for each other.
    """
    leaving = tuple(leaving)
    waited_at = {
        desk_id for desk_id in {was.desk_id for was in leaving} if queries.somebody_waits(db, desk_id)
    }
    waited_for = tuple(was for was in leaving if was.desk_id in waited_at)
    if waited_for:
        places.lock(db, {*taking, *(slot_id for was in waited_for for slot_id in _tables_at(db, was))})
    return waited_for


def pass_on(db: Connection, left: Iterable[Standing], *, now: datetime) -> None:
    """Offers the places that have just been left, which `get_ready` made ready."""
    for was in left:
        _offer_free(db, was.desk_id, [free for free in _free(db, was.desk_id, now) if _is_at(free, was)], now)


def fill(db: Connection, *, desk_id: str, now: datetime) -> int:
    """Offers all free places of a desk to those who wait for one; says how many were offered."""
    if not queries.somebody_waits(db, desk_id):
        return 0
    free = _free(db, desk_id, now)
    taken = (slot_by_id(db, each.slot_id) for each in free)
    places.lock(db, {slot_id for place in taken if place for slot_id in places.same_time(db, place)})
    offered = _offer_free(db, desk_id, free, now)
    waiting_list.settle_strays(db, now=now)
    return offered


def clear_for_the_line(db: Connection, place: SlotRow, *, now: datetime) -> None:
    """Holds at this time that ran out go to who waits, before a stranger who presses it can have the place."""
    if queries.somebody_waits(db, place.desk_id):
        run_out = changes.run_out(db, now, places.same_time(db, place))
        release(db, run_out, "expired", by=SYSTEM, now=now)


def leave(db: Connection, *, client_id: str, by: str = CLIENT, now: datetime) -> None:
    """The person waits no longer; a place that is held for them goes to the next one."""
    entry = queries.entry_of(db, client_id)
    while entry is not None and entry.state == "offered" and entry.booking_id is not None:
        _let_go(db, entry.booking_id, by, now)
        entry = queries.entry_of(db, client_id)
    waiting_list.leave(db, client_id=client_id, now=now)


def leave_free(db: Connection, *, client_id: str, slot_ids: Iterable[str], now: datetime) -> None:
    """Times somebody saw free when they chose to wait are not what they wait for: as if offered and declined."""
    for place in (slot_by_id(db, slot_id) for slot_id in slot_ids):
        if place is not None:
            row = making.new_row(desk_by_id(db, place.desk_id).organisation_id, client_id, place, now)
            row |= {"slot_id": place.id, "state": "declined", "offered_for": "waiting", "ended_at": now}
            db.execute(booking.insert().values(row | {"guard": None, "quota_key": None}))
            changes.write_down(db, row["id"], None, "declined", place.id, by=CLIENT, now=now)


def offer_by_hand(db: Connection, *, entry_id: str, slot_id: str, by: str, now: datetime) -> str:
    """Staff hold a place for somebody whom LINE does not reach, and telephone; returns the booking's id.

    Until the usual deadline, or the start where clients can book no more. Raises NoSuchBooking where nobody
    waits there without a place on offer; SlotTaken, AlreadyBooked and SessionClosed leave nothing behind.
    """
    entry = queries.entry_by_id(db, entry_id)
    if entry is None or entry.state == "offered":
        raise NoSuchBooking("nobody waits there for an offer")
    place = places.place_for_staff(db, slot_id, now)
    until = _deadline(db, place.desk_id, place.date, place.starts_at, now) or place.ends_at
    booking_id = offer_place(
        db,
        client_id=entry.client_id,
        slot_id=slot_id,
        offered_for="waiting",
        until=until,
        replaces_id=queries.booking_to_replace(db, entry.client_id),
        by=by,
        now=now,
    )
    waiting_list.offered(db, entry_id=entry.id, booking_id=booking_id)
    return booking_id


def _free(db: Connection, desk_id: str, now: datetime) -> tuple[FreeSlot, ...]:
    return free_slots(db, desk_id=desk_id, now=now)


def _is_at(free: FreeSlot, was: Standing) -> bool:
    return (free.session_id, free.starts_at) == (was.session_id, was.starts_at)


def _tables_at(db: Connection, was: Standing) -> list[str]:
    place = slot_by_id(db, was.slot_id)
    return places.same_time(db, place) if place is not None else []


def _offer_free(db: Connection, desk_id: str, free: Iterable[FreeSlot], now: datetime) -> int:
    """Offers these times, table by table, as long as somebody waits for one; says how many."""
    offered = 0
    for each in free:
        until = _deadline(db, desk_id, local_day(each.starts_at), each.starts_at, now)
        while until is not None and _offer_next(db, desk_id, each, until, now):
            offered += 1
    return offered


def _offer_next(db: Connection, desk_id: str, free: FreeSlot, until: datetime, now: datetime) -> bool:
    """Holds the time for the first in the line; False where nobody wants it, or it is gone."""
    passed: list[str] = []
    while (turn := queries.next_in_line(db, desk_id, free, passed=passed)) is not None:
        try:
            booking_id = offer_place(
                db,
                client_id=turn.client_id,
                slot_id=free.slot_id,
                offered_for="waiting",
                until=until,
                replaces_id=turn.replaces_id,
                by=SYSTEM,
                now=now,
            )
        except AlreadyBooked:  # a press of theirs was quicker
            passed.append(turn.entry_id)
            continue
        except (SlotTaken, SessionClosed):
            return False
        waiting_list.offered(db, entry_id=turn.entry_id, booking_id=booking_id)
        return True
    return False


def _deadline(db: Connection, desk_id: str, day: date, starts_at: datetime, now: datetime) -> datetime | None:
    terms = desk_by_id(db, desk_id)
    closes_at = min(closing_time(day, terms.cutoff_days, terms.cutoff_at), starts_at)
    return offer_deadline(now, closes_at, holidays_between(local_day(now), day))


def _let_go(db: Connection, booking_id: str, by: str, now: datetime) -> None:
    was = changes.standing(db, booking_id)
    if was.state == "offered":
        release(db, [was], "declined", by=by, now=now)
    else:
        waiting_list.settle(db, booking_id=booking_id, became=was.state, now=now)
