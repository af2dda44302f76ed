"""Closing a day, moving it to another date, or giving it other hours or another place: each one act for all it touches.

All or nothing, and from the instant of the commit nobody can be booked on a day that is closed or gone elsewhere.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import changes, reminders
from desk.booking.changes import Standing
from desk.booking.waiting import fill
from desk.calendar import moving
from desk.calendar.queries import SessionRow, slot_by_id
from desk.closures import rules
from desk.closures.answers import settle
from desk.closures.carrying import carry_over
from desk.closures.shutting import let_holds_go, shut
from desk.closures.telling import tell_person, wall_time
from desk.database import announce, new_id, savepoint, upsert
from desk.errors import WrongCalendar
from desk.notices.service import TOPIC, tell
from desk.privacy import Vault
from desk.tables.calendar import booking, slot
from desk.tables.closures import closure, closure_person


@dataclass(frozen=True)
class Elsewhere:
    """Where a day goes, on its own date or another; an empty place is the one it had."""

    day: date
    starts: time
    place: str = ""


@dataclass(frozen=True)
class _Act:
    """What staff are doing to a session, for all that has to be written down of it."""

    db: Connection
    vault: Vault
    closure_id: str
    account_id: str
    now: datetime


def close_session(
    db: Connection, vault: Vault, *, session_id: str, why: str, account_id: str, now: datetime
) -> str:
    """Closes a day for good: everybody loses their place, is told, and stands in the ledger. Returns its id.

    `why` is for staff and officers only. Raises WrongCalendar where the day is past or not open.
    """
    of = moving.session_to_change(db, session_id, now)
    with savepoint(db):
        lost = _losers(db, of, account_id, "day_closed", now)
        moving.leave_out(db, of, note=why, account_id=account_id)
        act = _open_closure(db, vault, of, None, why, account_id, now)
        for was in lost:
            _tell_of_closing(act, was)
        return _finish(act, of)


def move_session(
    db: Connection,
    vault: Vault,
    *,
    session_id: str,
    to: Elsewhere,
    why: str,
    account_id: str,
    now: datetime,
) -> str:
    """Moves a day to another date and holds the same time there for everybody who had one. Returns the ledger's id.

    Raises WrongCalendar where the day is past or not open, or the date is past, taken, or left out.
    """
    of = moving.session_to_change(db, session_id, now)
    with savepoint(db):
        lost = _losers(db, of, account_id, "day_moved", now)
        moved = moving.open_in_place_of(
            db, of, day=to.day, starts=to.starts, place=to.place, account_id=account_id, now=now
        )
        act = _open_closure(db, vault, of, moved.session_id, why, account_id, now)
        for was in lost:
            _offer_instead(act, was, moved)
        fill(db, desk_id=of.desk_id, now=now)
        return _finish(act, of)


def shift_session(
    db: Connection,
    vault: Vault,
    *,
    session_id: str,
    to: Elsewhere,
    why: str,
    account_id: str,
    now: datetime,
) -> str:
    """Other hours or another place on the same date: every booking goes along, and its person is told.

    Nobody need answer. Raises WrongCalendar where the day is past or not open, or nothing would change.
    """
    of = moving.session_to_change(db, session_id, now)
    with savepoint(db):
        let_holds_go(db, session_id=of.id, by=account_id, reason=why, now=now)
        if not moving.shift(db, of, starts=to.starts, place=to.place or of.place, now=now):
            raise WrongCalendar("the session is there at that time already", "same_day")
        act = _open_closure(db, vault, of, of.id, why, account_id, now)
        booked = sa.and_(booking.c.session_id == of.id, booking.c.state == "confirmed")
        ids = db.execute(sa.select(booking.c.id).where(booked).order_by(booking.c.id)).scalars().all()
        for booking_id in ids:
            _take_along(act, booking_id)
        return _finish(act, of)


def _losers(
    db: Connection, of: SessionRow, account_id: str, reason: str, now: datetime
) -> tuple[Standing, ...]:
    """Who loses a place with this day; a place that was offered in exchange for a booking takes nothing away."""
    lost = shut(db, session_id=of.id, by=account_id, reason=reason, now=now)
    ids = [was.id for was in lost]
    in_exchange = sa.select(booking.c.id).where(booking.c.id.in_(ids), booking.c.replaces_id.is_not(None))
    keeping = set(db.execute(in_exchange).scalars())
    return tuple(was for was in lost if was.id not in keeping)


def _open_closure(
    db: Connection,
    vault: Vault,
    of: SessionRow,
    to_session_id: str | None,
    why: str,
    account_id: str,
    now: datetime,
) -> _Act:
    """The head of the ledger; a day that was shifted before and is now closed has one ledger."""
    row = {"session_id": of.id, "to_session_id": to_session_id, "why": why, "account_id": account_id}
    upsert(db, closure, {"id": new_id(), **row, "at": now, "finished_at": None}, key=["session_id"])
    found = db.execute(sa.select(closure.c.id).where(closure.c.session_id == of.id)).scalar_one()
    return _Act(db, vault, found, account_id, now)


def _tell_of_closing(act: _Act, was: Standing) -> None:
    facts = {"starts": wall_time(was.starts_at), "ref": was.id}
    outbound_id = tell_person(act.db, act.vault, was, kind="day_closed", facts=facts, now=act.now)
    _note_person(act, was, outbound_id, None)


def _offer_instead(act: _Act, was: Standing, moved: moving.MovedDay) -> None:
    until = _held_until(act, moved.slots[was.slot_id])
    offer_id = carry_over(
        act.db, act.vault, was, slots=moved.slots, until=until, by=act.account_id, now=act.now
    )
    if offer_id is None:
        _tell_of_closing(act, was)
        return
    offered = changes.standing(act.db, offer_id)
    facts = {
        "from": wall_time(was.starts_at),
        "starts": wall_time(offered.starts_at),
        "until": wall_time(until),
        "way": _way_of(act, offered),
        "ref": offer_id,
    }
    outbound_id = tell_person(act.db, act.vault, was, kind="day_moved", facts=facts, now=act.now)
    _note_person(act, was, outbound_id, offer_id)


def _way_of(act: _Act, offered: Standing) -> str:
    return str(act.db.execute(sa.select(slot.c.way).where(slot.c.id == offered.slot_id)).scalar_one())


def _held_until(act: _Act, slot_id: str) -> datetime:
    place = slot_by_id(act.db, slot_id)
    assert place is not None
    return rules.place_held_until(place.starts_at, act.now)


def _take_along(act: _Act, booking_id: str) -> None:
    """A booking at its new hour: a new version of it, with reminders of its own."""
    newer = booking.update().where(booking.c.id == booking_id)
    act.db.execute(newer.values(version=booking.c.version + 1, attends=None))
    of = changes.standing(act.db, booking_id)
    by, slot_id = act.account_id, of.slot_id
    changes.write_down(act.db, of.id, of.state, of.state, slot_id, by=by, reason="day_shifted", now=act.now)
    reminders.replan(
        act.db,
        booking_id=of.id,
        version=of.version,
        starts_at=of.starts_at,
        choice=of.reminders,
        now=act.now,
    )
    facts = {"starts": wall_time(of.starts_at)}
    _note_person(
        act, of, tell_person(act.db, act.vault, of, kind="plan_changed", facts=facts, now=act.now), None
    )


def _note_person(act: _Act, was: Standing, outbound_id: int | None, offer_id: str | None) -> None:
    fresh = {"offer_id": offer_id, "outbound_id": outbound_id}
    fresh |= dict.fromkeys(("answer", "answered_at", "told_by", "told_at", "done_at"))
    row = {"id": new_id(), "closure_id": act.closure_id, "booking_id": was.id, "client_id": was.writer_id}
    upsert(act.db, closure_person, row | fresh, key=["closure_id", "booking_id"])


def _finish(act: _Act, of: SessionRow) -> str:
    """The officers of the day learn of it; a day that nobody had booked is done with at once."""
    key = f"closed:{act.closure_id}:{act.now.timestamp()}"
    tell(act.db, kind="closed", desk_id=of.desk_id, session_id=of.id, dedupe_key=key, now=act.now)
    settle(act.db, now=act.now)
    announce(act.db, TOPIC)
    return act.closure_id
