"""Events are handled once, in order for each client, and nobody waits for somebody else's trouble."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.scheduling.delivery import Inbox, work_inbox
from desk.clock import Tick
from desk.database import new_id
from desk.messaging import queries, service
from desk.messaging.rules import EVENT_RESTS, LEASE, ClaimLost
from desk.messaging.service import ArrivedEvent
from desk.tables.messaging import inbound_event, lane, outbound_message
from simulator.client import Person
from tests.messaging.scene import Scene, wait_until


def keep(scene: Scene, person: Person, texts: Sequence[str], *, first_ms: int = 1_000) -> None:
    """Events of a person, as the webhook keeps them."""
    rows = []
    for number, text in enumerate(texts):
        raw = f'{{"source":{{"type":"user","userId":"{person.user_id}"}},"message":{{"text":"{text}"}}}}'
        event = ArrivedEvent(
            new_id(),
            "message",
            person.user_id,
            first_ms + number,
            raw.encode(),
            scene.clock.now(),
            Tick(0, "b"),
        )
        rows.append(service.inbox_row(scene.house.vault, event))
    with scene.house.database.transaction(urgent=True) as db:
        service.keep_events(db, rows)


def states(scene: Scene) -> list[str]:
    """The states of all events."""
    return [row.state for row in scene.events()]


def test_what_waits_is_handled_in_the_order_in_which_it_happened(scene: Scene, sora: Person) -> None:
    scene.sim.collect()
    for text in ("一", "二", "三"):
        scene.sim.say(sora, text, wait=False)
    scene.sim.send_collected(together=False, reverse=True, copies=2)
    scene.work()
    assert scene.talk.heard == ["一", "二", "三"]
    assert scene.answers(sora) == ["一", "二", "三"]


def test_an_older_event_that_comes_late_is_handled_when_it_comes(scene: Scene, sora: Person) -> None:
    keep(scene, sora, ["あと"], first_ms=2_000)
    scene.work_inbox()
    keep(scene, sora, ["まえ"], first_ms=1_000)
    scene.work_inbox()
    assert scene.talk.heard == ["あと", "まえ"]


def test_an_event_and_all_it_does_is_one_step(scene: Scene, sora: Person) -> None:
    keep(scene, sora, ["毒"])
    scene.work_inbox()
    # The toy had queued an answer before it failed.
    assert scene.messages() == []
    assert states(scene) == ["waiting"]


def test_a_client_whose_event_fails_rests_longer_each_time(scene: Scene, sora: Person) -> None:
    keep(scene, sora, ["毒", "つぎ"])
    for number, rest in enumerate(EVENT_RESTS, start=1):
        scene.work_inbox()
        assert scene.work_inbox() == 0
        assert len(scene.talk.heard) == number
        scene.clock.pass_time(rest.total_seconds() - 0.5)
        assert scene.work_inbox() == 0
        scene.clock.pass_time(0.5)
    assert "つぎ" not in scene.talk.heard


def test_an_event_that_keeps_failing_is_parked_and_the_next_ones_go_on(
    scene: Scene, sora: Person, hana: Person
) -> None:
    keep(scene, sora, ["毒", "つぎ"])
    keep(scene, hana, ["はな"])
    for rest in (*EVENT_RESTS, timedelta()):
        scene.work_inbox()
        scene.clock.pass_time(rest.total_seconds())
    assert states(scene) == ["parked", "handled", "handled"]
    assert scene.talk.heard.index("はな") <= 1
    assert scene.talk.heard[-1] == "つぎ"
    with scene.house.database.reading() as db:
        (parked,) = queries.parked_events(db)
        assert queries.counts(db).parked_events == 1
    assert (parked.attempts, parked.fault) == (4, "ValueError")


def test_a_parked_event_can_be_tried_again_or_set_aside(scene: Scene, sora: Person) -> None:
    keep(scene, sora, ["毒", "毒 二"])
    for rest in (*EVENT_RESTS, *EVENT_RESTS, timedelta()):
        scene.work_inbox()
        scene.clock.pass_time(rest.total_seconds() + 1)
    first, second = scene.events()
    assert [first.state, second.state] == ["parked", "parked"]
    scene.talk.failing = False
    with scene.house.database.transaction() as db:
        service.try_event_again(db, event_id=first.id)
        service.set_event_aside(db, event_id=second.id, now=scene.clock.now())
        # The control: what is handled is not touched by a second press.
        service.set_event_aside(db, event_id=first.id, now=scene.clock.now())
    scene.work()
    assert states(scene) == ["handled", "set_aside"]
    assert scene.talk.heard[-1] == "毒"


def test_one_client_with_very_many_events_delays_nobody(scene: Scene, sora: Person, hana: Person) -> None:
    keep(scene, sora, [f"{number}" for number in range(5_000)])
    inbox = Inbox(scene.house, scene.talk.handle)
    stop = threading.Event()
    worker = threading.Thread(target=inbox.run, args=(stop,))
    worker.start()
    wait_until(lambda: len(scene.talk.heard) > 100)
    behind = len(scene.talk.heard)
    keep(scene, hana, ["はな"])
    wait_until(lambda: "はな" in scene.talk.heard)
    stop.set()
    inbox.ring()
    worker.join()
    # At most what was under way and one more turn of the busy client.
    assert scene.talk.heard.index("はな") - behind < 60
    mine = [text for text in scene.talk.heard if text != "はな"]
    assert mine == [f"{number}" for number in range(len(mine))]


def test_many_clients_are_served_in_turn(scene: Scene) -> None:
    people = [scene.sim.add_person(f"人{number}") for number in range(25)]
    for person in people:
        keep(scene, person, [f"{person.name} {number}" for number in range(3)])
    assert scene.work_inbox() == 75
    for person in people:
        mine = [text for text in scene.talk.heard if text.startswith(f"{person.name} ")]
        assert mine == [f"{person.name} {number}" for number in range(3)]


def test_two_workers_handle_each_event_once_and_in_order(scene: Scene) -> None:
    people = [scene.sim.add_person(f"人{number}") for number in range(12)]
    for person in people:
        keep(scene, person, [f"{person.name} {number}" for number in range(30)])
    workers = [threading.Thread(target=work_inbox, args=(scene.house, scene.talk.handle)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    scene.work_inbox()
    assert set(states(scene)) == {"handled"}
    assert len(scene.messages()) == 360
    with scene.house.database.reading() as db:
        twice = sa.select(outbound_message.c.event_id).group_by(outbound_message.c.event_id)
        assert db.execute(twice.having(sa.func.count() > 1)).all() == []
    for person in people:
        mine = [text for text in scene.talk.heard if text.startswith(f"{person.name} ")]
        assert mine == [f"{person.name} {number}" for number in range(30)]


def test_the_client_of_a_worker_that_died_is_taken_over(scene: Scene, sora: Person) -> None:
    keep(scene, sora, ["こんにちは"])
    now = scene.clock.now()
    with scene.house.database.transaction() as db:
        assert len(service.claim_lanes(db, token="the dead", served=(), count=10, now=now)) == 1
    assert scene.work_inbox() == 0
    scene.clock.pass_time(LEASE.total_seconds())
    assert scene.work_inbox() == 1
    assert scene.talk.heard == ["こんにちは"]


def test_a_worker_that_was_taken_for_dead_does_nothing_more(scene: Scene, sora: Person) -> None:
    keep(scene, sora, ["こんにちは"])
    (event,) = scene.events()
    now = scene.clock.now()
    with scene.house.database.transaction() as db:
        service.claim_lanes(db, token="slow", served=(), count=10, now=now)
    with scene.house.database.transaction() as db:
        service.claim_lanes(db, token="quick", served=(), count=10, now=now + LEASE)
    with scene.house.database.transaction() as db, pytest.raises(ClaimLost):
        service.mark_handled(db, event_id=event.id, lane_id=event.lane_id, token="slow", now=now)
    with scene.house.database.transaction() as db:
        service.mark_handled(db, event_id=event.id, lane_id=event.lane_id, token="quick", now=now)
    # Once it is handled, also the one who holds the client cannot do it again.
    with scene.house.database.transaction() as db, pytest.raises(ClaimLost):
        service.mark_handled(db, event_id=event.id, lane_id=event.lane_id, token="quick", now=now)


@pytest.mark.parametrize("seconds", [-7 * 86_400, -3_600, 3_600, 7 * 86_400])
def test_a_clock_that_is_set_keeps_nobody_waiting(scene: Scene, sora: Person, seconds: float) -> None:
    keep(scene, sora, ["毒"])
    scene.work_inbox()
    scene.talk.failing = False
    with scene.house.database.transaction() as db:
        held = lane.update().values(claimed_by="the dead", claimed_until=scene.clock.now() + LEASE)
        db.execute(held)
    scene.clock.set_by(seconds)
    assert scene.work_inbox() == 1


def test_an_event_whose_content_was_erased_is_parked(scene: Scene, sora: Person) -> None:
    keep(scene, sora, ["こんにちは"])
    with scene.house.database.transaction() as db:
        db.execute(inbound_event.update().values(raw=None))
    scene.work_inbox()
    assert states(scene) == ["parked"]


def test_a_worker_goes_on_when_the_database_comes_back(
    scene: Scene, sora: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    with scene.house.database.transaction() as db:
        db.execute(sa.text("ALTER TABLE lane RENAME TO gone"))
    inbox, stop = Inbox(scene.house, scene.talk.handle), threading.Event()
    worker = threading.Thread(target=inbox.run, args=(stop,))
    worker.start()
    wait_until(lambda: "inbox interrupted" in capsys.readouterr().out)
    with scene.house.database.transaction() as db:
        db.execute(sa.text("ALTER TABLE gone RENAME TO lane"))
    scene.sim.say(sora, "こんにちは")
    inbox.ring()
    wait_until(lambda: scene.talk.heard == ["こんにちは"])
    stop.set()
    inbox.ring()
    worker.join()
    assert states(scene) == ["handled"]
