"""Several web processes take one busy client's events in turn: order holds, and nobody else waits."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
import urllib3

from bot.scheduling.delivery import Inbox
from desk.clock import Tick
from desk.database import Database, new_id
from desk.messaging import service
from desk.messaging.service import ArrivedEvent
from desk.privacy import Vault
from simulator.client import Person
from tests.messaging.scene import Scene, open_scene, sign, wait_until
from tests.serving import open_port, serving
from tomarigi.web import assemble

WEBS, MANY = 3, 150


@pytest.fixture
def busy_scene(postgres_url: str, vault: Vault) -> Iterator[Scene]:
    """A bot on PostgreSQL."""
    database = Database(postgres_url)
    with open_scene(database, vault) as scene:
        yield scene
    database.close()


@contextmanager
def several(scene: Scene) -> Iterator[list[str]]:
    """More web processes, each with a worker and its own way to the database; the addresses of their webhooks."""
    url = scene.house.database.engine.url.render_as_string(hide_password=False)
    houses = [replace(scene.house, database=Database(url)) for _ in range(WEBS)]
    stop, inboxes = threading.Event(), [Inbox(house, scene.talk.handle) for house in houses]
    workers = [threading.Thread(target=inbox.run, args=(stop,)) for inbox in inboxes]
    with ExitStack() as stack:
        webs = [stack.enter_context(serving(assemble(house, []), open_port())) for house in houses]
        for worker in workers:
            worker.start()
        yield [f"{web}/callback" for web in webs]
        stop.set()
        for inbox, worker in zip(inboxes, workers, strict=True):
            inbox.ring()
            worker.join()
    for house in houses:
        house.database.close()


def post(address: str, person: Person, number: int, text: str) -> None:
    """LINE delivers a text to one of the processes and has its answer."""
    event = {
        "type": "message",
        "webhookEventId": new_id(),
        "timestamp": number,
        "source": {"type": "user", "userId": person.user_id},
        "message": {"type": "text", "text": text},
    }
    body = json.dumps({"destination": "U0", "events": [event]}).encode()
    headers = {"X-Line-Signature": sign(body)}
    assert urllib3.request("POST", address, body=body, headers=headers, retries=False).status == 200


def test_one_busy_client_keeps_its_order_and_delays_nobody(busy_scene: Scene) -> None:
    sora, hana = (busy_scene.sim.add_person(name) for name in ("そら", "はな"))
    heard = busy_scene.talk.heard
    with several(busy_scene) as webs:
        for number in range(MANY):
            post(webs[number % WEBS], sora, number, f"{number}")
        behind = len(heard)
        post(webs[-1], hana, 0, "はな")
        wait_until(lambda: len(heard) > MANY)
    assert [text for text in heard if text != "はな"] == [f"{number}" for number in range(MANY)]
    assert heard.index("はな") - behind < MANY / 2
    assert {row.state for row in busy_scene.events()} == {"handled"}


def test_without_a_lane_for_each_client_the_order_is_lost(busy_scene: Scene) -> None:
    rows = []
    for number in range(MANY):
        raw = json.dumps({"source": {"type": "user", "userId": "U1"}, "message": {"text": f"{number}"}})
        arrived = ArrivedEvent(
            new_id(), "message", f"U{number}", number, raw.encode(), busy_scene.clock.now(), Tick(0, "b")
        )
        rows.append(service.inbox_row(busy_scene.house.vault, arrived))
    with busy_scene.house.database.transaction() as db:
        service.keep_events(db, rows)
    busy_scene.work_inbox()
    heard = busy_scene.talk.heard
    assert sorted(heard) == sorted(f"{number}" for number in range(MANY))
    assert heard != [f"{number}" for number in range(MANY)]
