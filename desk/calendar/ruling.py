"""The rules of a desk as staff keep them: seen, added, changed, ended; the days to come follow, booked ones stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.calendar import queries, rules
from desk.calendar.holiday import holidays_between
from desk.calendar.plan import planned_days, rule_of
from desk.calendar.queries import SessionRow
from desk.calendar.rules import Frame, PlannedDay, Rule
from desk.calendar.service import make_sessions, rule_fields, slots_of_day
from desk.database import new_id, savepoint
from desk.errors import WrongCalendar
from desk.notices.service import tell
from desk.tables.calendar import desk, desk_rule, session, slot
from desk.tables.closures import closure
from desk.tables.people import duty

_MONTHS_LOOKED_AHEAD = 36


@dataclass(frozen=True)
class RuleRow:
    """A rule with the id under which staff change it."""

    id: str
    rule: Rule


def list_rules(db: Connection, desk_id: str) -> tuple[RuleRow, ...]:
    """The desk's rules, in the order in which they count."""
    query = sa.select(desk_rule).where(desk_rule.c.desk_id == desk_id)
    ordered = query.order_by(desk_rule.c.nth, desk_rule.c.weekday, desk_rule.c.id)
    return tuple(RuleRow(row.id, rule_of(row)) for row in db.execute(ordered))


def set_rule(
    db: Connection, *, desk_id: str, rule_id: str | None, rule: Rule, now: datetime
) -> tuple[date, ...]:
    """Adds a rule, or changes the one with this id; returns the days that stay as they are, having bookings.

    Raises WrongCalendar for impossible hours, a rule that opens no day, or one that meets another's days.
    """
    desk_row = queries.desk_by_id(db, desk_id)
    rules.check_rule(rule)
    rules.check_gap(rule.hours, desk_row.gap_minutes)
    others = [each.rule for each in list_rules(db, desk_id) if each.id != rule_id]
    _check_dates(rule, others, _frame(desk_row, now), now)
    if rule_id is None:
        db.execute(desk_rule.insert().values(id=new_id(), desk_id=desk_id, **rule_fields(rule)))
    else:
        this = sa.and_(desk_rule.c.id == rule_id, desk_rule.c.desk_id == desk_id)
        db.execute(desk_rule.update().where(this).values(rule_fields(rule)))
    return _follow(db, desk_id, now)


def end_rule(db: Connection, *, desk_id: str, rule_id: str, now: datetime) -> tuple[date, ...]:
    """The rule gives no more days; returns those that stay, having bookings."""
    this = sa.and_(desk_rule.c.id == rule_id, desk_rule.c.desk_id == desk_id)
    db.execute(desk_rule.delete().where(this))
    return _follow(db, desk_id, now)


def set_manners(
    db: Connection, *, desk_id: str, on_holiday: str, gap_minutes: int, now: datetime
) -> tuple[date, ...]:
    """What happens on holidays (close or move), and the minutes between two parties; days with bookings stay.

    Raises WrongCalendar where a rule of the desk leaves less time than that.
    """
    for each in list_rules(db, desk_id):
        rules.check_gap(each.rule.hours, gap_minutes)
    values = {"on_holiday": on_holiday, "gap_minutes": gap_minutes}
    db.execute(desk.update().where(desk.c.id == desk_id).values(values))
    return _follow(db, desk_id, now)


def _frame(desk_row: queries.DeskRow, now: datetime) -> Frame:
    today = _today(now)
    holidays = holidays_between(today, rules.add_months(today, _MONTHS_LOOKED_AHEAD + 12))
    return Frame(desk_row.opened_on, desk_row.on_holiday, holidays)


def _check_dates(rule: Rule, others: Sequence[Rule], frame: Frame, now: datetime) -> None:
    today = _today(now)
    end = rules.add_months(today, _MONTHS_LOOKED_AHEAD)
    days = rules.plan_days([rule], [], frame, today, end)
    if not any(day.status in rules.OPENING_STATUSES for day in days):
        raise WrongCalendar("the rule opens no day", "no_dates")
    dates = set(rules.rule_dates(rule, today, end))
    if any(not dates.isdisjoint(rules.rule_dates(other, today, end)) for other in others):
        raise WrongCalendar("another rule gives the same day", "same_rule")


def _follow(db: Connection, desk_id: str, now: datetime) -> tuple[date, ...]:
    """Brings what was made of the rules into line with them, day by day; the constraint says who is booked."""
    start, end = _today(now) + timedelta(days=1), rules.add_months(_today(now), rules.MONTHS_MADE_AHEAD)
    days = planned_days(db, desk_id=desk_id, start=start, end=end)
    planned = {day.date: day for day in days if day.status in rules.OPENING_STATUSES}
    left = [
        made.date
        for made in queries.upcoming_sessions(db, desk_id=desk_id, since=start, until=end)
        if _is_of_rules(db, made) and not _bring_into_line(db, made, planned.get(made.date), now)
    ]
    make_sessions(db, today=_today(now))
    return tuple(left)


def _is_of_rules(db: Connection, made: SessionRow) -> bool:
    """Whether the rules made this day, and nobody has said anything else about it since."""
    changed = sa.exists().where(closure.c.session_id == made.id)
    by_hand = sa.select(sa.or_(session.c.moved_from.is_not(None), changed)).where(session.c.id == made.id)
    return made.origin != "extra" and not db.execute(by_hand).scalar_one()


def _bring_into_line(db: Connection, made: SessionRow, wanted: PlannedDay | None, now: datetime) -> bool:
    """False where somebody is or was booked: then the day stays as it is."""
    if wanted is None and made.status != "open":
        return True
    if wanted is not None and made.status == "open" and _has_times_of(db, made, wanted):
        return True
    try:
        with savepoint(db):
            db.execute(slot.delete().where(slot.c.session_id == made.id))
            if wanted:
                _renew(db, made, wanted)
            else:
                _take_back(db, made, now)
    except IntegrityError:
        return False
    return True


def _has_times_of(db: Connection, made: SessionRow, wanted: PlannedDay) -> bool:
    columns = (slot.c.table_no, slot.c.starts_at, slot.c.ends_at)
    usual = sa.and_(slot.c.session_id == made.id, ~slot.c.reserved)
    has = {tuple(row) for row in db.execute(sa.select(*columns).where(usual))}
    return has == {
        (row["table_no"], row["starts_at"], row["ends_at"]) for row in slots_of_day(made.id, wanted)
    }


def _renew(db: Connection, made: SessionRow, wanted: PlannedDay) -> None:
    times = {
        "starts_at": rules.at_wall(wanted.date, wanted.hours.starts),
        "ends_at": rules.at_wall(wanted.date, wanted.hours.ends),
        "status": "open",
    }
    db.execute(session.update().where(session.c.id == made.id).values(times))
    db.execute(slot.insert(), slots_of_day(made.id, wanted))


def _take_back(db: Connection, made: SessionRow, now: datetime) -> None:
    """A day nothing hangs on is gone; where officers are on duty it is closed, and they learn of it."""
    this = session.c.id == made.id
    if db.execute(sa.select(duty.c.id).where(duty.c.session_id == made.id).limit(1)).first() is None:
        db.execute(session.delete().where(this))
    else:
        db.execute(session.update().where(this).values(status="closed"))
        key = f"ruled_out:{made.id}:{now.timestamp()}"
        tell(db, kind="closed", desk_id=made.desk_id, session_id=made.id, dedupe_key=key, now=now)


def _today(now: datetime) -> date:
    return now.astimezone(rules.TOKYO).date()
