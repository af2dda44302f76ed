"""What LINE delivers is kept before it is answered, whatever it is, and nothing in it makes the door fail."""

import asyncio
import hashlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bot.webhook import MAX_BODY, GroupCommit
from desk.database import Database, new_id
from desk.messaging import queries
from desk.privacy import Vault
from desk.tables.messaging import inbound_event
from simulator.client import Person
from tests.messaging.scene import Scene, open_scene, sign

PLANTED = "だれにも いわないでください"
TEXT_EVENT: dict[str, Any] = {
    "type": "message",
    "mode": "active",
    "timestamp": 1_700_000_000_000,
    "source": {"type": "user", "userId": "U" + "0" * 32},
    "replyToken": "f" * 32,
    "message": {"type": "text", "id": "1", "text": PLANTED},
}


def test_a_body_without_the_right_signature_is_refused_and_not_kept(scene: Scene) -> None:
    body = json.dumps({"events": [TEXT_EVENT]}).encode()
    wrong = ["", "AAAA", sign(body + b" "), sign(body).lower(), "\xff", sign(body) + "="]
    assert [scene.post(body, signature) for signature in wrong] == [400] * len(wrong)
    assert scene.events() == []
    # The control: the same body with its own signature.
    assert scene.post(body) == 200
    assert len(scene.events()) == 1


def test_the_connection_test_of_the_console_is_answered(scene: Scene) -> None:
    assert scene.post(b'{"destination":"U0","events":[]}') == 200
    assert scene.events() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00\x01",
        b"null",
        b"[]",
        b"{}",
        b'{"events": {}}',
        b'{"events": null}',
        b"[" * 100_000,
        b'{"events":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_an_unreadable_body_is_kept_as_it_came_and_shown(scene: Scene, body: bytes) -> None:
    assert scene.post(body) == 200
    (event,) = scene.events()
    place = f"inbound_event.raw:{event.event_key}"
    assert scene.house.vault.house("inbox").open(event.raw, place) == body
    scene.work()
    with scene.house.database.reading() as db:
        (parked,) = queries.parked_events(db)
    assert (parked.kind, parked.fault) == ("unreadable", "Unreadable")


def test_one_odd_event_does_not_take_its_neighbours_along(scene: Scene, sora: Person) -> None:
    fine = TEXT_EVENT | {"source": {"type": "user", "userId": sora.user_id}}
    odd: list[Any] = [
        7,
        "text",
        None,
        {},
        {"type": 5, "timestamp": "yesterday"},
        fine | {"webhookEventId": "x" * 10_000},
        fine | {"webhookEventId": {"a": [1]}},
        fine | {"webhookEventId": "a\u0000b"},
        fine | {"webhookEventId": "\ud800"},
        fine | {"timestamp": 10**400, "webhookEventId": "huge"},
        fine | {"timestamp": -1, "webhookEventId": "negative"},
        fine | {"timestamp": float("nan"), "webhookEventId": "nan"},
        fine | {"type": "k" * 5_000, "webhookEventId": "kind"},
        fine | {"source": {"userId": 5}, "webhookEventId": "who"},
        fine | {"message": {"type": "text", "text": "\ud83d\u0000"}, "webhookEventId": "text"},
    ]
    body = json.dumps({"events": [*odd, fine | {"webhookEventId": "last"}]}).encode()
    assert scene.post(body) == 200
    assert len(scene.events()) == len(odd) + 1
    scene.work()
    assert {row.state for row in scene.events()} == {"handled", "parked"}
    assert scene.talk.heard.count(PLANTED) >= 1


def test_a_body_of_more_than_a_mebibyte_is_refused(scene: Scene) -> None:
    event = TEXT_EVENT | {"webhookEventId": "big"}
    body = json.dumps({"events": [event], "filling": "x" * MAX_BODY}).encode()
    assert scene.post(body) == 413
    exactly = body[: MAX_BODY - 2] + b'"}'
    assert scene.post(exactly) == 200
    assert len(scene.events()) == 1


def test_an_event_delivered_often_has_one_effect(scene: Scene, sora: Person) -> None:
    act = scene.sim.say(sora, "こんにちは")
    for again in (False, True):
        scene.sim.send_again(act, is_redelivery=again)
    scene.work()
    scene.sim.send_again(act, is_redelivery=True)
    scene.work()
    assert scene.talk.heard == ["こんにちは"]
    assert scene.answers(sora) == ["こんにちは"]


def test_an_event_without_an_id_is_known_by_its_own_form(scene: Scene) -> None:
    event = TEXT_EVENT | {"deliveryContext": {"isRedelivery": False}}
    again = dict(reversed(event.items())) | {"deliveryContext": {"isRedelivery": True}}
    assert [scene.post_event(**event), scene.post_event(**again)] == [200, 200]
    assert len(scene.events()) == 1
    # The control: another text is another event.
    scene.post_event(**event | {"message": {"type": "text", "text": "もう ひとつ"}})
    assert len(scene.events()) == 2


def test_nothing_of_an_event_can_be_read_in_the_database(scene: Scene, sora: Person) -> None:
    scene.post_event(**TEXT_EVENT | {"source": {"type": "user", "userId": sora.user_id}})
    (event,) = scene.events()
    kept = repr(tuple(event)).encode() + bytes(event.raw)
    assert PLANTED.encode() not in kept
    assert sora.user_id.encode() not in kept
    assert b"f" * 32 not in bytes(event.raw)


def test_when_the_database_is_gone_line_is_told_to_come_again(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        db.execute(sa.text("ALTER TABLE inbound_event RENAME TO gone"))
    assert scene.post_event(**TEXT_EVENT) == 503
    with scene.house.database.transaction() as db:
        db.execute(sa.text("ALTER TABLE gone RENAME TO inbound_event"))
    assert scene.post_event(**TEXT_EVENT) == 200
    assert len(scene.events()) == 1


async def _add_all(commit: GroupCommit, rows: list[dict[str, Any]]) -> list[bool]:
    return await asyncio.gather(*(commit.add([row]) for row in rows))


def test_a_row_that_cannot_be_kept_is_alone_in_that() -> None:
    kept: list[Any] = []
    busy = threading.Event()

    def keep(rows: Any) -> None:
        busy.wait(0.05)
        if any(row["bad"] for row in rows):
            raise ValueError("a row the database refuses")
        kept.extend(rows)

    commit = GroupCommit(keep)
    rows = [{"number": number, "bad": number == 3} for number in range(8)]
    results = asyncio.run(_add_all(commit, rows))
    commit.close()
    assert results == [True, True, True, False, True, True, True, True]
    assert [row["number"] for row in kept] == [0, 1, 2, 4, 5, 6, 7]


def test_what_arrives_during_a_commit_shares_the_next_one() -> None:
    commits: list[int] = []
    busy = threading.Event()

    def keep(rows: Any) -> None:
        busy.wait(0.05)
        commits.append(len(rows))

    commit = GroupCommit(keep)
    asyncio.run(_add_all(commit, [{"number": number} for number in range(500)]))
    commit.close()
    assert sum(commits) == 500
    assert len(commits) == 3
    assert max(commits) == 200


@pytest.fixture(scope="module")
def door(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Iterator[Scene]:
    """One bot for many examples, on SQLite."""
    path = tmp_path_factory.mktemp("door") / "tomarigi.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with open_scene(database, vault) as scene:
        yield scene
    database.close()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_NAMES = st.sampled_from(["type", "mode", "timestamp", "source", "webhookEventId", "message", "replyToken"])
_EVENTS = st.lists(_JSON | st.dictionaries(_NAMES, _JSON, max_size=7), max_size=6)


@examples(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=_EVENTS)
def test_no_event_makes_the_door_fail(door: Scene, events: list[Any]) -> None:
    name = new_id()
    marked = [*events, {"type": "mark", "webhookEventId": name}]
    assert door.post(json.dumps({"events": marked}).encode()) == 200
    with door.house.database.reading() as db:
        known = (
            db.execute(sa.select(inbound_event.c.kind).where(inbound_event.c.event_key == name))
            .scalars()
            .all()
        )
    assert known == ["mark"]


@examples(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300))
def test_no_bytes_make_the_door_fail(door: Scene, body: bytes) -> None:
    assert door.post(body) == 200
    assert f"sha256:{hashlib.sha256(body).hexdigest()}" in {row.event_key for row in door.events()}
