"""取り消す against delivery: whoever is first at the row has the words, on both databases, and nobody is told a lie."""

import threading
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from bot.scheduling.delivery import work_outbox
from desk.conversations.queries import waits_for_answer
from desk.messaging import service as messaging
from desk.messaging.rules import LEASE
from desk.record.queries import kept_of
from desk.tables.messaging import outbound_message
from desk.writing.rules import TakenBackBefore
from tests.messaging.scene import speak
from tests.writing.house import UNDO_SECONDS, Desk

PUSH = "/message/push"
PEOPLE = 16


def test_nothing_leaves_the_house_for_ten_seconds(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS - 0.1)
    assert desk.line.work_outbox() == 0
    desk.line.clock.pass_time(0.1)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == ["10時からです。"]


def test_what_was_taken_back_never_goes_stands_in_the_draft_and_waits_again(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.asks(client_id)
    desk.writes(client_id)
    assert not waits(desk, client_id)
    assert desk.takes_back(desk.sent(client_id).id, client_id)
    desk.line.clock.pass_time(3_600)
    assert desk.line.work_outbox() == 0
    assert desk.line.answers(sora) == []
    assert [row.direction for row in desk.thread(client_id)] == ["in"]
    assert desk.draft(client_id) == "10時からです。"
    assert waits(desk, client_id)


def test_what_a_colleague_answered_meanwhile_stays_answered(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.asks(client_id)
    desk.writes(client_id)
    first = desk.sent(client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id, "持ち物は いりません。", who=1)
    assert desk.takes_back(first.id, client_id)
    assert not waits(desk, client_id)


def test_the_draft_begun_meanwhile_is_kept_too(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.writes(client_id, "ひとつめ")
    first = desk.sent(client_id)
    desk.writes(client_id, "ふたつめ")
    desk.takes_back(desk.sent(client_id).id, client_id)
    desk.takes_back(first.id, client_id)
    assert desk.draft(client_id) == "ひとつめ\nふたつめ"


def test_a_form_that_was_taken_back_does_not_go_by_itself(desk: Desk) -> None:
    """A browser that sends its form once more, late."""
    sora, client_id = desk.person()
    desk.writes(client_id, form="f" * 32)
    assert not desk.writes(client_id, form="f" * 32)
    desk.takes_back(desk.sent(client_id).id, client_id)
    with pytest.raises(TakenBackBefore):
        desk.writes(client_id, form="f" * 32)
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == []


def test_what_delivery_has_taken_is_not_taken_back(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS)
    with desk.line.house.database.transaction() as db:
        messaging.claim_messages(db, token="a sender", count=5, now=desk.now)
    assert not desk.takes_back(desk.sent(client_id).id, client_id)
    desk.line.clock.pass_time(LEASE.total_seconds())
    assert not desk.takes_back(desk.sent(client_id).id, client_id)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == ["10時からです。"]
    assert desk.sent(client_id).outbound_state == "accepted"


def test_what_was_tried_and_waits_to_be_tried_again_may_have_arrived(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.line.clock.pass_time(60)  # the token of their follow event is no good any more
    desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.sim.fail_next("drop", path=PUSH, accepted=True)
    desk.line.work_outbox()
    sent = desk.sent(client_id)
    assert (sent.outbound_state, sent.goes_at) == ("queued", None)
    assert not desk.takes_back(sent.id, client_id)
    assert desk.line.answers(sora) == ["10時からです。"]


def test_a_careless_undo_would_say_so_and_be_wrong(desk: Desk) -> None:
    """The control: who looks first and changes then, without a condition, takes back what has gone."""
    sora, client_id = desk.person()
    desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS)
    seen = desk.sent(client_id)
    assert seen.goes_at is not None  # 取り消す stands on the page
    desk.line.work_outbox()
    assert not desk.takes_back(seen.id, client_id)
    with desk.line.house.database.transaction() as db:
        careless = outbound_message.update().where(outbound_message.c.id == seen.outbound_id)
        assert db.execute(careless.values(state="dropped")).rowcount == 1
    assert desk.line.answers(sora) == ["10時からです。"]


def test_a_sender_passes_by_what_is_just_being_taken_back(desk: Desk) -> None:
    sora, client_id = desk.person()
    desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS)
    sent, sender = desk.sent(client_id), threading.Thread(target=desk.line.work_outbox)
    with desk.line.house.database.transaction() as db:
        assert desk.undo(db, sent.id, client_id)
        sender.start()
        if not desk.line.house.database.is_sqlite:
            sender.join()  # it waits for nobody: SKIP LOCKED
    sender.join()
    assert desk.line.answers(sora) == []
    assert desk.line.states() == ["dropped"]


def test_whoever_takes_back_waits_for_a_sender_that_was_first(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS)
    sent, told = desk.sent(client_id), []
    press = threading.Thread(target=lambda: told.append(desk.takes_back(sent.id, client_id)))
    with desk.line.house.database.transaction() as db:
        assert messaging.claim_messages(db, token="a sender", count=5, now=desk.now)
        press.start()
    press.join()
    assert told == [False]
    assert desk.line.states() == ["sending"]


def test_in_a_crowd_each_message_is_taken_back_or_arrives_and_never_both(desk: Desk) -> None:
    people = [desk.person(f"人{number}") for number in range(PEOPLE)]
    for _, client_id in people:
        desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS)
    pressed = [(desk.sent(client_id).id, client_id) for _, client_id in people]
    undone: dict[str, bool] = {}
    threads = [
        *(threading.Thread(target=_press_all, args=(desk, half, undone)) for half in _halves(pressed)),
        *(threading.Thread(target=_send_all, args=(desk,)) for _ in range(2)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.line.work_outbox()
    for person, client_id in people:
        assert desk.line.answers(person) == ([] if undone[client_id] else ["10時からです。"])
        assert (desk.draft(client_id) != "") is undone[client_id]
    assert set(desk.line.states()) <= {"accepted", "dropped"}


def _halves(pressed: Sequence[tuple[str, str]]) -> tuple[Sequence[tuple[str, str]], ...]:
    """Two people at the buttons, from both ends, so that they meet the senders in the middle."""
    return pressed[::2], pressed[1::2][::-1]


def _press_all(desk: Desk, pressed: Sequence[tuple[str, str]], undone: dict[str, bool]) -> None:
    for message_id, client_id in pressed:
        undone[client_id] = desk.takes_back(message_id, client_id)


def _send_all(desk: Desk) -> None:
    work_outbox(desk.line.house, desk.line.line, speak)


def waits(desk: Desk, client_id: str) -> bool:
    with desk.line.house.database.reading() as db:
        return waits_for_answer(db, client_id)


def test_a_colleague_who_takes_back_finds_the_words_in_their_own_draft(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.writes(client_id, who=1)
    assert desk.takes_back(desk.sent(client_id).id, client_id)
    assert (desk.draft(client_id, who=0), desk.draft(client_id, who=1)) == ("10時からです。", "")
    with desk.line.house.database.reading() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(outbound_message)).scalar_one() == 1


def test_what_has_not_gone_is_not_in_the_persons_record(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.asks(client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id)
    assert told_of(desk, client_id) == ["何時からですか。"]
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.work_outbox()
    assert told_of(desk, client_id) == ["何時からですか。", "10時からです。"]


def told_of(desk: Desk, client_id: str) -> list[str]:
    with desk.line.house.database.reading() as db:
        return [row.text for row in kept_of(db, desk.line.house.vault, client_id).messages]
