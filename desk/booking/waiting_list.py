"""The line of those who wait: who joins it, and what becomes of somebody's place in it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking.waiting_queries import EndedSession, Entry, came_on, waiting_in_vain
from desk.booking.waiting_rules import SILENCES, is_asked_again
from desk.database import insert_or_ignore, new_id
from desk.tables.calendar import booking
from desk.tables.wishes import STILL_WAITS, waiting

# What the end of an offered place means for who was offered it: asked no more, asked on, or a silence.
_BECOMES = {"confirmed": "served", "merged": "served", "expired": "silent"}
_HAS_NO_OFFER = waiting.c.state.in_(("active", "paused"))


def join(
    db: Connection, *, client_id: str, desk_id: str | None, lost_place: bool = False, now: datetime
) -> None:
    """Puts somebody on the list of a desk, or of any (None). Who is on it already keeps the date of entry.

    `lost_place`: they lost a place because we closed, and come before everybody else.
    """
    row = {"id": new_id(), "client_id": client_id, "desk_id": desk_id, "entered_at": now}
    if insert_or_ignore(db, waiting, [row | {"lost_place": lost_place}]):
        return
    goes_on = {
        "state": sa.case((waiting.c.state == "paused", "active"), else_=waiting.c.state),
        "silences": 0,
    }
    first = {"lost_place": True} if lost_place else {}
    db.execute(_of(client_id).values(desk_id=desk_id, **goes_on, **first))


def go_on(db: Connection, *, client_id: str) -> bool:
    """The person still waits: the date of entry stays. False where they are not on the list."""
    goes_on = sa.case((waiting.c.state == "paused", "active"), else_=waiting.c.state)
    return db.execute(_of(client_id).values(state=goes_on, silences=0)).rowcount == 1


def lock(db: Connection, *, client_id: str | None) -> None:
    """Keeps somebody's place in the line as it is: before a booking of theirs is written, as who passes on does it."""
    db.execute(sa.select(waiting.c.id).where(waiting.c.client_id == client_id, STILL_WAITS).with_for_update())


def serve(db: Connection, *, client_id: str, booking_id: str | None = None, now: datetime) -> None:
    """They have a place, the offered one (`booking_id`) or another they found: they wait no longer."""
    if booking_id is not None:
        settle(db, booking_id=booking_id, became="confirmed", now=now)
    _end(db, client_id, "served", now)


def leave(db: Connection, *, client_id: str, now: datetime) -> None:
    """They wait no longer; whoever has a place on offer stays until that is settled."""
    _end(db, client_id, "left", now)


def offered(db: Connection, *, entry_id: str, booking_id: str) -> None:
    """A place is held for them now."""
    db.execute(
        waiting.update().where(waiting.c.id == entry_id).values(state="offered", booking_id=booking_id)
    )


def settle(db: Connection, *, booking_id: str, became: str, now: datetime) -> None:
    """What became of the offered place: taken, declined, or left without an answer; the second silence rests."""
    mine = waiting.update().where(waiting.c.state == "offered", waiting.c.booking_id == booking_id)
    fate = _BECOMES.get(became)
    if fate == "served":
        db.execute(mine.values(state="served", booking_id=None, ended_at=now))
    elif fate == "silent":
        rests = sa.case((waiting.c.silences + 1 >= SILENCES, "paused"), else_="active")
        db.execute(mine.values(state=rests, silences=waiting.c.silences + 1))
    else:
        db.execute(mine.values(state="active", silences=0, booking_id=None))


def settle_strays(db: Connection, *, now: datetime) -> int:
    """Offered places that ended where nobody thought of the list, such as on a day that was closed."""
    query = (
        sa.select(booking.c.id, booking.c.state)
        .join(waiting, waiting.c.booking_id == booking.c.id)
        .where(STILL_WAITS, waiting.c.state == "offered", booking.c.state != "offered")
    )
    strays = db.execute(query.order_by(booking.c.id)).all()
    for stray in strays:
        settle(db, booking_id=stray.id, became=stray.state, now=now)
    return len(strays)


def ask_after(db: Connection, ended: EndedSession, *, now: datetime) -> list[Entry]:
    """Those who waited in vain for a session that is over, and are now asked whether they go on waiting.

    Once a month; who leaves the question open stays on the list, but rests after two. Who came that day for
    another place has waited enough.
    """
    asked = []
    for entry, asked_after in waiting_in_vain(db, desk_id=ended.desk_id, entered_before=ended.closed_at):
        mine = waiting.update().where(waiting.c.id == entry.id)
        if came_on(db, client_id=entry.client_id, day=ended.day):
            serve(db, client_id=entry.client_id, now=now)
        elif entry.silences >= SILENCES:
            db.execute(mine.values(state="paused"))
        elif is_asked_again(asked_after, ended.day):
            db.execute(mine.values(asked_after=ended.day, silences=waiting.c.silences + 1))
            asked.append(entry)
    return asked


def _end(db: Connection, client_id: str, became: str, now: datetime) -> None:
    db.execute(_of(client_id).where(_HAS_NO_OFFER).values(state=became, booking_id=None, ended_at=now))


def _of(client_id: str) -> sa.Update:
    return waiting.update().where(waiting.c.client_id == client_id, STILL_WAITS)
