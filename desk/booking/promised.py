"""What the desks have promised to one person: who reads, what is kept, who has read."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.calendar.queries import list_desks, promises
from desk.clients.queries import numbers_of
from desk.tables.calendar import IS_LIVE, booking, session

_NEVER_BOOKED = ("expired", "declined", "merged")


def promise_for(db: Connection, client_id: str, key: str) -> str:
    """The words of the desk of their live or latest booking, else of every desk, by its name where they differ.

    Empty where none is approved: no desk promises another one's words.
    """
    own = _desk_of(db, client_id)
    desks = [desk for desk in list_desks(db) if own in (None, desk.id)]
    given = {desk.name: told[key].text for desk in desks if key in (told := promises(db, desk.id))}
    if len(set(given.values())) > 1:
        return "\n".join(f"{name}：\n{text}" for name, text in given.items())
    return next(iter(given.values()), "")


def _desk_of(db: Connection, client_id: str) -> str | None:
    """Where they have a place or had one last; what somebody else booked for them they know of once they came."""
    people = numbers_of(db, client_id)
    wrote = booking.c.writer_id.in_(people) & booking.c.state.not_in(_NEVER_BOOKED)
    came = booking.c.visitor_id.in_(people) & (booking.c.state == "attended")
    live_first = sa.case((booking.c.state == "confirmed", 0), (IS_LIVE, 1), else_=2)
    query = (
        sa.select(session.c.desk_id)
        .join_from(booking, session, session.c.id == booking.c.session_id)
        .where(sa.or_(wrote, came))
        .order_by(live_first, session.c.starts_at.desc())
        .limit(1)
    )
    return db.execute(query).scalar_one_or_none()
