"""LINE answers badly, or not at all; when it is well again, all that was to arrive has arrived once."""

import pytest

from simulator.client import Person
from tests.crash.desk import RunningDesk
from tests.crash.people import (
    LAST_YES,
    REPLY,
    answers,
    ask,
    come_to_the_last_question,
    newcomer,
    numbers,
    pushes,
)
from tests.crash.trouble import NOT_TAKEN, TAKEN, Fault, next_call, spoil

AN_HOUR = 3600


@pytest.mark.parametrize("fault", [*NOT_TAKEN, *TAKEN], ids=lambda fault: f"{fault[0]}-{fault[1]}-{fault[2]}")
def test_a_short_trouble_is_not_noticed(lasting_desk: RunningDesk, fault: Fault) -> None:
    person = newcomer(lasting_desk)
    spoil(lasting_desk, REPLY, fault)
    next_call(lasting_desk, REPLY, lambda: lasting_desk.line.say(person, "ヘルプ"))
    lasting_desk.settle()
    assert [message.how for message in lasting_desk.line.messages(person)] == ["reply", None, "reply"]


def _say_in_trouble(desk: RunningDesk, person: Person, text: str, *, taken: bool) -> None:
    spoil(desk, REPLY, ("status", 500, taken))
    next_call(desk, REPLY, lambda: desk.line.say(person, text))


def _an_hour_later(desk: RunningDesk, *, taken: bool) -> tuple[Person, Person]:
    """One asks for help and one books; what became of both answers is unknown, and then an hour goes by."""
    asking, booking = newcomer(desk), newcomer(desk)
    come_to_the_last_question(desk, booking)
    _say_in_trouble(desk, asking, "ヘルプ", taken=taken)
    _say_in_trouble(desk, booking, LAST_YES, taken=taken)
    desk.pass_time(AN_HOUR)
    desk.settle()
    return asking, booking


def test_after_an_hour_only_what_must_arrive_is_said_again(lasting_desk: RunningDesk) -> None:
    asking, booking = _an_hour_later(lasting_desk, taken=False)
    assert len(answers(lasting_desk, asking)) == 1
    assert numbers(lasting_desk, booking) == len(pushes(lasting_desk, booking)) == 1
    assert lasting_desk.number("SELECT count(*) FROM outbound_message WHERE state = 'unknown'") == 1
    assert ask(lasting_desk, asking, "ヘルプ")


def test_had_line_taken_it_what_must_arrive_comes_twice_and_nothing_else(lasting_desk: RunningDesk) -> None:
    asking, booking = _an_hour_later(lasting_desk, taken=True)
    assert len(answers(lasting_desk, asking)) == 2
    assert numbers(lasting_desk, booking) == 2
