"""The calendar of a desk: sessions as they are stored, and the days its rules still promise."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.calendar import rules
from desk.calendar.holiday import holidays_between
from desk.calendar.queries import desk_by_id, upcoming_sessions
from desk.calendar.rules import DateException, Frame, Hours, PlannedDay, Rule
from desk.tables.calendar import date_exception, desk_rule

_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class CalendarDay:
    """A day of the calendar, made into a session or not yet; `status` is a word of the contract."""

    date: date
    starts_at: datetime
    ends_at: datetime
    status: str
    note: str


def planned_days(db: Connection, *, desk_id: str, start: date, end: date) -> tuple[PlannedDay, ...]:
    """The days as rules, exceptions and holidays give them, whatever has been made into sessions."""
    desk_row = desk_by_id(db, desk_id)
    start = max(start, desk_row.opened_on)
    holidays = holidays_between(start - _YEAR, end + _YEAR)
    frame = Frame(desk_row.opened_on, desk_row.on_holiday, holidays)
    return rules.plan_days(rules_of(db, desk_id), exceptions_of(db, desk_id), frame, start, end)


def plan(db: Connection, *, desk_id: str, start: date, end: date) -> tuple[CalendarDay, ...]:
    """The calendar of a desk from `start` to `end`: sessions as stored, and what is still to be made.

    Where both speak of a day the stored session is right: staff may have changed it.
    """
    planned = {day.date: day for day in planned_days(db, desk_id=desk_id, start=start, end=end)}
    days = {day: _calendar_day(planned[day]) for day in planned}
    for made in upcoming_sessions(db, desk_id=desk_id, since=start, until=end):
        note = made.note or (planned[made.date].note if made.date in planned else "")
        word = rules.status_word(made.status, made.origin)
        days[made.date] = CalendarDay(made.date, made.starts_at, made.ends_at, word, note)
    return tuple(days[day] for day in sorted(days))


def rules_of(db: Connection, desk_id: str) -> tuple[Rule, ...]:
    """The desk's rules; the first wins where two give the same day."""
    query = sa.select(desk_rule).where(desk_rule.c.desk_id == desk_id)
    return tuple(
        rule_of(row)
        for row in db.execute(query.order_by(desk_rule.c.nth, desk_rule.c.weekday, desk_rule.c.id))
    )


def exceptions_of(db: Connection, desk_id: str) -> tuple[DateException, ...]:
    """What staff have said about single days."""
    query = (
        sa.select(date_exception).where(date_exception.c.desk_id == desk_id).order_by(date_exception.c.date)
    )
    return tuple(
        DateException(
            row.date,
            row.kind,
            row.to_date,
            time.fromisoformat(row.starts) if row.starts else None,
            time.fromisoformat(row.ends) if row.ends else None,
            row.place or "",
            row.note,
        )
        for row in db.execute(query.order_by(date_exception.c.date))
    )


def rule_of(row: Row[Any]) -> Rule:
    """A rule from its row."""
    hours = Hours(
        time.fromisoformat(row.starts),
        time.fromisoformat(row.ends),
        tuple(time.fromisoformat(wall) for wall in row.party_starts),
        row.party_minutes,
        row.tables,
    )
    return Rule(row.weekday, row.nth, frozenset(row.months), hours)


def _calendar_day(day: PlannedDay) -> CalendarDay:
    starts_at = rules.at_wall(day.date, day.hours.starts)
    return CalendarDay(day.date, starts_at, rules.at_wall(day.date, day.hours.ends), day.status, day.note)
