"""How a message is carried, case by case: reply first, push second, and what an outcome means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.clock import Tick
from desk.messaging.rules import (
    LONGEST_REST,
    PUSH_FOR,
    Outcome,
    Situation,
    event_rest,
    next_step,
    rest,
    settle_push,
    settle_reply,
    token_age,
)

NOW = datetime(2026, 11, 12, 14, 40, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def situation(**facts: Any) -> Situation:
    """A message just queued as the answer to an event; `facts` say what is different."""
    usual = {
        "token_age": 1.0,
        "reply_tried": False,
        "must_arrive": False,
        "first_push_at": None,
        "not_after": None,
    }
    return Situation(**{**usual, **facts})


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({}, "reply"),
        ({"token_age": 49.9}, "reply"),
        ({"token_age": 50.0}, "push"),
        ({"token_age": None}, "push"),
        # A reply of unknown outcome: again as a reply, then by weight.
        ({"reply_tried": True}, "reply"),
        ({"reply_tried": True, "token_age": 50.0}, "unknown"),
        ({"reply_tried": True, "token_age": None}, "unknown"),
        ({"reply_tried": True, "token_age": 50.0, "must_arrive": True}, "push"),
        ({"reply_tried": True, "token_age": None, "must_arrive": True}, "push"),
        # Once pushed, always pushed, with the same key, for a day.
        ({"first_push_at": NOW}, "push"),
        ({"first_push_at": NOW - PUSH_FOR + SECOND}, "push"),
        ({"first_push_at": NOW - PUSH_FOR}, "give_up"),
        # Too late to be of use.
        ({"not_after": NOW}, "reply"),
        ({"not_after": NOW - SECOND}, "drop"),
        ({"not_after": NOW - SECOND, "first_push_at": NOW}, "unknown"),
        ({"not_after": NOW - SECOND, "reply_tried": True, "must_arrive": True}, "unknown"),
    ],
)
def test_the_next_step(facts: dict[str, Any], step: str) -> None:
    assert next_step(situation(**facts), now=NOW) == step


def test_less_than_a_day_of_pushing_stays_below_what_line_remembers() -> None:
    assert timedelta(hours=23) < PUSH_FOR < timedelta(hours=24)


def test_a_token_of_another_boot_has_no_age() -> None:
    assert token_age(Tick(10, "a"), Tick(25, "a")) == 15
    assert token_age(Tick(10, "a"), Tick(25, "b")) is None


@pytest.mark.parametrize(
    ("kind", "tried_before", "state", "tried", "pushed"),
    [
        ("accepted", False, "accepted", False, False),
        ("accepted", True, "accepted", False, False),
        # The token is no good: the message goes by push.
        ("refused", False, "queued", False, True),
        # The earlier reply of unknown outcome had used it: it arrived.
        ("refused", True, "accepted", False, False),
        ("unknown", False, "queued", True, False),
        ("unknown", True, "queued", True, False),
        # Certainly not taken: what is known of earlier replies stays.
        ("not_now", False, "queued", False, False),
        ("not_now", True, "queued", True, False),
        ("no_right", False, "queued", False, False),
    ],
)
def test_what_follows_a_reply(kind: Any, tried_before: bool, state: str, tried: bool, pushed: bool) -> None:
    settled = settle_reply(Outcome(kind), tried_before=tried_before, attempts=1, now=NOW)
    assert (settled.state, settled.reply_tried, settled.first_push_at is not None) == (state, tried, pushed)
    if kind == "refused":
        assert settled.due_at == NOW


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("accepted", "accepted"),
        ("refused", "parked"),
        ("unknown", "queued"),
        ("not_now", "queued"),
        ("too_many", "queued"),
        ("no_right", "queued"),
    ],
)
def test_what_follows_a_push(kind: Any, state: str) -> None:
    first = NOW - timedelta(hours=1)
    settled = settle_push(Outcome(kind), first_push_at=first, attempts=1, now=NOW)
    assert (settled.state, settled.first_push_at) == (state, first)
    assert (settled.due_at > NOW) == (state == "queued")


def test_pauses_grow_to_ten_minutes() -> None:
    pauses = [rest(Outcome("unknown"), attempts) for attempts in range(1, 40)]
    assert [pause.total_seconds() for pause in pauses[:4]] == [1, 2, 4, 8]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_REST
    # A wrong token is not mended in a second.
    assert rest(Outcome("no_right"), 1) == timedelta(minutes=1)


def test_the_fourth_failure_of_an_event_is_the_last() -> None:
    assert [event_rest(failures) for failures in (1, 2, 3, 4)] == [SECOND, 4 * SECOND, 16 * SECOND, None]


@given(
    kinds=st.lists(st.sampled_from(["unknown", "not_now", "no_right", "refused"]), max_size=60),
    must_arrive=st.booleans(),
)
def test_whatever_line_answers_a_message_comes_to_an_end(kinds: list[Any], must_arrive: bool) -> None:
    """No message is carried for ever: a day after its first push at the latest it is settled."""
    now, it, attempts = NOW, situation(must_arrive=must_arrive), 0
    while (step := next_step(it, now=now)) in ("reply", "push"):
        outcome = Outcome(kinds[attempts] if attempts < len(kinds) else "unknown")
        attempts += 1
        if step == "reply":
            settled = settle_reply(outcome, tried_before=it.reply_tried, attempts=attempts, now=now)
        else:
            settled = settle_push(outcome, first_push_at=it.first_push_at or now, attempts=attempts, now=now)
        if settled.state != "queued":
            break
        age = (settled.due_at - NOW).total_seconds()
        now = settled.due_at
        it = situation(
            token_age=age,
            reply_tried=settled.reply_tried,
            first_push_at=settled.first_push_at,
            must_arrive=must_arrive,
        )
    assert attempts < 400
    assert now - NOW <= PUSH_FOR + timedelta(hours=2)
