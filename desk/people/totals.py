"""Totals without people: the only thing the prefecture sees."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.tables.calendar import booking, desk, session

_CAME = "attended"
_STAYED_AWAY = "no_show"
_WITHDRAWN = ("excused", "revoked", "moved")
_UNTOLD = "lapsed"
_AHEAD = "confirmed"


@dataclass(frozen=True)
class MonthTotal:
    """One month at one desk: how many bookings came, stayed away, were given back or moved, are not
    written down yet, or lie ahead.
    """

    month: str
    desk_name: str
    sessions: int
    came: int
    stayed_away: int
    withdrawn: int
    untold: int
    ahead: int


def monthly_totals(db: Connection, *, desk_ids: Collection[str]) -> tuple[MonthTotal, ...]:
    """Every month that has had a booking, newest first, desk by desk."""
    query = (
        sa.select(
            session.c.id, session.c.date, desk.c.name, booking.c.state, sa.func.count().label("bookings")
        )
        .join(session, session.c.id == booking.c.session_id)
        .join(desk, desk.c.id == session.c.desk_id)
        .where(desk.c.id.in_(desk_ids), booking.c.number.is_not(None))
        .group_by(session.c.id, session.c.date, desk.c.name, booking.c.state)
    )
    counts: dict[tuple[str, str], Counter[str]] = {}
    sessions: dict[tuple[str, str], set[str]] = {}
    for row in db.execute(query):
        key = (f"{row.date:%Y-%m}", row.name)
        counts.setdefault(key, Counter())[row.state] += row.bookings
        sessions.setdefault(key, set()).add(row.id)
    newest_first = sorted(sorted(counts), key=lambda key: key[0], reverse=True)
    return tuple(_total(*key, len(sessions[key]), counts[key]) for key in newest_first)


def _total(month: str, desk_name: str, sessions: int, states: Counter[str]) -> MonthTotal:
    return MonthTotal(
        month=month,
        desk_name=desk_name,
        sessions=sessions,
        came=states[_CAME],
        stayed_away=states[_STAYED_AWAY],
        withdrawn=sum(states[state] for state in _WITHDRAWN),
        untold=states[_UNTOLD],
        ahead=states[_AHEAD],
    )
