"""What is said reaches LINE once: as a reply while that is free, else as a push with one key, and never twice."""

import socket
from datetime import timedelta
from uuid import UUID

import pytest

from bot.line import Line
from bot.scheduling.delivery import work_outbox
from desk.clients import service as clients
from desk.discretion import NEUTRAL_NOTICE
from desk.messaging import queries, service
from desk.messaging.rules import PUSH_FOR, REPLY_SECONDS
from simulator.calls import FaultKind
from simulator.client import Person
from tests.messaging.scene import Scene, settings, speak

PUSH, REPLY = "/message/push", "/message/reply"


def test_an_answer_goes_as_a_reply_for_nothing(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "こんにちは")
    assert scene.work_outbox() == 1
    assert scene.answers(sora) == ["こんにちは"]
    assert scene.ways(sora) == ["reply"]
    (message,) = scene.messages()
    assert (message.state, message.attempts) == ("accepted", 1)
    assert message.line_request_id


def test_nothing_said_can_be_read_in_the_database(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "だれにも いわないで")
    scene.work_outbox()
    (message,) = scene.messages()
    assert "だれにも".encode() not in repr(tuple(message)).encode() + message.says + message.reply_wire


def test_a_token_that_is_used_up_leads_to_a_push(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "こんにちは")
    scene.sim.age(90)
    scene.work_outbox()
    assert scene.ways(sora) == ["push"]
    (message,) = scene.messages()
    assert (message.state, message.attempts) == ("accepted", 2)


def test_a_token_that_lay_too_long_is_not_tried(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "こんにちは")
    scene.clock.pass_time(REPLY_SECONDS)
    scene.work_outbox()
    assert scene.sim.calls(path=REPLY) == []
    assert scene.ways(sora) == ["push"]


def test_the_age_of_a_token_does_not_hang_on_the_clock_on_the_wall(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "こんにちは")
    scene.clock.set_by(3_600)
    scene.work_outbox()
    assert scene.ways(sora) == ["reply"]


def test_what_the_desk_says_by_itself_is_pushed_under_its_own_key(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    scene.say("あす、午前10時の予定です。", sora)
    scene.work_outbox()
    (call,) = scene.sim.calls(path=PUSH)
    (message,) = scene.messages()
    assert call["retry_key"] == str(UUID(message.key))
    assert scene.answers(sora) == ["あす、午前10時の予定です。"]


def test_a_thing_told_under_one_name_is_told_once(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    said = [scene.say("あすの予定です。", sora, dedupe_key="reminder:1") for _ in range(3)]
    assert said == [said[0], None, None]
    scene.work_outbox()
    assert scene.answers(sora) == ["あすの予定です。"]


@pytest.mark.parametrize("fault", ["drop", "half"])
def test_a_push_whose_answer_was_lost_arrives_once(scene: Scene, sora: Person, fault: FaultKind) -> None:
    scene.sim.follow(sora)
    scene.say("あすの予定です。", sora)
    scene.sim.fail_next(fault, path=PUSH, accepted=True)
    scene.work_outbox()
    assert scene.states() == ["queued"]
    scene.clock.pass_time(1)
    scene.work_outbox()
    first, second = scene.sim.calls(path=PUSH)
    assert first["retry_key"] == second["retry_key"]
    assert (first["status"], second["status"]) == (200, 409)
    assert first["body"] == second["body"]
    assert scene.answers(sora) == ["あすの予定です。"]
    assert scene.states() == ["accepted"]


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_push_is_tried_again_after_growing_pauses(scene: Scene, sora: Person, status: int) -> None:
    scene.sim.follow(sora)
    scene.say("あすの予定です。", sora)
    scene.sim.fail_next(path=PUSH, status=status, times=4)
    for pause in (1, 2, 4, 8):
        scene.work_outbox()
        scene.clock.pass_time(pause - 0.1)
        assert scene.work_outbox() == 0
        scene.clock.pass_time(0.1)
    scene.work_outbox()
    assert scene.states() == ["accepted"]
    assert scene.answers(sora) == ["あすの予定です。"]
    assert len({call["retry_key"] for call in scene.sim.calls(path=PUSH)}) == 1


@pytest.mark.parametrize("fault", ["drop", "half"])
def test_a_reply_whose_answer_was_lost_is_tried_as_a_reply_and_its_refusal_says_it_arrived(
    scene: Scene, sora: Person, fault: FaultKind
) -> None:
    scene.hear(sora, "こんにちは")
    scene.sim.fail_next(fault, path=REPLY, accepted=True)
    scene.work_outbox()
    scene.clock.pass_time(1)
    scene.work_outbox()
    assert [call["status"] for call in scene.sim.calls(path=REPLY)] == [200, 400]
    assert scene.answers(sora) == ["こんにちは"]
    assert scene.states() == ["accepted"]


def test_a_reply_that_failed_without_effect_arrives_at_the_next_try(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "こんにちは")
    scene.sim.fail_next(path=REPLY, status=500)
    scene.work_outbox()
    scene.clock.pass_time(1)
    scene.work_outbox()
    assert scene.ways(sora) == ["reply"]


@pytest.mark.parametrize(
    ("text", "state", "calls"), [("こんにちは", "unknown", 0), ("だいじなこと", "accepted", 1)]
)
def test_a_reply_whose_outcome_stays_unknown_is_pushed_only_if_it_must_arrive(
    scene: Scene, sora: Person, text: str, state: str, calls: int
) -> None:
    scene.hear(sora, text)
    scene.sim.fail_next(path=REPLY, status=500, times=50)
    for _ in range(8):
        scene.work_outbox()
        scene.clock.pass_time(10)
    assert scene.states() == [state]
    assert len(scene.sim.calls(path=PUSH)) == calls
    assert len(scene.answers(sora)) == calls


def test_a_message_line_refuses_is_parked_and_shown(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    scene.say("あすの予定です。", sora)
    scene.sim.fail_next(path=PUSH, status=400)
    scene.work_outbox()
    with scene.house.database.reading() as db:
        (parked,) = queries.parked_messages(db)
        assert queries.counts(db).parked_messages == 1
    assert (parked.fault, parked.attempts) == ("HTTP 400", 1)
    scene.clock.pass_time(3_600)
    assert scene.work_outbox() == 0


def test_a_parked_message_can_be_tried_again_or_set_aside(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    ids = [scene.say(text, sora) for text in ("ひとつ", "ふたつ")]
    scene.sim.fail_next(path=PUSH, status=400, times=2)
    scene.work_outbox()
    assert scene.states() == ["parked", "parked"]
    with scene.house.database.transaction() as db:
        service.try_message_again(db, message_id=ids[0] or 0, now=scene.clock.now())
        service.set_message_aside(db, message_id=ids[1] or 0, now=scene.clock.now())
        # The control: what is not parked is not touched.
        service.set_message_aside(db, message_id=ids[0] or 0, now=scene.clock.now())
    scene.work_outbox()
    assert scene.states() == ["accepted", "set_aside"]
    assert scene.answers(sora) == ["ひとつ"]


def test_nothing_is_pushed_a_day_after_the_first_try(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    scene.say("あすの予定です。", sora)
    scene.sim.fail_next("drop", path=PUSH, accepted=True)
    scene.work_outbox()
    scene.sim.fail_next(path=PUSH, status=500, times=1_000)
    while scene.states() == ["queued"]:
        scene.clock.pass_time(3_600)
        scene.work_outbox()
    assert scene.states() == ["parked"]
    scene.sim.clear_faults()
    scene.clock.pass_time(PUSH_FOR.total_seconds())
    scene.work_outbox()
    # Its key would be forgotten by now, and the message would arrive a second time.
    assert scene.answers(sora) == ["あすの予定です。"]


def test_a_wrong_token_is_said_in_the_log_and_tried_again_slowly(
    scene: Scene, sora: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.sim.follow(sora)
    scene.say("あすの予定です。", sora)
    scene.sim.fail_next(path=PUSH, status=401)
    scene.work_outbox()
    assert "LINE_CHANNEL_ACCESS_TOKEN" in capsys.readouterr().out
    scene.clock.pass_time(59)
    assert scene.work_outbox() == 0
    scene.clock.pass_time(1)
    scene.work_outbox()
    assert scene.states() == ["accepted"]


def test_what_comes_too_late_is_not_said_any_more(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    end = scene.clock.now() + timedelta(hours=1)
    scene.say("おそすぎた", sora, not_after=end)
    scene.clock.pass_time(3_601)
    scene.work_outbox()
    scene.say("まにあった", sora, not_after=scene.clock.now() + timedelta(hours=1))
    scene.work_outbox()
    assert scene.states() == ["dropped", "accepted"]
    assert scene.answers(sora) == ["まにあった"]


def test_a_message_over_a_limit_is_parked_and_never_sent(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    scene.say("どうしますか。", sora, buttons=["あ" * 10] * 200)
    scene.say("つぎ", sora)
    scene.work_outbox()
    with scene.house.database.reading() as db:
        (parked,) = queries.parked_messages(db)
    assert parked.fault == "OverLimit"
    assert scene.answers(sora) == ["つぎ"]


def test_a_message_without_words_is_parked_and_the_others_go(
    scene: Scene, sora: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.sim.follow(sora)
    with scene.house.database.transaction() as db:
        client_id = clients.arrive(db, scene.house.vault, user_id=sora.user_id, now=scene.clock.now())
        said = [{"kind": "echo", "facts": {"nothing": "だれにも いわないで"}}]
        service.say(db, scene.house.vault, client_id=client_id, says=said, now=scene.clock.now())
    scene.say("つぎ", sora)
    scene.work_outbox()
    assert scene.states() == ["parked", "accepted"]
    logged = capsys.readouterr().out
    assert "KeyError" in logged
    assert "だれにも" not in logged


def test_a_pushed_message_shows_nothing_on_a_lock_screen(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "予約のことです")
    scene.clock.pass_time(REPLY_SECONDS)
    scene.work_outbox()
    (message,) = [entry for entry in scene.sim.messages(sora) if entry.how == "push"]
    assert message.preview == NEUTRAL_NOTICE
    assert message.text == "予約のことです"


def test_an_answer_that_found_nobody_at_line_is_still_a_reply(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "こんにちは")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = Line(settings(f"http://127.0.0.1:{closed.getsockname()[1]}"))
    work_outbox(scene.house, nowhere, speak)
    nowhere.close()
    (message,) = scene.messages()
    # It was certainly not taken: a refusal of the next try would not say that it arrived.
    assert (message.state, message.reply_tried) == ("queued", False)
    scene.clock.pass_time(1)
    scene.work_outbox()
    assert scene.ways(sora) == ["reply"]
