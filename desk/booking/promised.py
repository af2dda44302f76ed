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
    given = _given(db, client_id, key)
    if len(set(given.values())) > 1:
        return "\n".join(f"{name}：\n{text}" for name, text in given.items())
    return next(iter(given.values()), "")


def shared_promise(db: Connection, client_id: str, key: str) -> tuple[list[str], bool]:
    """The same for where there is little room: the lines all these desks share, and whether they differ in others."""
    first, *others = [text.splitlines() for text in _given(db, client_id, key).values()] or [[]]
    shared = [line for line in first if all(line in lines for lines in others)]
    return shared, any(lines != first for lines in others)


def _given(db: Connection, client_id: str, key: str) -> dict[str, str]:
    own = _desk_of(db, client_id)
    desks = [desk for desk in list_desks(db) if own in (None, desk.id)]
    return {desk.name: told[key].text for desk in desks if key in (told := promises(db, desk.id))}


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
