"""Which days a desk opens, from its rules, exceptions and public holidays; and until when one can book.

All of it is pure: days and wall-clock times of Japan in, days and times out.
"""

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from desk.errors import WrongCalendar

TOKYO = ZoneInfo("Asia/Tokyo")
LAST = -1
MONTHS_MADE_AHEAD = 13
WEEK = timedelta(days=7)
#: What every desk promises its clients, in words that somebody has approved by name.
PROMISE_KEYS = ("who_reads", "kept", "read_log")

# The statuses of the contract. `planned` is a day not yet made into a session.
OPENING_STATUSES = frozenset({"open", "planned", "moved", "extra"})
_STATUS_OF_ORIGIN = {"rule": "open", "extra": "extra", "moved": "moved"}
_SHUT = frozenset({"closing", "closed"})


@dataclass(frozen=True)
class Hours:
    """The hours of a day: when parties are received, for how many minutes, at how many tables at once."""

    starts: time
    ends: time
    party_starts: tuple[time, ...]
    party_minutes: int = 50
    tables: int = 1


@dataclass(frozen=True)
class Rule:
    """The nth weekday (Monday is 0, LAST the last one) of each of these months."""

    weekday: int
    nth: int
    months: frozenset[int]
    hours: Hours


@dataclass(frozen=True)
class DateException:
    """What staff have said about one day: `skip` it, open an `extra` one, or `move` it to another day."""

    day: date
    kind: str
    to_date: date | None = None
    starts: time | None = None
    ends: time | None = None
    place: str = ""
    note: str = ""


@dataclass(frozen=True)
class PlannedDay:
    """A day as the rules see it; `place` is empty where it is the desk's own."""

    date: date
    status: str
    hours: Hours
    place: str = ""
    note: str = ""


@dataclass(frozen=True)
class Frame:
    """What holds for a desk besides its rules."""

    opened_on: date
    on_holiday: str
    holidays: Mapping[date, str]


def at_wall(day: date, wall: time) -> datetime:
    """The UTC instant of a wall-clock time in Japan."""
    return datetime.combine(day, wall, tzinfo=TOKYO).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The nth such weekday of a month, LAST for the last one; None where a month has no fifth."""
    days_in_month = calendar.monthrange(year, month)[1]
    first = 1 + (weekday - date(year, month, 1).weekday()) % 7
    days = range(first, days_in_month + 1, 7)
    if nth == LAST:
        return date(year, month, days[-1])
    return date(year, month, days[nth - 1]) if nth <= len(days) else None


def rule_dates(rule: Rule, start: date, end: date) -> Iterator[date]:
    """The rule's dates from `start` to `end`, both included, in order."""
    for year in range(start.year, end.year + 1):
        for month in sorted(rule.months):
            day = nth_weekday(year, month, rule.weekday, rule.nth)
            if day is not None and start <= day <= end:
                yield day


def plan_days(
    rules: Sequence[Rule], exceptions: Iterable[DateException], frame: Frame, start: date, end: date
) -> tuple[PlannedDay, ...]:
    """Every day from `start` to `end` on which the desk opens, or would have opened, in order.

    What staff said wins over the rules, the rules' first over its second; a holiday closes or moves only what
    a rule gives. Nothing lies before the desk's opening date.
    """
    said = {exception.day: exception for exception in exceptions}
    first = max(start, frame.opened_on)
    # A moved day may come from a neighbouring month: look one month further on both sides.
    ruled = _ruled_days(rules, add_months(first, -1), add_months(end, 1))
    taken = {*ruled, *said}
    days: dict[date, PlannedDay] = {}
    for day, hours in ruled.items():
        for planned in _fate(day, hours, said.get(day), frame, taken):
            days.setdefault(planned.date, planned)
    for exception in said.values():
        for planned in _wished(exception, ruled.get(exception.day) or usual_hours(rules)):
            days[planned.date] = planned
    return tuple(days[day] for day in sorted(days) if first <= day <= end)


def _ruled_days(rules: Sequence[Rule], start: date, end: date) -> dict[date, Hours]:
    days: dict[date, Hours] = {}
    for rule in rules:
        for day in rule_dates(rule, start, end):
            days.setdefault(day, rule.hours)
    return days


def _fate(
    day: date, hours: Hours, said: DateException | None, frame: Frame, taken: set[date]
) -> Iterator[PlannedDay]:
    """What becomes of a day that a rule gives."""
    if said is not None:
        if said.kind != "extra":
            yield PlannedDay(day, "closed", hours, said.place, said.note)
        return
    name = frame.holidays.get(day)
    if name is None:
        yield PlannedDay(day, "planned", hours)
        return
    yield PlannedDay(day, "holiday", hours, note=name)
    other = beside_holiday(day, frame.holidays, taken) if frame.on_holiday == "move" else None
    if other is not None:
        yield PlannedDay(other, "moved", hours, note=name)


def beside_holiday(day: date, holidays: Mapping[date, str], taken: set[date]) -> date | None:
    """Where a desk that moves holidays meets: the same weekday a week before, else after, in that month."""
    for weeks in (-1, -2, 1, 2):
        other = day + weeks * WEEK
        if other.month == day.month and other not in holidays and other not in taken:
            return other
    return None


def _wished(exception: DateException, usual: Hours) -> Iterator[PlannedDay]:
    """The day an exception opens, if it opens one."""
    hours = hours_between(exception.starts, exception.ends, usual)
    if exception.kind == "extra":
        yield PlannedDay(exception.day, "extra", hours, exception.place, exception.note)
    elif exception.kind == "move" and exception.to_date is not None:
        yield PlannedDay(exception.to_date, "moved", hours, exception.place, exception.note)


def usual_hours(rules: Sequence[Rule]) -> Hours:
    """How parties are received when a day says nothing of its own: as the first rule has it."""
    return rules[0].hours if rules else Hours(time(10), time(12), (time(10), time(11)))


def hours_between(starts: time | None, ends: time | None, usual: Hours) -> Hours:
    """The usual way of receiving parties, fitted into other hours; the usual hours where none are given."""
    if starts is None or ends is None:
        return usual
    parties = []
    moment, step = minutes_of(starts), _step(usual)
    while moment + usual.party_minutes <= minutes_of(ends):
        parties.append(time(*divmod(moment, 60)))
        moment += step
    return replace(usual, starts=starts, ends=ends, party_starts=tuple(parties))


def _step(hours: Hours) -> int:
    """Minutes from one party's start to the next one's."""
    starts = [minutes_of(wall) for wall in hours.party_starts]
    return starts[1] - starts[0] if len(starts) > 1 else hours.party_minutes


def minutes_of(wall: time) -> int:
    """Minutes since midnight."""
    return wall.hour * 60 + wall.minute


def check_hours(hours: Hours) -> None:
    """Raises WrongCalendar where parties overlap, none fits, or the day ends before it starts."""
    starts = [minutes_of(wall) for wall in hours.party_starts]
    if minutes_of(hours.ends) <= minutes_of(hours.starts):
        raise WrongCalendar("the day ends before it starts", "ends_early")
    if not starts or hours.party_minutes < 1 or hours.tables < 1:
        raise WrongCalendar("no party can be received in these hours", "no_party")
    if starts[0] < minutes_of(hours.starts) or starts[-1] + hours.party_minutes > minutes_of(hours.ends):
        raise WrongCalendar("a party would begin or end outside the hours", "outside")
    if any(later - earlier < hours.party_minutes for earlier, later in pairwise(starts)):
        raise WrongCalendar("two parties would overlap at one table", "overlap")


def check_gap(hours: Hours, gap_minutes: int) -> None:
    """Raises WrongCalendar where two parties of a table would meet in the corridor."""
    starts = [minutes_of(wall) for wall in hours.party_starts]
    if any(later - earlier < hours.party_minutes + gap_minutes for earlier, later in pairwise(starts)):
        raise WrongCalendar(f"less than {gap_minutes} minutes between two parties", "gap")


def check_rule(rule: Rule) -> None:
    """Raises WrongCalendar for a rule that gives no dates or has impossible hours."""
    if not rule.months or not rule.months <= set(range(1, 13)):
        raise WrongCalendar("a rule needs at least one month, from 1 to 12", "no_months")
    if rule.nth not in (LAST, 1, 2, 3, 4, 5) or not 0 <= rule.weekday <= 6:
        raise WrongCalendar("a rule needs a weekday, and the first to fifth or last of it", "no_weekday")
    check_hours(rule.hours)


def status_word(status: str, origin: str) -> str:
    """The contract's word for a session as it is stored."""
    return "closed" if status in _SHUT else _STATUS_OF_ORIGIN[origin]


def closing_time(day: date, cutoff_days: int, cutoff_at: time) -> datetime:
    """The instant after which a client can no longer book that session."""
    return at_wall(day - timedelta(days=cutoff_days), cutoff_at)


def last_bookable_day(today: date, months_ahead: int) -> date:
    """The furthest day a client can book today."""
    return add_months(today, months_ahead)


def next_reading(
    reading_hours: Iterable[tuple[int, time]], now: datetime, holidays: Mapping[date, str]
) -> datetime:
    """When staff read next, after `now`, not on a public holiday nor when offices rest at the year's end.

    Raises WrongCalendar without hours.
    """
    hours = list(reading_hours)
    today = now.astimezone(TOKYO).date()
    for ahead in range(60):
        day = today + timedelta(days=ahead)
        moments = [at_wall(day, wall) for weekday, wall in hours if weekday == day.weekday()]
        later = [moment for moment in moments if moment > now]
        if later and day not in holidays and not is_years_end(day):
            return min(later)
    raise WrongCalendar("the desk has no hours at which staff read")


def is_years_end(day: date) -> bool:
    """From 29 December to 3 January public offices are shut (行政機関の休日に関する法律, article 1)."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
