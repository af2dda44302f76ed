"""LINE answers badly, or not at all, for an hour; then it is well again and everything has arrived once."""

from collections.abc import Callable

import pytest

from simulator.calls import FaultKind
from simulator.client import Person
from tests.crash.desk import RunningDesk, wait_for
from tests.crash.people import (
    LAST_YES,
    answers,
    ask,
    book,
    come_to_the_last_question,
    newcomer,
    numbers,
    pushes,
)

NOON = "2026-11-24T12:00:30+09:00"
TEN_MINUTES = 600.0
REPLY, PUSH = "/message/reply", "/message/push"
Fault = tuple[FaultKind, int, bool]
# What LINE does with a call: kind, status, and whether it took the message all the same.
NOT_TAKEN: tuple[Fault, ...] = (("status", 500, False), ("status", 429, False), ("status", 408, False))
TAKEN: tuple[Fault, ...] = (
    ("half", 200, True),
    ("drop", 200, True),
    ("hang", 200, True),
    ("status", 500, True),
)


def _spoil(desk: RunningDesk, path: str, fault: Fault) -> None:
    kind, status, accepted = fault
    desk.line.fail_next(kind, path=path, status=status, accepted=accepted)


def _next_call(desk: RunningDesk, path: str, act: Callable[[], object]) -> None:
    """Does something that makes the desk call LINE, and waits for the call; one that hangs is cut off."""
    before = len(desk.line.calls(path=path))
    act()
    wait_for("a call", lambda: len(desk.line.calls(path=path)) > before)
    desk.line.release()


def test_a_reminder_survives_an_hour_of_everything(desk: RunningDesk) -> None:
    person = newcomer(desk)
    book(desk, person)
    for fault in (*NOT_TAKEN, *TAKEN):
        _spoil(desk, PUSH, fault)
    _next_call(desk, PUSH, lambda: desk.set_clock(NOON))
    for _ in range(len(NOT_TAKEN + TAKEN)):
        _next_call(desk, PUSH, lambda: desk.pass_time(TEN_MINUTES))
    desk.settle()
    assert len(pushes(desk, person)) == 1
    statuses = [call["status"] for call in desk.line.calls(path=PUSH)]
    assert statuses.count(200) == 1
    assert statuses[-1] == 409


@pytest.mark.parametrize("fault", [*NOT_TAKEN, *TAKEN], ids=lambda fault: f"{fault[0]}-{fault[1]}-{fault[2]}")
def test_a_short_trouble_is_not_noticed(lasting_desk: RunningDesk, fault: Fault) -> None:
    person = newcomer(lasting_desk)
    _spoil(lasting_desk, REPLY, fault)
    _next_call(lasting_desk, REPLY, lambda: lasting_desk.line.say(person, "ヘルプ"))
    lasting_desk.settle()
    assert [message.how for message in lasting_desk.line.messages(person)] == ["reply", None, "reply"]


def _asked_before_a_long_trouble(desk: RunningDesk, *, taken: bool) -> tuple[Person, Person]:
    """One asks for help and one books; the outcome of both answers is unknown, and then an hour goes by."""
    asking, booking = newcomer(desk), newcomer(desk)
    come_to_the_last_question(desk, booking)
    for person, text in ((asking, "ヘルプ"), (booking, LAST_YES)):
        _spoil(desk, REPLY, ("status", 500, taken))
        _next_call(desk, REPLY, lambda person=person, text=text: desk.line.say(person, text))  # type: ignore[misc]
    desk.pass_time(6 * TEN_MINUTES)
    desk.settle()
    return asking, booking


def test_after_an_hour_only_what_must_arrive_is_said_again(desk: RunningDesk) -> None:
    asking, booking = _asked_before_a_long_trouble(desk, taken=False)
    assert len(answers(desk, asking)) == 1
    assert numbers(desk, booking) == 1
    assert len(pushes(desk, booking)) == 1
    assert desk.number("SELECT count(*) FROM outbound_message WHERE state = 'unknown'") == 1
    # The control: had LINE taken both, the booking is told a second time and the rest is not.
    asking, booking = _asked_before_a_long_trouble(desk, taken=True)
    assert len(answers(desk, asking)) == 2
    assert numbers(desk, booking) == 2
    assert ask(desk, asking, "ヘルプ")
