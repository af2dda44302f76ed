"""When somebody reads what a person writes: at the desks whose staff can see it, and no others.

The desks are those of `desk.people.sight.client_of_desk`: where the person is or was booked, has wished something or
waits; before there is a booking, every desk. It is asked of the number under which the words are kept: a desk that sees
another number of theirs (つなぎなおし) does not read them there.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.calendar import queries as calendar
from desk.tables.calendar import booking, session
from desk.tables.wishes import STILL_WAITS, waiting, wish


def next_reading(db: Connection, *, client_id: str | None = None, now: datetime) -> datetime | None:
    """When staff read next what this person (None: somebody unknown) writes; None where no such desk has hours."""
    theirs = _desks_of(db, client_id) if client_id is not None else frozenset()
    moments = [
        calendar.next_reading(desk, now)
        for desk in calendar.list_desks(db)
        if desk.reading_hours and (not theirs or desk.id in theirs)
    ]
    return min(moments) if moments else None


def _desks_of(db: Connection, client_id: str) -> frozenset[str]:
    mine = sa.or_(booking.c.writer_id == client_id, booking.c.visitor_id == client_id)
    booked = sa.select(session.c.desk_id).join(booking, booking.c.session_id == session.c.id).where(mine)
    found = frozenset(db.execute(booked.distinct()).scalars())
    if not found:
        return found
    wished = sa.select(wish.c.desk_id).where(wish.c.client_id == client_id)
    waits = sa.select(waiting.c.desk_id).where(
        waiting.c.client_id == client_id,
        waiting.c.desk_id.is_not(None),
        STILL_WAITS,
    )
    return found | frozenset(db.execute(wished.union(waits)).scalars())
