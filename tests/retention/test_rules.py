"""Lifetimes have bounds, a hold has a reason and an end."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.retention.rules import (
    LIFETIMES,
    WrongHold,
    WrongLifetime,
    check_days,
    check_hold,
    goes_on,
    lifetimes_with,
)

DATA = Path(__file__).parents[2] / "docs/DATA.md"
TODAY = date(2026, 11, 12)


@given(st.integers(-10, 10_000))
def test_only_days_within_the_bounds_are_taken(days: int) -> None:
    for row in LIFETIMES:
        if row.fewest <= days <= row.most:
            check_days(row.kind, days)
        else:
            with pytest.raises(WrongLifetime):
                check_days(row.kind, days)


def test_an_unknown_kind_has_no_lifetime() -> None:
    with pytest.raises(WrongLifetime):
        check_days("everything", 100)


def test_every_default_lies_within_its_own_bounds() -> None:
    for row in LIFETIMES:
        check_days(row.kind, row.days)
    assert lifetimes_with({"visit": 60}) == {"visit": 60, "record": 365, "log": 1826}


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(1, 4000))
def test_somebody_stays_for_so_many_whole_days(last: date, days: int) -> None:
    assert (goes_on(last, days) - last).days == days + 1


@pytest.mark.parametrize(
    ("reason", "until", "why"),
    [
        ("", TODAY + timedelta(days=9), "reason"),
        ("  ", TODAY + timedelta(days=9), "reason"),
        ("裁判が続いている", TODAY, "end"),
        ("裁判が続いている", TODAY + timedelta(days=367), "end"),
    ],
)
def test_a_hold_says_why_and_until_when(reason: str, until: date, why: str) -> None:
    with pytest.raises(WrongHold) as fault:
        check_hold(reason, until=until, today=TODAY)
    assert fault.value.why == why
    check_hold("裁判が続いている", until=TODAY + timedelta(days=366), today=TODAY)


def test_the_document_says_the_same_days() -> None:
    told = dict(re.findall(r"^\| (\w+) \| (\d+) days \|", DATA.read_text(), re.MULTILINE))
    assert told == {row.kind: str(row.days) for row in LIFETIMES}
