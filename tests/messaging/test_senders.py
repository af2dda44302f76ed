"""Many people at once: each one's messages in order, nobody held up by another, and senders that die are replaced."""

import threading
from datetime import timedelta

import pytest

from bot.scheduling.delivery import work_outbox
from desk.messaging import service
from desk.messaging.rules import LEASE
from desk.tables.clients import client
from desk.tables.messaging import outbound_message
from simulator.client import Person
from tests.messaging.scene import Scene, speak

PUSH, REPLY = "/message/push", "/message/reply"


def test_what_is_for_later_waits_and_holds_nothing_back(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    scene.say("あとで", sora, due_at=scene.clock.now() + timedelta(hours=10))
    scene.say("いま", sora)
    scene.work_outbox()
    assert scene.answers(sora) == ["いま"]
    scene.clock.pass_time(36_000)
    scene.work_outbox()
    assert scene.answers(sora) == ["いま", "あとで"]


def test_to_somebody_who_blocked_nothing_is_sent(scene: Scene, sora: Person, hana: Person) -> None:
    for person in (sora, hana):
        scene.hear(person, "こんにちは")
    scene.sim.block(sora)
    scene.work_inbox()
    for person in (sora, hana):
        scene.say("あすの予定です。", person)
    scene.work_outbox()
    assert scene.states() == ["blocked", "accepted", "blocked", "accepted"]
    assert scene.answers(sora) == []
    # After coming back, what is said from then on arrives; nothing old does.
    scene.sim.follow(sora)
    scene.work_inbox()
    scene.say("おかえりなさい", sora)
    scene.work_outbox()
    assert scene.answers(sora) == ["おかえりなさい"]


def test_messages_of_a_person_keep_their_order(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    for number in range(12):
        scene.say(f"{number}", sora)
    scene.work_outbox()
    assert scene.answers(sora) == [f"{number}" for number in range(12)]


def test_the_second_answer_waits_while_the_first_is_tried_again(scene: Scene, sora: Person) -> None:
    scene.hear(sora, "ひとつ")
    scene.hear(sora, "ふたつ")
    scene.sim.fail_next(path=REPLY, status=500)
    scene.work_outbox()
    assert scene.answers(sora) == []
    scene.clock.pass_time(1)
    scene.work_outbox()
    assert scene.answers(sora) == ["ひとつ", "ふたつ"]


@pytest.mark.parametrize("seconds", [-7 * 86_400, -3_600, 3_600, 7 * 86_400])
def test_a_clock_that_is_set_holds_no_answer_back(scene: Scene, sora: Person, seconds: float) -> None:
    scene.hear(sora, "ひとつ")
    scene.sim.fail_next(path=REPLY, status=500)
    scene.work_outbox()
    scene.say("みっつ", sora)
    scene.clock.set_by(seconds)
    scene.hear(sora, "ふたつ")
    scene.work_outbox()
    assert scene.answers(sora) == ["ひとつ", "みっつ", "ふたつ"]


def test_a_push_that_waits_does_not_keep_an_answer_from_going(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    scene.say("あすの予定です。", sora)
    scene.sim.fail_next(path=PUSH, status=429)
    scene.work_outbox()
    scene.hear(sora, "こんにちは")
    scene.work_outbox()
    assert scene.answers(sora) == ["こんにちは"]


def test_a_slow_call_for_one_person_delays_no_other(scene: Scene, sora: Person, hana: Person) -> None:
    scene.hear(sora, "おそい")
    scene.sim.follow(hana)
    for number in range(40):
        scene.say(f"{number}", hana)
    scene.sim.fail_next("hold", path=REPLY)
    sender = threading.Thread(target=scene.work_outbox)
    sender.start()
    scene.sim.calls(path=PUSH, accepted=True, count=40)
    assert scene.answers(sora) == []
    scene.sim.release()
    sender.join()
    assert scene.answers(sora) == ["おそい"]
    assert scene.answers(hana) == [f"{number}" for number in range(40)]


def test_a_sender_that_died_after_taking_a_message_is_replaced(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    scene.say("あすの予定です。", sora)
    with scene.house.database.transaction() as db:
        service.claim_messages(db, token="the dead", count=5, now=scene.clock.now())
    assert scene.work_outbox() == 0
    scene.clock.pass_time(LEASE.total_seconds())
    scene.work_outbox()
    assert scene.answers(sora) == ["あすの予定です。"]


def test_a_reply_sent_by_a_sender_that_died_is_not_doubled(scene: Scene, sora: Person) -> None:
    """Killed after LINE accepted and before that was written down: only the row tells that it was tried."""
    scene.hear(sora, "だいじなこと")
    scene.work_outbox()
    (sent,) = scene.messages()
    with scene.house.database.transaction() as db:
        before = {"state": "sending", "reply_tried": True, "claimed_by": "the dead", "settled_at": None}
        db.execute(outbound_message.update().values(**before, claimed_until=scene.clock.now() + LEASE))
    scene.clock.pass_time(LEASE.total_seconds())
    scene.work_outbox()
    assert scene.answers(sora) == ["だいじなこと"]
    (again,) = scene.messages()
    assert (again.state, again.reply_wire) == ("accepted", sent.reply_wire)


def test_an_erased_person_is_not_written_to(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    message_id = scene.say("あすの予定です。", sora)
    (message,) = scene.messages()
    with scene.house.database.transaction() as db:
        db.execute(client.update().values(wrapped_key=None))
    scene.work_outbox()
    assert (message.id, scene.states()) == (message_id, ["dropped"])
    assert scene.answers(sora) == []


def test_two_senders_send_each_message_once(scene: Scene) -> None:
    people = [scene.sim.add_person(f"人{number}") for number in range(10)]
    for person in people:
        scene.sim.follow(person)
        for number in range(5):
            scene.say(f"{number}", person)
    senders = [threading.Thread(target=work_outbox, args=(scene.house, scene.line, speak)) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    scene.work_outbox()
    assert set(scene.states()) == {"accepted"}
    for person in people:
        assert scene.answers(person) == [f"{number}" for number in range(5)]
