"""話したい, wherever it stands: it is heard as often as it is pressed, and nothing is kept without a yes that stands."""

from bot.flows.follow_up import TALK_PRESSED
from desk.conversations.service import answer_messages
from desk.follow_up import service
from desk.follow_up.queries import follow_up_by_id
from desk.follow_up.rules import Step
from desk.reach import asking
from desk.record import service as record
from tests.engines import ONE_BY_DEFAULT
from tests.follow_up.scene import Plans, after

pytestmark = ONE_BY_DEFAULT

WEEK, MONTH = Step(7, "message"), Step(30, "message")


def test_nothing_is_kept_on_a_yes_that_was_taken_back(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK, MONTH)
    plans.asks_on(after(7))
    step = plans.question(sora)
    plans.asks_on(after(15))
    plans.does(record.stop_messages, vault=plans.house.vault, client_id=sora.client_id, now=plans.now)
    assert "ここに書いても、だいじょうぶです。" in plans.presses(sora, "talk", step)
    plans.presses(sora, "fine", step)
    assert (plans.waits(), plans.broken()) == ([], [])
    assert plans.steps(sora) == [(7, "done", "no_answer"), (30, "stopped", None)]


def test_it_stands_on_the_yes_that_is_in_force_now(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.asks_on(after(7))
    step = plans.question(sora)
    plans.presses(sora, "stop")
    plans.agrees(sora)
    plans.presses(sora, "talk", step)
    assert (plans.waits(), plans.broken()) == ([TALK_PRESSED], [])
    plans.does(record.stop_messages, vault=plans.house.vault, client_id=sora.client_id, now=plans.now)
    assert plans.waits() == []


def test_a_button_under_a_question_from_before_a_new_account_was_linked(plans: Plans) -> None:
    was, sora = plans.person("was"), plans.begins("sora", WEEK, MONTH)
    plans.asks_on(after(7))
    step = plans.question(sora)
    both = {"client_id": was.client_id, "from_id": sora.client_id, "account_id": plans.staff}
    plans.does(asking.link, vault=plans.house.vault, **both, now=plans.now)
    assert sora.client_id == was.client_id
    assert "職員が読みます" in plans.presses(sora, "talk", step)
    with plans.house.database.reading() as db:
        asked = follow_up_by_id(db, plans.house.vault, step)
    assert asked is not None
    assert (asked.result, plans.waits()) == ("reached", [TALK_PRESSED])


def test_the_number_of_an_answer_can_be_typed_under_the_account_that_was_linked(plans: Plans) -> None:
    new, sora = plans.person("new"), plans.begins("sora", WEEK)
    both = {"client_id": new.client_id, "from_id": sora.client_id, "account_id": plans.staff}
    plans.does(asking.link, vault=plans.house.vault, **both, now=plans.now)
    plans.asks_on(after(7))
    assert "職員が読みます" in sora.types("話したい")
    assert plans.waits() == [TALK_PRESSED]


def test_it_is_heard_again_after_staff_have_answered(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.asks_on(after(7))
    step = plans.question(sora)
    for _ in range(2):
        plans.presses(sora, "talk", step)
        assert plans.waits() == [TALK_PRESSED]
        plans.does(answer_messages, client_id=sora.client_id, now=plans.now)
        assert plans.waits() == []


def test_it_is_heard_whatever_staff_have_noted(plans: Plans) -> None:
    sora = plans.begins("sora", WEEK)
    plans.asks_on(after(7))
    step = plans.question(sora)
    noted = {"follow_up_id": step, "result": "trouble", "note": "", "account_id": plans.staff}
    plans.does(service.record_result, vault=plans.house.vault, **noted, now=plans.now)
    plans.presses(sora, "talk", step)
    assert (plans.steps(sora), plans.waits()) == ([(7, "done", "trouble")], [TALK_PRESSED])


def test_it_is_heard_under_what_staff_wrote(plans: Plans) -> None:
    sora = plans.person("sora")
    plans.agrees(sora)
    assert "職員が読みます" in sora.presses("m|follow_up_talk|")
    assert plans.waits() == [TALK_PRESSED]
