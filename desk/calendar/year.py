"""A year of a desk on one page: its days with what is special about each, and whether somebody has approved them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.calendar import rules
from desk.calendar.holiday import holidays_between
from desk.calendar.plan import CalendarDay, plan, planned_days
from desk.calendar.queries import SessionRow, upcoming_sessions
from desk.database import new_id, upsert
from desk.errors import WrongCalendar
from desk.tables.calendar import year_plan

_YEARS_WARNED_OF = 10
_FIFTH = 29


@dataclass(frozen=True)
class YearDay:
    """A day of the plan; `session` is there once it was made. `is_fifth`: a fifth weekday of its month."""

    date: date
    starts_at: datetime
    ends_at: datetime
    status: str
    note: str
    holiday: str
    is_fifth: bool
    session: SessionRow | None


@dataclass(frozen=True)
class Approval:
    """Who approved a year, when, and whether its days are still the ones that were approved."""

    account_id: str
    at: datetime
    is_current: bool


@dataclass(frozen=True)
class YearPlan:
    """The days of a year by month, from January on; `days_hash` stands for them when they are approved."""

    year: int
    months: tuple[tuple[YearDay, ...], ...]
    days_hash: str
    approval: Approval | None


def plan_of_year(db: Connection, *, desk_id: str, year: int) -> YearPlan:
    """The year as rules, staff and what was made of it give it."""
    start, end = date(year, 1, 1), date(year, 12, 31)
    days = plan(db, desk_id=desk_id, start=start, end=end)
    made = {row.date: row for row in upcoming_sessions(db, desk_id=desk_id, since=start, until=end)}
    holidays = holidays_between(start, end)
    shown = [_year_day(day, holidays.get(day.date, ""), made.get(day.date)) for day in days]
    months = tuple(tuple(day for day in shown if day.date.month == month) for month in range(1, 13))
    days_hash = _hash(shown)
    return YearPlan(year, months, days_hash, _approval(db, desk_id, year, days_hash))


def approve_year(
    db: Connection, *, desk_id: str, year: int, days_hash: str, account_id: str, now: datetime
) -> None:
    """Somebody stands for these days. Raises WrongCalendar where they are not the days that were shown."""
    if plan_of_year(db, desk_id=desk_id, year=year).days_hash != days_hash:
        raise WrongCalendar("the days have changed since they were shown", "plan_changed")
    row = {"desk_id": desk_id, "year": year, "days_hash": days_hash, "account_id": account_id}
    upsert(db, year_plan, {"id": new_id(), **row, "approved_at": now}, key=["desk_id", "year"])


def holidays_met(db: Connection, *, desk_id: str, today: date) -> tuple[tuple[date, str], ...]:
    """The days of the next ten years that a rule gives and a public holiday takes, with its name."""
    end = rules.add_months(today, 12 * _YEARS_WARNED_OF)
    days = planned_days(db, desk_id=desk_id, start=today, end=end)
    return tuple((day.date, day.note) for day in days if day.status == "holiday")


def _year_day(day: CalendarDay, holiday: str, made: SessionRow | None) -> YearDay:
    note = day.note if day.note != holiday else ""
    is_fifth = day.date.day >= _FIFTH
    return YearDay(day.date, day.starts_at, day.ends_at, day.status, note, holiday, is_fifth, made)


def _hash(days: Sequence[YearDay]) -> str:
    """Whether a day has been made into a session already is no change of the plan."""
    lines = (
        f"{day.starts_at:%Y-%m-%dT%H:%M} {day.ends_at:%H:%M} "
        f"{'open' if day.status == 'planned' else day.status} {_place(day)}"
        for day in days
    )
    return sha256("\n".join(lines).encode()).hexdigest()


def _place(day: YearDay) -> str:
    """Only where it is not the rule's own: what the rules give has the desk's place."""
    return day.session.place if day.session and day.session.origin != "rule" else ""


def _approval(db: Connection, desk_id: str, year: int, days_hash: str) -> Approval | None:
    this = sa.and_(year_plan.c.desk_id == desk_id, year_plan.c.year == year)
    row = db.execute(sa.select(year_plan).where(this)).first()
    return Approval(row.account_id, row.approved_at, row.days_hash == days_hash) if row else None
