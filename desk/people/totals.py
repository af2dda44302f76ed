"""Totals without people: the only thing the prefecture sees."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.rules import business_year
from desk.tables.calendar import booking, desk, session
from desk.tables.retention import past_booking

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


@dataclass(frozen=True)
class YearTotal:
    """One 年度 at one desk: how many different people came (実人員), and how often in all (延べ)."""

    year: int
    desk_name: str
    people: int
    visits: int


def monthly_totals(db: Connection, *, desk_ids: Collection[str]) -> tuple[MonthTotal, ...]:
    """Every month that has had a booking, newest first, desk by desk; people who are gone count as before."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    sessions: dict[tuple[str, str], set[str]] = {}
    for row in (*_booked(db, desk_ids), *_past(db, desk_ids)):
        key = (row.month, row.desk_name)
        counts.setdefault(key, Counter())[row.state] += 1
        sessions.setdefault(key, set()).add(row.session_id)
    newest_first = sorted(sorted(counts), key=lambda key: key[0], reverse=True)
    return tuple(_total(*key, len(sessions[key]), counts[key]) for key in newest_first)


def yearly_totals(db: Connection, *, desk_ids: Collection[str]) -> tuple[YearTotal, ...]:
    """Every 年度 in which somebody came, newest first, desk by desk.

    Somebody who was erased and came back in the same year counts twice: nobody can know it is the same person.
    """
    people: dict[tuple[int, str], set[str]] = {}
    visits: Counter[tuple[int, str]] = Counter()
    for row in (*_booked(db, desk_ids), *_past(db, desk_ids)):
        if row.state == _CAME:
            key = (business_year(date.fromisoformat(f"{row.month}-01")), row.desk_name)
            people.setdefault(key, set()).update([row.who] if row.who else [])
            visits[key] += 1
    newest_first = sorted(sorted(visits), key=lambda key: key[0], reverse=True)
    return tuple(YearTotal(*key, len(people[key]), visits[key]) for key in newest_first)


class _Visit(NamedTuple):
    """One booking; `who` tells people apart, and is None for a later visit of somebody who is gone."""

    month: str
    desk_name: str
    session_id: str
    state: str
    who: str | None


def _booked(db: Connection, desk_ids: Collection[str]) -> list[_Visit]:
    query = (
        sa.select(session.c.date, desk.c.name, session.c.id, booking.c.state, booking.c.visitor_id)
        .join(session, session.c.id == booking.c.session_id)
        .join(desk, desk.c.id == session.c.desk_id)
        .where(desk.c.id.in_(desk_ids), booking.c.number.is_not(None))
    )
    return [_Visit(f"{day:%Y-%m}", *rest) for day, *rest in db.execute(query)]


def _past(db: Connection, desk_ids: Collection[str]) -> list[_Visit]:
    who = sa.case((past_booking.c.first_of_year, past_booking.c.id), else_=None)
    query = (
        sa.select(past_booking.c.month, desk.c.name, past_booking.c.session_id, past_booking.c.state, who)
        .join(desk, desk.c.id == past_booking.c.desk_id)
        .where(desk.c.id.in_(desk_ids))
    )
    return [_Visit(*row) for row in db.execute(query)]


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
