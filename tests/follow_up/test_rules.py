"""When a step is due and when it is put off, as pure decisions."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as some

from desk.clock import at_tokyo
from desk.follow_up.rules import (
    AT_PEACE,
    Step,
    asked_until,
    days_ahead,
    end_of_question,
    group_of,
    put_off_to,
)

THURSDAY = date(2026, 11, 12)
DAYS = some.dates(date(2026, 1, 1), date(2028, 12, 31))


def test_what_is_past_already_is_left_out() -> None:
    steps = (Step(7, "message"), Step(30, "telephone"), Step(90, "visit"))
    since = THURSDAY - timedelta(days=30)
    assert days_ahead(steps, since, THURSDAY) == ((since + timedelta(days=90), "visit"),)
    assert days_ahead(steps, THURSDAY, THURSDAY)[0] == (date(2026, 11, 19), "message")


def test_a_day_has_come_at_noon() -> None:
    before = at_tokyo(THURSDAY, 11, 59)
    assert asked_until(before) == THURSDAY - timedelta(days=1)
    assert asked_until(before + timedelta(minutes=1)) == THURSDAY
    assert asked_until(at_tokyo(THURSDAY, 23, 59)) == THURSDAY


@given(touched_on=DAYS, today=DAYS)
def test_nobody_is_asked_within_a_week_of_a_word(touched_on: date, today: date) -> None:
    later = put_off_to(touched_on, today)
    asked_on = today if later is None else later
    assert asked_on >= touched_on + AT_PEACE
    assert later is None or later > today
    assert put_off_to(touched_on, asked_on) is None


def test_who_was_never_heard_of_is_asked() -> None:
    assert put_off_to(None, THURSDAY) is None


def test_a_question_that_never_came_has_no_result() -> None:
    for state in ("blocked", "set_aside"):
        assert end_of_question(message=state, heard_since=True) == ("stopped", None)
    assert end_of_question(message="dropped", heard_since=False) == ("moved", None)
    assert end_of_question(message="accepted", heard_since=False) == ("done", "no_answer")
    assert end_of_question(message="unknown", heard_since=True) == ("done", "reached")
    assert end_of_question(message=None, heard_since=False) == ("done", "no_answer")


def test_the_week_ends_on_sunday() -> None:
    groups = [group_of(THURSDAY + timedelta(days=days), THURSDAY) for days in (-9, 0, 1, 3, 4)]
    assert groups == ["now", "now", "week", "week", "later"]
    sunday = date(2026, 11, 15)
    assert group_of(sunday + timedelta(days=1), sunday) == "later"


def test_the_clock_of_the_machine_may_stand_in_any_zone() -> None:
    noon = datetime.combine(THURSDAY, time(3), tzinfo=at_tokyo(THURSDAY, 0).tzinfo)
    assert asked_until(noon) == THURSDAY
