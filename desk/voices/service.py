"""Counts what somebody answered after a visit: once, and without a name."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import numbers_of
from desk.clients.rules import business_year
from desk.clock import at_tokyo, local_date
from desk.database import new_id
from desk.errors import NoSuchBooking
from desk.tables.calendar import booking, session
from desk.tables.follow_up import visit_voice


def count_answer(db: Connection, *, booking_id: str, client_id: str, answer: str, now: datetime) -> bool:
    """Counts `answer` (good, so_so or hard) in the year in which it is given; False where one was counted before.

    Raises NoSuchBooking where this person did not come to such a visit.
    """
    theirs = (booking.c.id == booking_id, booking.c.visitor_id.in_(numbers_of(db, client_id)))
    query = sa.select(session.c.desk_id).join(booking, booking.c.session_id == session.c.id).where(*theirs)
    desk_id = db.execute(query).scalar_one_or_none()
    if desk_id is None:
        raise NoSuchBooking("no visit of theirs")
    today = local_date(now)
    # The day and not the instant, so that the order of the answers tells nothing.
    once = booking.update().where(*theirs, booking.c.voiced_at.is_(None)).values(voiced_at=at_tokyo(today, 0))
    if db.execute(once).rowcount != 1:
        return False
    row = {"id": new_id(), "desk_id": desk_id, "year": business_year(today), "answer": answer}
    db.execute(visit_voice.insert().values(row))
    return True
