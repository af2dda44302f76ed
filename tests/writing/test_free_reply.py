"""Staff who are talking with a person answer on the token of what was just written: nothing of the month is used."""

from collections.abc import Callable
from functools import partial

import pytest

from bot.flows import script
from bot.handlers.dispatch import handle
from bot.scheduling.delivery import work_inbox, work_outbox
from desk.clients.queries import lock_known
from desk.inbox.service import note_writing
from desk.messaging.rules import DEFER
from simulator.client import Person
from tests.writing.house import UNDO_SECONDS, Desk

WORDS = "あした、行けません。"
ANSWER = "わかりました。べつの日を いっしょに きめましょう。"
STAFF_READ = "職員が読みます"
A_MOMENT = 5.0
DEFERRED = DEFER.total_seconds()


@pytest.mark.parametrize("how", ["writing", "wrote"])
def test_their_words_go_as_a_reply_in_place_of_ours(desk: Desk, how: str) -> None:
    sora, client_id = desk.person()
    {"writing": is_writing, "wrote": wrote_before}[how](desk, client_id)
    goes_on(desk)
    before = len(desk.line.ways(sora))
    tells_staff(desk, sora)
    assert STAFF_READ not in chat(desk, sora)
    goes_on(desk, A_MOMENT)
    assert desk.writes(client_id, ANSWER)
    goes_on(desk, UNDO_SECONDS)
    assert desk.line.answers(sora)[-1] == ANSWER
    assert set(desk.line.ways(sora)[before:]) == {"reply"}
    goes_on(desk, DEFERRED)
    assert STAFF_READ not in chat(desk, sora)
    assert desk.sent(client_id).outbound_state == "accepted"


def test_where_nobody_is_there_the_person_is_told_at_once_and_staffs_words_are_pushed(desk: Desk) -> None:
    sora, client_id = desk.person()
    tells_staff(desk, sora)
    assert STAFF_READ in chat(desk, sora)
    goes_on(desk, A_MOMENT)
    assert desk.writes(client_id, ANSWER)
    goes_on(desk, UNDO_SECONDS)
    assert (desk.line.answers(sora)[-1], desk.line.ways(sora)[-1]) == (ANSWER, "push")


def test_whoever_is_too_slow_does_not_leave_the_person_without_a_word(desk: Desk) -> None:
    sora, client_id = desk.person()
    is_writing(desk, client_id)
    tells_staff(desk, sora)
    goes_on(desk, DEFERRED - 1)
    assert STAFF_READ not in chat(desk, sora)
    goes_on(desk, 1)
    assert STAFF_READ in desk.line.answers(sora)[-1]
    assert desk.line.ways(sora)[-1] == "reply"
    assert desk.writes(client_id, ANSWER)
    goes_on(desk, UNDO_SECONDS)
    assert (desk.line.answers(sora)[-1], desk.line.ways(sora)[-1]) == (ANSWER, "push")


def test_what_is_taken_back_lets_our_own_words_go_at_once(desk: Desk) -> None:
    sora, client_id = desk.person()
    is_writing(desk, client_id)
    tells_staff(desk, sora)
    assert desk.writes(client_id, ANSWER)
    assert desk.takes_back(desk.sent(client_id).id, client_id)
    goes_on(desk)
    assert STAFF_READ in desk.line.answers(sora)[-1]
    goes_on(desk, 3_600)
    assert ANSWER not in chat(desk, sora)


def test_somebody_who_goes_on_is_answered_in_order(desk: Desk) -> None:
    sora, client_id = desk.person()
    is_writing(desk, client_id)
    tells_staff(desk, sora)
    desk.line.sim.say(sora, "メニュー")
    goes_on(desk)
    answers = desk.line.answers(sora)
    assert STAFF_READ in answers[-2]
    assert desk.line.ways(sora)[-2:] == ["reply", "reply"]


def test_words_for_a_later_day_leave_ours_where_they_are(desk: Desk) -> None:
    sora, client_id = desk.person()
    is_writing(desk, client_id)
    tells_staff(desk, sora)
    desk.writes(client_id, ANSWER, at=desk.now.replace(hour=3, day=desk.now.day + 1))
    goes_on(desk, DEFERRED)
    assert STAFF_READ in desk.line.answers(sora)[-1]


def is_writing(desk: Desk, client_id: str) -> None:
    """佐藤 has begun to type."""
    with desk.line.house.database.transaction() as db:
        lock_known(db, client_id)
        note_writing(db, client_id=client_id, account_id=desk.staff[0], now=desk.now)


def wrote_before(desk: Desk, client_id: str) -> None:
    """佐藤's words went a minute ago."""
    desk.writes(client_id, "そらさん、こんにちは。")
    goes_on(desk, 60)


def tells_staff(desk: Desk, person: Person) -> None:
    """They write to staff, as the bot leads them."""
    for text in ("職員に書く", WORDS):
        desk.line.sim.say(person, text)
        goes_on(desk)


def goes_on(desk: Desk, seconds: float = 0.0) -> None:
    """Time goes by, and the real bot does what is due."""
    desk.line.clock.pass_time(seconds)
    house = desk.line.house
    work: list[Callable[[], int]] = [
        partial(work_inbox, house, handle),
        partial(work_outbox, house, desk.line.line, script.speak),
    ]
    while sum(each() for each in work):
        pass


def chat(desk: Desk, person: Person) -> str:
    """All that stands in their chat."""
    return "\n".join(desk.line.answers(person))
