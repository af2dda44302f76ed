"""Sessions by the clock: made ahead, told when nobody comes, ended when they are over; holds that ran out."""

from datetime import datetime

from desk.booking import queries as bookings
from desk.booking import service as booking_service
from desk.calendar import service as calendar
from desk.clock import local_date
from desk.database import Connection
from desk.house import House
from desk.notices.service import tell


def make_ahead(db: Connection, _house: House, now: datetime) -> int:
    """Makes the sessions of the next 13 months; those there already stay as staff left them."""
    return calendar.make_sessions(db, today=local_date(now))


def expire_holds(db: Connection, _house: House, now: datetime) -> int:
    """Lets holds go that ran out; a booking by somebody else does the same at once where it is in the way."""
    return booking_service.expire_holds(db, now=now)


def end_past(db: Connection, _house: House, now: datetime) -> int:
    """Bookings whose session is over wait for their outcome and free their person for the next month."""
    return booking_service.lapse_past(db, now=now)


def tell_empty(db: Connection, _house: House, now: datetime) -> int:
    """At the closing time, a session without bookings is told to staff and officers, once."""
    empty = bookings.sessions_without_bookings_at_cutoff(db, now=now)
    for session in empty:
        tell(
            db,
            kind="no_bookings",
            desk_id=session.desk_id,
            session_id=session.id,
            dedupe_key=f"no_bookings:{session.id}",
            now=now,
        )
    return len(empty)
