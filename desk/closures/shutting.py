"""Shutting a session: everybody who has a place there loses it, and from that instant nobody can get one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.booking import changes, places
from desk.booking.changes import Standing
from desk.database import savepoint
from desk.errors import WrongCalendar
from desk.tables.calendar import IS_LIVE, booking, session, slot

_MOST_TRIES = 20


class _SlippedIn(Exception):
    """Somebody got a place between the end of the bookings and the shutting."""


def shut(db: Connection, *, session_id: str, by: str, reason: str, now: datetime) -> tuple[Standing, ...]:
    """Ends every live booking of an open session and shuts it; returns the bookings as they stood.

    Bookings are locked before the session, as whoever books does it, so that nobody waits in a circle. Where
    somebody slipped in meanwhile the database refuses the shutting, and it is tried again (reference: booking
    4.5). Raises WrongCalendar where somebody else has shut it, or where people slip in without end.
    """
    lost: dict[str, Standing] = {}
    for _ in range(_MOST_TRIES):
        lost |= _end_all(db, session_id, by, reason, now)
        if _shut_empty(db, session_id):
            return tuple(lost.values())
    raise WrongCalendar("people book faster than the session can be shut", "busy")


def let_holds_go(db: Connection, *, session_id: str, by: str, reason: str, now: datetime) -> None:
    """Who has not said yes yet does not go along to another hour unasked; those who are booked are kept so.

    Bookings are locked before slots, and slots in order of id, as whoever books or moves does it.
    """
    live = _live(db, session_id)
    places.lock(db, db.execute(sa.select(slot.c.id).where(slot.c.session_id == session_id)).scalars().all())
    for was in live:
        if was.state != "confirmed":
            changes.end(db, was, "revoked", by=by, reason=reason, now=now)


def _end_all(db: Connection, session_id: str, by: str, reason: str, now: datetime) -> dict[str, Standing]:
    lost = {}
    for was in _live(db, session_id):
        if was.state == "confirmed" and was.starts_at <= now:  # the visit has begun: nothing is lost
            changes.end(db, was, "lapsed", by=changes.SYSTEM, now=now)
        elif changes.end(db, was, "revoked", by=by, reason=reason, now=now):
            lost[was.id] = was
    return lost


def _live(db: Connection, session_id: str) -> list[Standing]:
    """The live bookings of a session, kept as they are until the transaction ends."""
    live = sa.select(booking.c.id).where(booking.c.session_id == session_id, IS_LIVE)
    ids = db.execute(live.order_by(booking.c.id).with_for_update()).scalars().all()
    return [changes.standing(db, booking_id) for booking_id in ids]


def _shut_empty(db: Connection, session_id: str) -> bool:
    try:
        with savepoint(db):
            _shut(db, session_id)
    except (_SlippedIn, IntegrityError):
        return False
    return True


def _shut(db: Connection, session_id: str) -> None:
    """Looks first, without waiting for anybody, and lets the constraint decide then."""
    this = session.c.id == session_id
    db.execute(sa.select(session.c.id).where(this).with_for_update()).all()
    live = sa.select(booking.c.id).where(booking.c.session_id == session_id, IS_LIVE)
    if db.execute(live.limit(1)).first() is not None:
        raise _SlippedIn
    if not db.execute(
        session.update().where(this, session.c.status == "open").values(status="closing")
    ).rowcount:
        raise WrongCalendar("the session is not open", "closed")
