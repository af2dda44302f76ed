"""LINE answers badly, or not at all; when it is well again, all that was to arrive has arrived once."""

from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from simulator.client import Person
from tests.crash.desk import RunningDesk, running_desk
from tests.crash.people import (
    LAST_YES,
    PUSH,
    REPLY,
    answers,
    ask,
    come_to_the_last_question,
    leave,
    newcomer,
    numbers,
    pushes,
)
from tests.crash.trouble import NOT_TAKEN, TAKEN, Fault, next_call, spoil
from tests.engines import by_default, in_turns

AN_HOUR, TEN_MINUTES, TENS = 3600, 600, 6
WITHOUT_A_SECOND_TRY = """CREATE TRIGGER control AFTER UPDATE OF state ON outbound_message
    WHEN OLD.state = 'sending' AND NEW.state = 'queued'
    BEGIN UPDATE outbound_message SET state = 'set_aside' WHERE id = NEW.id; END"""
WITHOUT_A_NOTE_OF_THE_FIRST = """CREATE TRIGGER control AFTER UPDATE OF reply_tried ON outbound_message
    WHEN NEW.reply_tried
    BEGIN UPDATE outbound_message SET reply_tried = 0 WHERE id = NEW.id; END"""
# For an hour: what is wrong with each call; how often then come a booking's number, pushes, and help. The first runs daily.
HOURS: list[tuple[Fault, tuple[int, int, int]]] = [
    (("half", 200, True), (2, 1, 1)),
    (("status", 429, False), (1, 1, 1)),
    (("status", 500, False), (1, 1, 0)),
    (("status", 408, False), (1, 1, 0)),
    (("hang", 200, False), (1, 1, 0)),
]


def _name(fault: Fault) -> str:
    kind, status, taken = fault
    return f"{kind}-{status}-{taken}"


def _ways_through(desk: RunningDesk, fault: Fault) -> list[str | None]:
    """How each thing in the chat came, where somebody asks for help and the first answer goes wrong."""
    person = newcomer(desk)
    spoil(desk, REPLY, fault)
    next_call(desk, REPLY, lambda: desk.line.say(person, "ヘルプ"))
    desk.settle()
    return [message.how for message in desk.line.messages(person)]


SHORT = in_turns([*NOT_TAKEN, *TAKEN], _name)


@pytest.mark.parametrize(("fault", "lasting_desk"), SHORT, indirect=["lasting_desk"])
def test_a_short_trouble_is_not_noticed(lasting_desk: RunningDesk, fault: Fault) -> None:
    assert _ways_through(lasting_desk, fault) == ["reply", None, "reply"]


@pytest.mark.parametrize(
    ("control", "fault", "ways"),
    [
        (WITHOUT_A_SECOND_TRY, NOT_TAKEN[0], ["reply", None]),
        (WITHOUT_A_NOTE_OF_THE_FIRST, TAKEN[0], ["reply", None, "reply", "push"]),
    ],
    ids=["no second try", "no note of the first"],
)
def test_without_what_is_written_down_it_is_noticed(
    sqlite_url: str, tmp_path: Path, control: str, fault: Fault, ways: list[str | None]
) -> None:
    with running_desk(sqlite_url, tmp_path) as desk:
        with desk.database.transaction() as db:
            db.execute(sa.text(control))
        assert _ways_through(desk, fault) == ways


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


@by_default("postgres", "lasting_desk")
@pytest.mark.parametrize(
    ("fault", "comes"),
    [
        pytest.param(*hour, id=_name(hour[0]), marks=[] if hour is HOURS[0] else [pytest.mark.soak])
        for hour in HOURS
    ],
)
def test_after_an_hour_of_one_trouble_all_is_told_that_must_be(
    lasting_desk: RunningDesk, fault: Fault, comes: tuple[int, int, int]
) -> None:
    desk, (kind, status, taken) = lasting_desk, fault
    asking, booking = newcomer(desk), newcomer(desk)
    come_to_the_last_question(desk, booking)
    desk.line.fail_next(kind, times=AN_HOUR, path="/message/", status=status, accepted=taken)
    for person, text in ((asking, "ヘルプ"), (booking, LAST_YES)):
        next_call(desk, REPLY, partial(desk.line.say, person, text))
    for _ in range(TENS):
        next_call(desk, PUSH, lambda: desk.pass_time(TEN_MINUTES))
    desk.line.clear_faults()
    desk.pass_time(TEN_MINUTES)
    desk.settle()
    helped = len(answers(desk, asking)) - 1
    assert (numbers(desk, booking), len(pushes(desk, booking)), helped) == comes
    leave(desk, booking)
