"""Passwords, the slowing of guesses, and what each role may do: pure decisions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.notices.rules import escalate_at
from desk.people.rules import (
    HERE,
    ROLES,
    Permission,
    fault_of_password,
    folded_password,
    may,
    sees_people,
    wait_before_try,
)

NOW = datetime(2026, 11, 12, 14, 40, tzinfo=UTC)
DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("みじかい", "short"),
        ("a" * 14, "short"),
        ("a" * 200, "long"),
        ("aaaaaaaaaaaaaaaaaa", "common"),
        ("passwordpassword", "common"),
        ("Password1234567890", "common"),
        ("tomarigi2026tomarigi", "common"),
        ("更生保護更生保護更生保護更生保護", "common"),
        ("１２３４５６７８９０１２３４５６", "common"),
        ("あさつゆ むぎわら ゆうびん 7ばん", None),
        ("correct horse battery staple", None),
    ],
)
def test_a_password_is_long_and_not_what_everybody_tries(password: str, fault: str | None) -> None:
    assert fault_of_password(password) == fault


def test_a_phrase_is_the_same_phrase_on_another_machine() -> None:
    assert folded_password("ガッコウ１２３") == folded_password("ｶﾞｯｺｳ123")


@given(st.text())
def test_any_text_at_all_gets_an_answer(password: str) -> None:
    assert fault_of_password(password) in ("short", "long", "common", None)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 10), (6, 20), (7, 40), (8, 80), (9, 160), (10, 300), (50, 300)],
)
def test_each_wrong_try_after_the_fifth_doubles_the_wait_up_to_five_minutes(
    failures: int, seconds: int
) -> None:
    assert wait_before_try([NOW] * failures, HERE, now=NOW) == timedelta(seconds=seconds)


def test_old_tries_are_forgiven() -> None:
    assert wait_before_try([NOW - timedelta(minutes=15)] * 20, HERE, now=NOW) == timedelta(0)
    assert wait_before_try([NOW - timedelta(seconds=10)] * 5, HERE, now=NOW) == timedelta(0)


def test_each_role_may_do_just_its_own_work() -> None:
    allowed = {
        role: {permission.value for permission in Permission if may(role, permission)} for role in ROLES
    }
    staff = {"own_account", "duty", "desk_work", "cases", "machine", "totals"}
    assert allowed == {
        "officer": {"own_account", "duty"},
        "staff": staff,
        "supervisor": staff | {"promises", "accounts", "reading_log"},
        "prefecture": {"own_account", "totals"},
        "administrator": {"own_account", "accounts", "machine"},
    }
    assert not any(may("anybody else", permission) for permission in Permission)


@pytest.mark.parametrize(("days", "seen"), [(-8, False), (-7, True), (0, True), (14, True), (15, False)])
def test_officers_see_people_around_their_own_day(days: int, seen: bool) -> None:
    assert sees_people(session_date=DAY, today=DAY + timedelta(days=days)) is seen


@pytest.mark.parametrize(
    ("today", "session_date", "hours"),
    [
        (DAY - timedelta(days=15), DAY, 24),
        (DAY - timedelta(days=2), DAY, 24),
        (DAY - timedelta(days=1), DAY, 2),
        (DAY, DAY, 2),
        (DAY, None, 0),
    ],
)
def test_the_nearer_the_day_the_sooner_staff_are_asked(
    today: date, session_date: date | None, hours: int
) -> None:
    assert escalate_at(at=NOW, today=today, session_date=session_date) == NOW + timedelta(hours=hours)
