"""What people answer to a question of their plan, and that nobody is asked twice in a few days."""

from datetime import time

import pytest

from desk.clients import service as clients
from desk.conversations.service import answer_messages, keep_sent
from desk.follow_up import service
from desk.follow_up.rules import Step
from desk.messaging.service import say
from desk.record import service as record
from tests.engines import ONE_BY_DEFAULT
from tests.follow_up.scene import Plans, after
from tests.record.acts import consents, in_force, rows

WEEK, MONTH, LATER = Step(7, "message"), Step(30, "message"), Step(90, "message")
PRESSED = "「話したい」を 押しました。"


@ONE_BY_DEFAULT
def test_who_is_fine_presses_it_and_is_thanked(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    plans.asks_on(after(7))
    step = plans.question(sora)
    assert plans.presses(sora, "fine").startswith("うけとりました。ありがとうございます。")
    assert plans.presses(sora, "fine", step).startswith("うけとりました。ありがとうございます。")
    assert plans.steps(sora) == [(7, "done", "fine"), (30, "planned", None)]
    assert plans.waits() == []


@ONE_BY_DEFAULT
def test_who_wants_to_talk_waits_for_staff_at_once_and_need_not_write(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.asks_on(after(7))
    step = plans.question(sora)
    said = plans.presses(sora, "talk")
    assert "うけとりました。職員が読みます。\n次に見るのは、" in said
    assert "LINEに残らないページで 書けます。" in said
    assert (plans.steps(sora), plans.waits()) == ([(7, "done", "reached")], [PRESSED])
    assert "わかりました。" in sora.types("とばす")
    plans.presses(sora, "talk", step)
    plans.presses(sora, "fine", step)
    assert (plans.steps(sora), plans.waits()) == ([(7, "done", "reached")], [PRESSED])
    plans.does(answer_messages, client_id=sora.client_id, now=plans.now)
    assert plans.waits() == []


def test_one_tap_ends_it_all(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH, LATER)
    plans.asks_on(after(7))
    assert "こちらからは 何も送りません。" in plans.presses(sora, "stop")
    assert plans.steps(sora) == [(7, "done", "declined"), (30, "stopped", None), (90, "stopped", None)]
    assert in_force(sora) == []
    for days in (30, 90):
        assert plans.asks_on(after(days)) == 0
    assert plans.broken() == []


@ONE_BY_DEFAULT
@pytest.mark.parametrize(
    ("typed", "result"),
    [
        *(("1", "reached"), ("大丈夫です", "fine"), ("3", "declined"), ("もう送らないで", "declined")),
    ],
)
def test_every_answer_can_be_typed(plans: Plans, typed: str, result: str) -> None:
    sora = plans.begins("sora", WEEK)
    plans.asks_on(after(7))
    sora.types(typed)
    assert plans.steps(sora) == [(7, "done", result)]


@ONE_BY_DEFAULT
def test_not_being_fine_is_not_taken_for_being_fine(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.asks_on(after(7))
    plans.goes_to(after(7), time(15))
    sora.types("だいじょうぶじゃない")
    assert plans.steps(sora) == [(7, "sent", None)]
    plans.asks_on(after(15))
    assert plans.steps(sora) == [(7, "done", "reached")]


def test_after_a_week_of_silence_it_is_over_and_an_answer_still_counts(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.asks_on(after(7))
    step = plans.question(sora)
    assert plans.asks_on(after(14), time(11, 59)) == 0
    assert plans.asks_on(after(14)) == 1
    assert plans.steps(sora) == [(7, "done", "no_answer")]
    plans.presses(sora, "talk", step)
    assert (plans.steps(sora), plans.waits()) == ([(7, "done", "reached")], [PRESSED])


@ONE_BY_DEFAULT
def test_somebody_elses_button_changes_nothing(plans: Plans) -> None:
    sora, hana = plans.begins("sora", WEEK), plans.person("hana")
    plans.asks_on(after(7))
    step = plans.question(sora)
    assert "ありがとうございます" in plans.presses(hana, "fine", step)
    plans.presses(hana, "talk", step)
    assert (plans.steps(sora), plans.waits()) == ([(7, "sent", None)], [])


def test_a_word_from_them_puts_the_next_question_off_by_a_week(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    plans.asks_on(after(7))
    plans.asks_on(after(14))
    plans.goes_to(after(28), time(15))
    sora.types("こんにちは")
    assert (plans.asks_on(after(30)), len(plans.asked(sora))) == (0, 1)
    assert plans.asks_on(after(34)) == 0
    assert plans.asks_on(after(35)) == 1
    assert plans.steps(sora) == [(7, "done", "no_answer"), (30, "moved", None), (35, "sent", None)]


def test_a_visit_that_was_or_is_near_puts_it_off_too(plans: Plans) -> None:
    sora = plans.begins("sora", Step(10, "message"), Step(20, "message"))
    plans.visits(sora)  # 27 November, fifteen days on, booked today
    assert plans.ticks() == 0
    assert [days for days, state, _ in plans.steps(sora) if state == "planned"] == [20, 22]
    assert plans.asks_on(after(20)) == 0
    assert [days for days, state, _ in plans.steps(sora) if state == "planned"] == [22]
    plans.asks_on(after(22))
    assert [moment.date() for moment in plans.asked(sora)] == [after(22)]


def test_what_staff_wrote_or_said_at_the_telephone_puts_it_off_too(plans: Plans) -> None:
    sora, hana = plans.begins("sora", MONTH), plans.begins("hana", Step(27, "message"), MONTH)
    plans.goes_to(after(27), time(10))
    vault, text = plans.house.vault, "おげんきですか。"
    facts = {"says": [{"kind": "staff_message", "facts": {"text": text}}], "purpose": "staff"}
    sent = plans.does(say, vault=vault, client_id=sora.client_id, **facts, now=plans.now)
    by_staff = {"account_id": plans.staff, "now": plans.now}
    plans.does(keep_sent, vault=vault, client_id=sora.client_id, text=text, outbound_id=sent, **by_staff)
    step = plans.rows(hana)[0].id
    plans.does(service.record_result, vault=vault, follow_up_id=step, result="fine", note="", **by_staff)
    assert plans.asks_on(after(30)) == 0
    for person in (sora, hana):
        assert [days for days, state, _ in plans.steps(person) if state == "planned"] == [34]


def test_who_blocked_is_skipped_and_is_asked_again_after_coming_back(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    plans.does(clients.block, client_id=sora.client_id, now=plans.now)
    assert (plans.asks_on(after(7)), plans.asked(sora)) == (0, [])
    assert plans.steps(sora)[0] == (7, "planned", None), "meanwhile staff try to reach them"
    assert plans.asks_on(after(14)) == 1
    plans.goes_to(after(20))
    plans.does(clients.unblock, client_id=sora.client_id, now=plans.now)
    assert plans.asks_on(after(30)) == 1
    assert plans.steps(sora) == [(7, "stopped", None), (30, "sent", None)]


def test_a_question_that_line_never_took_has_no_answer(plans: Plans) -> None:
    sora, hana = plans.begins("sora", WEEK), plans.begins("hana", WEEK)
    plans.goes_to(after(7))
    assert plans.ticks() == 2
    plans.goes_to(after(15))
    assert plans.ticks() == 0, "both are still on their way"
    plans.line_says("set_aside")
    plans.goes_to(after(22))
    assert plans.ticks() == 2
    assert plans.steps(sora) == plans.steps(hana) == [(7, "stopped", None)]


def test_a_question_for_which_nothing_was_to_spare_is_asked_later(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, Step(16, "message"))
    plans.goes_to(after(7))
    plans.ticks()
    plans.goes_to(after(15))
    plans.line_says("dropped")
    assert plans.ticks() == 1
    assert plans.steps(sora) == [(7, "moved", None), (16, "planned", None)], "one stands for both"
    plans.goes_to(after(16))
    plans.ticks()
    plans.line_says("dropped")
    assert plans.asks_on(after(17)) == 1
    plans.asks_on(after(18))
    assert plans.steps(sora)[2:] == [(18, "sent", None)]
    assert (len(plans.asked(sora)), plans.broken()) == (3, [])


@ONE_BY_DEFAULT
def test_whoever_blocks_and_comes_back_has_said_nothing(plans: Plans) -> None:
    sora, hana = plans.begins("sora", WEEK), plans.begins("hana", WEEK)
    plans.asks_on(after(7))
    plans.goes_to(after(9))
    for person in (sora, hana):
        person.blocks()
        person.returns()
    hana.types("こんにちは")
    plans.asks_on(after(15))
    assert plans.steps(sora) == [(7, "done", "no_answer")]
    assert plans.steps(hana) == [(7, "done", "reached")]


@ONE_BY_DEFAULT
def test_a_question_that_waits_is_dropped_with_the_consent(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.goes_to(after(7))
    plans.ticks()
    with plans.transaction() as db:
        record.stop_messages(db, plans.house.vault, client_id=sora.client_id, now=plans.now)
    assert rows(plans.house, "outbound_message", purpose="follow_up", state="dropped") == 1


@ONE_BY_DEFAULT
def test_wanting_to_talk_stands_on_the_consent_and_goes_with_it(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.asks_on(after(7))
    plans.presses(sora, "talk")
    assert plans.waits() == [PRESSED]
    with plans.transaction() as db:
        record.stop_messages(db, plans.house.vault, client_id=sora.client_id, now=plans.now)
    assert (plans.waits(), plans.broken()) == ([], [])
    assert [row.purpose for row in consents(sora) if row.withdrawn_at is None] == []
