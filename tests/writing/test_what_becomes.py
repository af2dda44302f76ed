"""What becomes of staff's words: what does not arrive answers nothing, nothing goes late or at night, nothing is left."""

from datetime import timedelta

import pytest

from desk.clients import consents
from desk.conversations.queries import waiting_for_answer, waits_for_answer
from desk.conversations.service import answer_messages
from desk.reach.queries import to_say, unreached
from desk.record.service import take_back
from desk.tables.messaging import outbound_message
from desk.writing.service import try_again
from tests.writing.house import UNDO_SECONDS, Desk

PUSH = "/message/push"
HOUR = 3_600.0


def test_an_answer_to_somebody_who_blocks_us_leaves_the_question_open_and_a_task(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.asks(client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id)
    desk.line.sim.block(sora)
    goes(desk)
    assert desk.sent(client_id).outbound_state == "blocked"
    assert waits(desk, client_id)
    with desk.line.house.database.reading() as db:
        assert unreached(db, now=desk.now) == {client_id: "blocked"}
        assert [thing.kind for thing in to_say(db, [client_id], now=desk.now)[client_id]] == [
            "message",
            "unsent",
        ]


def test_an_answer_that_line_refuses_leaves_the_question_open(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.asks(client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id)
    desk.line.sim.fail_next(path=PUSH, status=400)
    goes(desk)
    assert desk.sent(client_id).outbound_state == "parked"
    assert waits(desk, client_id)


@pytest.mark.parametrize("refused", [False, True])
def test_an_answer_that_is_tried_again_closes_the_question_unless_it_is_refused_again(
    desk: Desk, refused: bool
) -> None:
    sora, client_id = desk.person()
    desk.asks(client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id)
    desk.line.sim.fail_next(path=PUSH, status=400)
    goes(desk)
    outbound_id = desk.sent(client_id).outbound_id
    assert outbound_id is not None
    if refused:
        desk.line.sim.fail_next(path=PUSH, status=400)
    with desk.line.house.database.transaction() as db:
        try_again(db, outbound_id=outbound_id, now=desk.now)
    desk.asks(client_id, "どこですか。")
    with desk.line.house.database.reading() as db:
        assert len(waiting_for_answer(db, desk.line.house.vault)) == 1
    goes(desk)
    assert desk.line.answers(sora) == ([] if refused else ["10時からです。"])
    with desk.line.house.database.reading() as db:
        assert len(waiting_for_answer(db, desk.line.house.vault)) == 1 + refused


def test_what_arrives_or_was_said_by_telephone_stays_answered(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.asks(client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id)
    goes(desk)
    assert not waits(desk, client_id)
    desk.asks(client_id, "どこですか。")
    desk.line.clock.pass_time(1)
    with desk.line.house.database.transaction() as db:
        answer_messages(db, client_id=client_id, now=desk.now)
    desk.line.clock.pass_time(1)
    desk.writes(client_id, "では また。")
    desk.line.sim.block(sora)
    goes(desk)
    assert not waits(desk, client_id)


@pytest.mark.parametrize("first", [0, 1])
def test_two_answers_both_taken_back_in_any_order_leave_the_question_open(desk: Desk, first: int) -> None:
    _, client_id = desk.person()
    desk.asks(client_id)
    for words in ("ひとつめ", "ふたつめ"):
        desk.line.clock.pass_time(1)
        desk.writes(client_id, words, at=desk.now + timedelta(hours=2))
    sent = [row.id for row in desk.thread(client_id) if row.direction == "out"]
    desk.takes_back(sent[first], client_id)
    assert not waits(desk, client_id)
    desk.takes_back(sent[1 - first], client_id)
    assert waits(desk, client_id)


def test_what_was_taken_back_is_in_the_outbox_no_more(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.writes(client_id)
    before = desk.line.messages()[0]
    desk.takes_back(desk.sent(client_id).id, client_id)
    after = desk.line.messages()[0]
    assert (after.state, after.push_wire) == ("dropped", None)
    assert len(after.says) < len(before.says)


def test_words_that_come_late_wait_for_the_morning_and_can_be_taken_back_till_then(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.writes(client_id)
    desk.line.clock.pass_time(12 * HOUR)  # nothing ran until night
    desk.line.work_outbox()
    assert desk.line.answers(sora) == []
    assert (desk.sent(client_id).outbound_state, desk.sent(client_id).goes_at is None) == ("queued", False)
    desk.line.clock.pass_time(12 * HOUR)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == ["10時からです。"]


def test_what_the_house_must_tell_goes_at_night_all_the_same(desk: Desk) -> None:
    sora, _ = desk.person()
    desk.line.clock.pass_time(12 * HOUR)
    desk.line.say("とりけしました。", sora)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == ["とりけしました。"]


def test_words_for_a_day_are_not_sent_days_later_and_the_question_waits_again(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.asks(client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id, "あした 話しましょう。", at=desk.now + timedelta(hours=3))
    desk.line.clock.pass_time(3 * HOUR + 24 * HOUR + 1)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == []
    assert desk.sent(client_id).outbound_state == "dropped"
    assert waits(desk, client_id)


@pytest.mark.parametrize("agreed", [True, False])
def test_after_同意をやめる_words_go_only_to_who_agreed_to_follow_ups(desk: Desk, agreed: bool) -> None:
    sora, client_id = desk.person()
    desk.asks(client_id)
    desk.writes(client_id, at=desk.now + timedelta(hours=1))
    yes = {"purpose": "follow_up", "text_version": "t", "text": "はい", "via": "panel"}
    vault = desk.line.house.vault
    with desk.line.house.database.transaction() as db:
        if agreed:
            consents.agree(db, client_id=client_id, **yes, now=desk.now)
        consents.withdraw(db, vault, client_id=client_id, purpose="answers", now=desk.now)
    desk.line.clock.pass_time(HOUR)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == (["10時からです。"] if agreed else [])


def test_an_answer_that_goes_with_the_yes_to_follow_ups_leaves_the_question_open(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.asks(client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id, at=desk.now + timedelta(hours=1))
    vault = desk.line.house.vault
    with desk.line.house.database.transaction() as db:
        take_back(db, vault, client_id=client_id, purpose="follow_up", now=desk.now)
    assert waits(desk, client_id)
    desk.line.clock.pass_time(HOUR)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == []


def test_a_row_of_the_outbox_can_go_while_what_staff_wrote_is_kept(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.writes(client_id)
    goes(desk)
    with desk.line.house.database.transaction() as db:
        db.execute(outbound_message.delete().where(outbound_message.c.client_id == client_id))
    assert [(row.text, row.outbound_id) for row in desk.thread(client_id)] == [("10時からです。", None)]


def test_only_an_answer_to_somebody_who_waits_is_never_held_back(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.writes(client_id, "おげんきですか。")
    desk.asks(client_id)
    desk.writes(client_id, "10時からです。")
    assert [(row.purpose, row.must_arrive) for row in desk.line.messages()] == [
        *(("staff", False), ("staff", True))
    ]


def goes(desk: Desk) -> None:
    """The ten seconds are over, and delivery has done what it can."""
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.work()


def waits(desk: Desk, client_id: str) -> bool:
    with desk.line.house.database.reading() as db:
        return waits_for_answer(db, client_id)
