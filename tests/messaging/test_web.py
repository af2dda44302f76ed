"""What an operator and a load balancer are told: alive, ready or not and why, and how much waits."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import urllib3

from desk.invariants import Invariant, keep_check
from desk.messaging import service
from desk.tables.messaging import inbound_event
from simulator.client import Person
from tests.messaging.scene import Scene


def get(scene: Scene, path: str, method: str = "GET") -> tuple[int, str]:
    """Status and text of an address of the bot."""
    answer = urllib3.request(method, scene.address.replace("/callback", path), redirect=False, retries=False)
    return answer.status, answer.data.decode()


def readiness(scene: Scene) -> tuple[int, dict[str, Any]]:
    """What /readyz says."""
    status, text = get(scene, "/readyz")
    return status, json.loads(text)


@pytest.fixture
def at_work(scene: Scene) -> Scene:
    """The scene with a worker that has just been alive."""
    with scene.house.database.transaction() as db:
        service.beat(db, "worker", now=scene.clock.real())
    return scene


def test_a_process_that_runs_is_alive(scene: Scene) -> None:
    assert get(scene, "/livez") == (200, "alive")


def test_with_database_schema_and_worker_it_is_ready(at_work: Scene) -> None:
    status, body = readiness(at_work)
    assert (status, body["ready"]) == (200, True)
    assert body["checks"] == {"database": "ok", "schema": "ok", "worker": "ok"}


def test_parked_items_are_told_and_do_not_make_it_unready(at_work: Scene) -> None:
    at_work.post(b"garbage")
    at_work.work()
    status, body = readiness(at_work)
    assert (status, body["parked_events"], body["parked_messages"]) == (200, 1, 0)


def test_what_the_night_found_broken_is_counted_and_does_not_make_it_unready(at_work: Scene) -> None:
    now = at_work.clock.now()
    with at_work.house.database.transaction() as db:
        keep_check(db, [Invariant("I1", "", 2), Invariant("I2", "", 0)], now=now)
    status, body = readiness(at_work)
    assert (status, body["broken_invariants"]) == (200, 1)


def test_without_a_worker_it_is_not_ready(at_work: Scene) -> None:
    with at_work.house.database.transaction() as db:
        service.beat(db, "worker", now=at_work.clock.real() - timedelta(seconds=61))
    status, body = readiness(at_work)
    assert (status, body["checks"]["worker"]) == (503, "silent")


def test_a_shifted_clock_makes_no_worker_silent(at_work: Scene) -> None:
    at_work.clock.set_by(30 * 86_400)
    assert readiness(at_work)[0] == 200


def test_with_an_old_schema_it_is_not_ready(at_work: Scene) -> None:
    with at_work.house.database.transaction() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    status, body = readiness(at_work)
    assert (status, body["ready"]) == (503, False)
    assert body["checks"]["schema"] == "run `tomarigi migrate`"


def test_without_any_schema_it_is_not_ready(at_work: Scene) -> None:
    with at_work.house.database.transaction() as db:
        db.execute(sa.text("DROP TABLE alembic_version"))
    assert readiness(at_work)[0] == 503


def test_without_its_tables_it_is_not_ready_and_says_so(at_work: Scene) -> None:
    with at_work.house.database.transaction() as db:
        db.execute(sa.text("ALTER TABLE heartbeat RENAME TO gone"))
    status, body = readiness(at_work)
    assert (status, body["checks"]) == (503, {"database": "unreachable"})


def test_figures_say_how_much_and_nothing_of_whom(scene: Scene, sora: Person) -> None:
    scene.sim.follow(sora)
    scene.sim.say(sora, "こんにちは")
    scene.work()
    scene.sim.say(sora, "つぎ")
    status, text = get(scene, "/metrics")
    assert status == 200
    assert 'tomarigi_events{state="waiting"} 1' in text
    assert 'tomarigi_messages{state="accepted"} 1' in text
    assert sora.user_id not in text


@pytest.mark.parametrize("path", ["/nothing", "/docs", "/redoc", "/openapi.json", "/callback/x"])
def test_a_page_that_is_not_there_says_so_plainly(scene: Scene, path: str) -> None:
    status, text = get(scene, path)
    assert status == 404
    assert "ページが 見つかりません。" in text


def test_the_webhook_takes_nothing_but_posts(scene: Scene) -> None:
    status, text = get(scene, "/callback")
    assert status == 405
    assert "とまりぎ" in text


def test_a_fault_shows_nothing_of_itself(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        inbound_event.drop(db) if scene.house.database.is_sqlite else db.execute(
            sa.text("DROP TABLE inbound_event CASCADE")
        )
    status, text = get(scene, "/metrics")
    assert status == 500
    assert "inbound_event" not in text
    assert "とまりぎ" in text
