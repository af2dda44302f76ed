"""Which days a rule gives, asked against lists and against another way of counting."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from desk.calendar.holiday import holidays_between
from desk.calendar.rules import (
    LAST,
    OPENING_STATUSES,
    DateException,
    Frame,
    Hours,
    PlannedDay,
    Rule,
    add_months,
    check_hours,
    check_rule,
    closing_time,
    hours_between,
    last_bookable_day,
    next_reading,
    nth_weekday,
    plan_days,
    rule_dates,
)
from desk.errors import WrongCalendar

LAST_FRIDAYS = Path(__file__).with_name("last_fridays.txt")
FRIDAY, SUNDAY = 4, 6
MORNING = Hours(time(10), time(12), (time(10), time(11)))
LAST_FRIDAY = Rule(FRIDAY, LAST, frozenset(range(1, 12)), MORNING)
YEAR_2026 = (date(2026, 1, 1), date(2026, 12, 31))
DECADE = (date(2026, 1, 1), date(2035, 12, 31))
FRIDAYS_OF_2026 = [
    "01-30",
    "02-27",
    "03-27",
    "04-24",
    "05-29",
    "06-26",
    "07-31",
    "08-28",
    "09-25",
    "10-30",
    "11-27",
]

days = some.dates(date(2000, 1, 1), date(2090, 12, 31))
weekdays = some.integers(0, 6)
nths = some.sampled_from([LAST, 1, 2, 3, 4, 5])
months = some.frozensets(some.integers(1, 12), min_size=1)
rules = some.builds(Rule, weekdays, nths, months, some.just(MORNING))


def _frame(on_holiday: str = "close", opened_on: date = date(2018, 9, 1)) -> Frame:
    return Frame(opened_on, on_holiday, holidays_between(date(2025, 1, 1), date(2036, 12, 31)))


def _plan(
    *said: DateException, on_holiday: str = "close", span: tuple[date, date] = DECADE
) -> list[PlannedDay]:
    return list(plan_days([LAST_FRIDAY], said, _frame(on_holiday), *span))


def _day_by_day(start: date, end: date) -> list[date]:
    """Last Fridays counted another way: walk every day, look whether the next Friday is in another month."""
    week = timedelta(days=7)
    walked = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [
        day for day in walked if day.isoweekday() == 5 and (day + week).month != day.month and day.month != 12
    ]


def test_the_last_fridays_of_2026_are_these() -> None:
    assert [day.strftime("%m-%d") for day in rule_dates(LAST_FRIDAY, *YEAR_2026)] == FRIDAYS_OF_2026


def test_ten_years_have_110_last_fridays_and_another_way_of_counting_finds_the_same() -> None:
    found = list(rule_dates(LAST_FRIDAY, *DECADE))
    assert len(found) == 110
    assert found == _day_by_day(*DECADE)


def test_37_of_them_are_fifth_fridays_which_a_rule_for_the_fourth_would_miss() -> None:
    assert sum(day.day > 28 for day in rule_dates(LAST_FRIDAY, *DECADE)) == 37


def test_three_of_them_are_holidays_and_say_which() -> None:
    closed = [(day.date.isoformat(), day.note) for day in _plan() if day.status == "holiday"]
    assert closed == [("2029-02-23", "天皇誕生日"), ("2033-04-29", "昭和の日"), ("2035-02-23", "天皇誕生日")]
    assert sum(day.status == "planned" for day in _plan()) == 107


def test_a_desk_that_moves_holidays_meets_on_the_friday_before() -> None:
    moved = [day.date.isoformat() for day in _plan(on_holiday="move") if day.status == "moved"]
    assert moved == ["2029-02-16", "2033-04-22", "2035-02-16"]


def test_where_the_friday_before_is_another_month_a_moving_desk_takes_the_one_after() -> None:
    first_friday = Rule(FRIDAY, 1, frozenset({1}), MORNING)
    span = (date(2027, 1, 1), date(2027, 1, 31))
    planned = plan_days([first_friday], [], _frame("move"), *span)
    assert [(day.date.day, day.status) for day in planned] == [(1, "holiday"), (8, "moved")]


def test_every_odd_months_last_sunday_can_be_said() -> None:
    odd = Rule(SUNDAY, LAST, frozenset({1, 3, 5, 7, 9, 11}), MORNING)
    found = [day.isoformat() for day in rule_dates(odd, *YEAR_2026)]
    assert found == ["2026-01-25", "2026-03-29", "2026-05-31", "2026-07-26", "2026-09-27", "2026-11-29"]


@settings(deadline=None)
@given(rule=rules, start=days, end=days)
def test_a_rules_dates_are_in_order_in_its_months_and_on_its_weekday(
    rule: Rule, start: date, end: date
) -> None:
    found = list(rule_dates(rule, start, end))
    assert found == sorted(set(found))
    assert all(
        start <= day <= end and day.weekday() == rule.weekday and day.month in rule.months for day in found
    )


@settings(deadline=None)
@given(day=days)
def test_every_day_is_the_nth_of_its_weekday_and_the_last_one_has_none_after_it(day: date) -> None:
    nth = (day.day + 6) // 7
    assert nth_weekday(day.year, day.month, day.weekday(), nth) == day
    is_last = (day + timedelta(days=7)).month != day.month
    assert (nth_weekday(day.year, day.month, day.weekday(), LAST) == day) is is_last


@settings(deadline=None)
@given(day=days, ahead=some.integers(0, 40))
def test_some_months_later_is_in_that_month_and_never_a_later_day_of_it(day: date, ahead: int) -> None:
    later = add_months(day, ahead)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == ahead
    assert later.day <= day.day


@settings(deadline=None)
@given(
    some.lists(
        some.builds(DateException, days, some.sampled_from(["skip", "extra"])), unique_by=lambda e: e.day
    )
)
def test_a_day_left_out_never_opens_and_a_day_added_always_does(said: list[DateException]) -> None:
    planned = {day.date: day.status for day in _plan(*said, span=(date(2020, 1, 1), date(2060, 12, 31)))}
    for exception in said:
        if date(2020, 1, 1) <= exception.day <= date(2060, 12, 31):
            opens = planned.get(exception.day) in OPENING_STATUSES
            assert opens is (exception.kind == "extra")


def test_a_day_left_out_is_shown_as_closed_with_its_reason() -> None:
    skip = DateException(date(2026, 10, 30), "skip", note="建物の工事")
    assert [day.note for day in _plan(skip, span=YEAR_2026) if day.status == "closed"] == ["建物の工事"]


def test_a_moved_day_is_closed_where_it_was_and_opens_where_it_went() -> None:
    move = DateException(date(2026, 10, 30), "move", date(2026, 10, 23))
    october = (date(2026, 10, 1), date(2026, 10, 31))
    assert [(day.date.day, day.status) for day in _plan(move, span=october)] == [
        (23, "moved"),
        (30, "closed"),
    ]


def test_a_day_moved_into_the_next_month_is_found_there() -> None:
    move = DateException(date(2026, 10, 30), "move", date(2026, 11, 6))
    november = (date(2026, 11, 1), date(2026, 11, 30))
    assert [(day.date.day, day.status) for day in _plan(move, span=november)] == [
        (6, "moved"),
        (27, "planned"),
    ]


def test_staff_may_open_on_a_holiday() -> None:
    extra = DateException(date(2029, 2, 23), "extra")
    february = (date(2029, 2, 1), date(2029, 2, 28))
    assert [day.status for day in _plan(extra, span=february)] == ["extra"]


def test_nothing_lies_before_the_desk_opened() -> None:
    frame = _frame(opened_on=date(2026, 6, 27))
    first = plan_days([LAST_FRIDAY], [], frame, *YEAR_2026)[0]
    assert first.date == date(2026, 7, 31)


def test_an_evening_receives_parties_at_the_same_distance_as_a_morning() -> None:
    evening = hours_between(time(18), time(20), MORNING)
    assert evening.party_starts == (time(18), time(19))
    assert hours_between(None, None, MORNING) == MORNING


@pytest.mark.parametrize(
    "hours",
    [
        Hours(time(12), time(10), (time(10),)),
        Hours(time(10), time(12), ()),
        Hours(time(10), time(12), (time(9, 30), time(11))),
        Hours(time(10), time(12), (time(10), time(11, 30))),
        Hours(time(10), time(12), (time(10), time(10, 30))),
        Hours(time(10), time(12), (time(10),), tables=0),
    ],
)
def test_impossible_hours_are_refused(hours: Hours) -> None:
    with pytest.raises(WrongCalendar):
        check_hours(hours)


@pytest.mark.parametrize(
    "rule",
    [
        Rule(FRIDAY, LAST, frozenset(), MORNING),
        Rule(FRIDAY, LAST, frozenset({13}), MORNING),
        Rule(FRIDAY, 6, frozenset({1}), MORNING),
        Rule(7, 1, frozenset({1}), MORNING),
    ],
)
def test_a_rule_without_dates_is_refused(rule: Rule) -> None:
    with pytest.raises(WrongCalendar):
        check_rule(rule)


def test_the_desk_closes_for_bookings_the_day_before_at_five() -> None:
    assert closing_time(date(2026, 11, 27), 1, time(17)) == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def test_three_months_ahead_in_november_is_february_and_never_a_day_that_is_not_there() -> None:
    assert last_bookable_day(date(2026, 11, 12), 3) == date(2027, 2, 12)
    assert last_bookable_day(date(2026, 11, 30), 3) == date(2027, 2, 28)


TUESDAYS = [(1, time(10))]


@pytest.mark.parametrize(
    ("now", "next_time"),
    [
        ("2026-11-12T23:52+09:00", "2026-11-17T10:00+09:00"),
        ("2026-11-17T09:59+09:00", "2026-11-17T10:00+09:00"),
        ("2026-11-17T10:00+09:00", "2026-11-24T10:00+09:00"),
        # Tuesday the 3rd is 文化の日.
        ("2026-11-01T12:00+09:00", "2026-11-10T10:00+09:00"),
        # Tuesday the 29th of December: offices rest until the 3rd of January.
        ("2026-12-22T12:00+09:00", "2027-01-05T10:00+09:00"),
    ],
)
def test_staff_read_next_on_the_coming_tuesday_that_is_no_holiday(now: str, next_time: str) -> None:
    holidays = holidays_between(date(2026, 1, 1), date(2026, 12, 31))
    assert next_reading(TUESDAYS, datetime.fromisoformat(now), holidays) == datetime.fromisoformat(next_time)


def test_a_desk_where_nobody_reads_cannot_say_when() -> None:
    with pytest.raises(WrongCalendar):
        next_reading([], datetime(2026, 11, 12, tzinfo=UTC), {})


def test_ten_years_of_last_fridays_are_the_days_that_were_written_out() -> None:
    rows = [line.split() for line in LAST_FRIDAYS.read_text().splitlines() if not line.startswith("#")]
    planned = [[day.date.isoformat(), *([day.note] if day.status == "holiday" else [])] for day in _plan()]
    assert (len(rows), planned) == (110, rows)
