"""How words go: once, in order of who was first, to the person alone, on a day, and never hiding a reminder."""

import threading
from datetime import timedelta

import pytest

from bot.handlers.dispatch import handle
from bot.scheduling.delivery import work_inbox
from desk.clock import at_tokyo, local_date
from desk.messaging.said import last_pushed
from desk.messaging.service import say
from desk.writing.queries import last_of, since
from desk.writing.rules import Seen, SentMeanwhile
from tests.writing.house import UNDO_SECONDS, Desk

REPLY = "/message/reply"


def test_a_form_is_sent_once_however_often_it_comes(desk: Desk) -> None:
    sora, client_id = desk.person()
    assert [desk.writes(client_id, form="a" * 32) for _ in range(3)] == [True, False, False]
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == ["10時からです。"]
    assert len(desk.thread(client_id)) == 1


def test_of_two_who_write_at_once_one_is_told(desk: Desk) -> None:
    """Both opened the form before either sent; they press at the same moment."""
    sora, client_id = desk.person()
    desk.asks(client_id)
    seen, ready = seen_now(desk, client_id), threading.Barrier(2)
    told: list[bool | None] = []

    def press(who: int) -> None:
        ready.wait()
        try:
            told.append(desk.writes(client_id, f"返事{who}", seen=seen, who=who))
        except SentMeanwhile:
            told.append(None)

    both = [threading.Thread(target=press, args=(who,)) for who in (0, 1)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(told, key=str) == [None, True]
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.work_outbox()
    assert len(desk.line.answers(sora)) == 1


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_without_the_lock_on_the_person_both_would_write(desk: Desk) -> None:
    """The control: each looks before the other is through. On SQLite there is one writer anyway."""
    sora, client_id = desk.person()
    seen, house = seen_now(desk, client_id), desk.line.house
    with house.database.transaction() as one, house.database.transaction() as other:
        assert desk.send(one, client_id, "返事0", seen=seen, who=0)
        assert desk.send(other, client_id, "返事1", seen=seen, who=1)
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.work_outbox()
    assert len(desk.line.answers(sora)) == 2


def test_the_second_sees_what_has_come_and_may_send_then(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.asks(client_id, "何時からですか。")
    seen = seen_now(desk, client_id)
    desk.line.clock.pass_time(1)
    desk.writes(client_id, "10時からです。", who=1)
    desk.line.clock.pass_time(1)
    desk.asks(client_id, "どこですか。")
    with pytest.raises(SentMeanwhile):
        desk.writes(client_id, "10時です。", seen=seen)
    with desk.line.house.database.reading() as db:
        news = since(db, desk.line.house.vault, client_id, seen)
    assert [(row.direction, row.text) for row in news] == [("out", "10時からです。"), ("in", "どこですか。")]
    assert desk.writes(client_id, "市民館です。", seen=seen_now(desk, client_id))


def test_a_form_that_has_seen_nothing_is_told_of_all(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.asks(client_id)
    with pytest.raises(SentMeanwhile):
        desk.writes(client_id, seen=Seen())


def test_words_go_to_the_person_and_never_into_a_group_where_they_wrote_just_now(desk: Desk) -> None:
    """What is said in a group is answered by nobody: its reply token is the only one that is left over."""
    sora, client_id = desk.person()
    group = desk.line.sim.add_group(sora)
    desk.line.sim.say(sora, "こんにちは", group=group)
    work_inbox(desk.line.house, handle)
    desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.work_outbox()
    assert desk.line.ways(sora) == ["push"]
    assert len(desk.line.sim.calls(path=REPLY)) == 0


def test_words_for_a_day_wait_for_it_and_can_be_taken_back_till_then(desk: Desk) -> None:
    sora, client_id = desk.person()
    tomorrow = at_tokyo(local_date(desk.now) + timedelta(days=1), 15)
    desk.writes(client_id, "あす話しましょう。", at=tomorrow)
    desk.writes(client_id, "きょうの分です。")
    desk.line.clock.pass_time(3_600)
    desk.line.work_outbox()
    assert desk.line.answers(sora) == ["きょうの分です。"]
    desk.line.clock.pass_time((tomorrow - desk.now).total_seconds())
    desk.line.work_outbox()
    assert desk.line.answers(sora) == ["きょうの分です。", "あす話しましょう。"]


def test_words_for_later_do_not_hide_the_reminder_that_came_last(desk: Desk) -> None:
    _, client_id = desk.person()
    reminds(desk, client_id)
    desk.writes(client_id, "らいしゅうの分です。", at=desk.now + timedelta(hours=3))
    assert last_said(desk, client_id) == "reminder_day_before"


def test_staffs_words_are_what_came_last(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.writes(client_id)
    desk.line.clock.pass_time(UNDO_SECONDS)
    desk.line.work_outbox()
    assert last_said(desk, client_id) == "staff_message"


def test_words_that_went_after_a_reminder_came_last_although_written_before_it(desk: Desk) -> None:
    _, client_id = desk.person()
    desk.writes(client_id, at=desk.now + timedelta(hours=2))
    reminds(desk, client_id)
    assert last_said(desk, client_id) == "reminder_day_before"
    desk.line.clock.pass_time(7_200)
    desk.line.work_outbox()
    assert last_said(desk, client_id) == "staff_message"


def reminds(desk: Desk, client_id: str) -> None:
    """A reminder goes out."""
    says = [{"kind": "reminder_day_before", "facts": {"text": "あすの予定です。"}}]
    with desk.line.house.database.transaction() as db:
        say(db, desk.line.house.vault, client_id=client_id, says=says, purpose="reminder", now=desk.now)
    desk.line.work_outbox()


def last_said(desk: Desk, client_id: str) -> str:
    with desk.line.house.database.reading() as db:
        said = last_pushed(db, desk.line.house.vault, client_id=client_id)
    assert said is not None
    return str(said["kind"])


def seen_now(desk: Desk, client_id: str) -> Seen:
    with desk.line.house.database.reading() as db:
        return last_of(db, client_id)
