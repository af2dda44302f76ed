"""Two at one instant: an event whose account is just being linked, and two who look whom LINE does not reach."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import pytest
import sqlalchemy as sa

from bot.handlers.dispatch import handle
from bot.scheduling.delivery import work_inbox
from desk.clients.queries import client_by_id, lock_known
from desk.clients.relinking import NotToBeLinked
from desk.clock import Tick
from desk.database import Connection
from desk.messaging.service import ArrivedEvent, inbox_row, keep_events
from desk.reach import asking, service
from desk.record import service as record
from desk.tables.messaging import inbound_event, outbound_message
from tests.family.chat import Chat
from tests.locks import wait_until_somebody_waits
from tests.panel.scene import Scene
from tests.reach.people import NEW, books, tasks, write
from tests.reach.test_relinking import comes_anew, link, part


@pytest.fixture
def pair(scene: Scene) -> tuple[str, str]:
    """Who booked, and a new number; what they have typed so far is dealt with."""
    found = books(scene).client_id, comes_anew(scene).client_id
    write(scene, lambda db: db.execute(inbound_event.update().values(state="handled")))
    return found


def arrives(scene: Scene, key: str, text: str) -> None:
    """LINE delivers a message of the new account; nobody has handled it yet."""
    said = {"type": "text", "id": key, "text": text}
    raw = {"type": "message", "message": said, "mode": "active", "replyToken": key}
    raw["source"] = {"type": "user", "userId": NEW}
    body = json.dumps(raw).encode()
    event = ArrivedEvent(key, "message", NEW, 1, body, scene.now, Tick(1.0, "boot"))
    write(scene, lambda db: keep_events(db, [inbox_row(scene.house.vault, event)]))


def answered_for(scene: Scene, key: str) -> list[str]:
    """As whose the event was answered."""
    query = (
        sa.select(outbound_message.c.client_id)
        .join(inbound_event, inbound_event.c.id == outbound_message.c.event_id)
        .where(inbound_event.c.event_key == key)
    )
    with scene.house.database.reading() as db:
        return list(db.execute(query).scalars())


def begin_link(db: Connection, scene: Scene, client_id: str, from_id: str) -> None:
    by: dict[str, Any] = {"account_id": scene.accounts["sato"], "now": scene.now}
    asking.link(db, scene.house.vault, client_id=client_id, from_id=from_id, **by)


def test_what_arrives_while_the_account_is_linked_belongs_to_the_earlier_person(
    scene: Scene, pair: tuple[str, str]
) -> None:
    """On PostgreSQL the handler waits for the person who is being linked; on SQLite for the only writer."""
    whose, was = pair
    arrives(scene, "e1", "予約確認")
    with ThreadPoolExecutor(1) as pool:
        with scene.house.database.transaction() as db:
            begin_link(db, scene, whose, was)
            working = pool.submit(work_inbox, scene.house, handle)
            if not scene.house.database.is_sqlite:
                wait_until_somebody_waits(scene.house.database)
        assert working.result(timeout=60) == 1
    assert answered_for(scene, "e1") == [whose]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_to_look_whose_account_it_is_only_once_would_give_it_to_the_wrong_person(
    scene: Scene, pair: tuple[str, str]
) -> None:
    """The control: what a handler does first, without looking again, finds who it was before the link."""
    whose, was = pair
    index = scene.house.vault.index("line", NEW)
    note_seen = sa.text(
        "UPDATE client SET seen_at = seen_at WHERE id IN"
        " (SELECT client_id FROM address WHERE address_index = :index) RETURNING id"
    )
    with ThreadPoolExecutor(1) as pool:
        with scene.house.database.transaction() as db:
            begin_link(db, scene, whose, was)
            looking = pool.submit(
                write, scene, lambda other: other.execute(note_seen, {"index": index}).scalar_one()
            )
            wait_until_somebody_waits(scene.house.database)
        assert looking.result(timeout=60) == was
    assert Chat(scene.house, NEW).client_id == whose


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_to_erase_and_to_part_at_once_does_not_hang(scene: Scene, pair: tuple[str, str]) -> None:
    """Both lock the numbers in one order: who erases waits with nothing in hand, and then erases one person only."""
    first, later = sorted(pair)
    link_id = link(scene, later, first)
    vault, now = scene.house.vault, scene.now
    with ThreadPoolExecutor(1) as pool:
        with scene.house.database.transaction() as db:
            lock_known(db, first)
            erasing = pool.submit(
                write, scene, lambda other: record.erase(other, vault, client_id=later, now=now)
            )
            wait_until_somebody_waits(scene.house.database)
            asking.part(db, vault, link_id=link_id, now=now)
        erasing.result(timeout=60)
    with scene.house.database.reading() as db:
        assert [row.erased for each in (first, later) if (row := client_by_id(db, each))] == [False, True]


@pytest.mark.parametrize("count", [6, pytest.param(60, marks=pytest.mark.soak)])
def test_events_that_arrive_while_it_goes_to_and_fro_are_each_answered_once(
    scene: Scene, pair: tuple[str, str], count: int
) -> None:
    whose, was = pair
    keys = [f"e{number}" for number in range(count)]
    for key in keys:
        arrives(scene, key, "場所と日にち")
    turns = cycle((True, False))
    with ThreadPoolExecutor(2) as pool:
        working = pool.submit(work_inbox, scene.house, handle)
        link_id = ""
        while not working.done():
            try:
                link_id = link(scene, whose, was) if next(turns) else part(scene, link_id)
            except NotToBeLinked:
                continue
        assert working.result(timeout=60) == count
    with scene.house.database.reading() as db:
        states = db.execute(sa.select(inbound_event.c.state, inbound_event.c.attempts)).all()
    assert {(row.state, row.attempts) for row in states} == {("handled", 0)}
    assert all(len(answered_for(scene, key)) == 1 for key in keys)
    assert {each for key in keys for each in answered_for(scene, key)} <= {whose, was}


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_who_look_at_once_open_one_task_and_the_index_sees_to_it(scene: Scene, guarded: bool) -> None:
    """On SQLite the second looks only when the first has written; without the index both open one."""
    sora = books(scene)
    sora.blocks()
    sora.returns()
    blocked = "UPDATE address SET state = 'blocked'"
    write(scene, lambda db: db.execute(sa.text(blocked)))
    if not guarded:
        write(scene, lambda db: db.execute(sa.text("DROP INDEX uq_reach_task_open")))
    with ThreadPoolExecutor(1) as pool:
        with scene.house.database.transaction() as db:
            assert service.look(db, now=scene.now) == 1
            second = pool.submit(write, scene, lambda other: service.look(other, now=scene.now))
            if guarded:
                wait_until_somebody_waits(scene.house.database)
            else:
                assert second.result(timeout=60) == 1
        second.result(timeout=60)
    assert len(tasks(scene)) == (1 if guarded else 2)
