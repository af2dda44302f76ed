"""What stands before everything: headers on every answer, bounds on what is sent and how often, no fault shown."""

from dataclasses import replace
from itertools import product

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from desk.guard import MOST_BYTES
from desk.pace import SENDS, WINDOW
from desk.tables import metadata
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene
from tests.security.conftest import NEIGHBOUR, OUTSIDE, Visitor
from tomarigi.web import make_app

pytestmark = ONE_BY_DEFAULT

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PLACES = (
    "/", "/livez", "/readyz", "/metrics", "/callback", "/nowhere", "/.git/config", "/docs", "/openapi.json",
    "/admin", "/admin/", "/admin/sign-in", "/admin/today", "/admin/nowhere", "/admin/static/nothing.css",
    "/me", "/me/", "/me/open/x", "/me/nowhere", "/me/static/pages.css",
)  # fmt: skip
STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH")


def test_every_answer_carries_the_headers(visitor: Visitor) -> None:
    near = visitor("127.0.0.1")
    for method, place in product(METHODS, PLACES):
        answer = near.request(method, place)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, place
        assert "frame-ancestors 'none'" in policy, place
        assert "base-uri 'none'" in policy, place
        assert "unsafe" not in policy, place
        assert STRICT.items() <= dict(answer.headers).items(), place
        assert not {"server", "x-powered-by", "access-control-allow-origin"} & set(answer.headers), place
        assert answer.status_code < 500 or place == "/readyz", place


def test_every_answer_says_what_it_is(visitor: Visitor) -> None:
    near = visitor("127.0.0.1")
    for place in PLACES:
        answer = near.get(place)
        if answer.content and answer.status_code != 303:
            kind = answer.headers["content-type"]
            assert kind == "application/json" or "charset=utf-8" in kind, f"{place} {kind}"


def test_under_https_every_answer_asks_for_https(scene: Scene) -> None:
    public = "https://tomarigi.example"
    house = replace(scene.house, settings=scene.house.settings.model_copy(update={"public_base_url": public}))
    outside = TestClient(make_app(house, scene.signals), base_url=public, follow_redirects=False)
    for place in PLACES:
        told = outside.get(place).headers["strict-transport-security"]
        assert "includeSubDomains" in told, place
        assert int(told.split("max-age=")[1].split(";")[0]) >= 365 * 86_400, place


def test_a_method_that_is_not_meant_is_refused(visitor: Visitor) -> None:
    outside = visitor(OUTSIDE)
    for method in ("PUT", "DELETE", "TRACE", "PATCH"):
        for place in ("/", "/livez", "/readyz", "/metrics", "/callback", "/admin/sign-in", "/me/open/x"):
            assert outside.request(method, place).status_code == 405, f"{method} {place}"
    assert outside.get("/callback").status_code == 405


def test_there_is_nothing_that_explains_the_program(visitor: Visitor) -> None:
    outside = visitor(OUTSIDE)
    for place in (
        "/docs",
        "/redoc",
        "/openapi.json",
        "/.git/config",
        "/.env",
        "/admin/static/",
        "/me/static/",
    ):
        assert outside.get(place).status_code == 404, place


def test_figures_of_the_machine_are_for_whoever_runs_it(visitor: Visitor) -> None:
    assert visitor(OUTSIDE).get("/metrics").status_code == 404
    for address in ("127.0.0.1", "10.1.2.3", "::1"):
        assert visitor(address).get("/metrics").status_code == 200, address


@pytest.mark.parametrize("place", ["/admin/sign-in", "/me/open/x"])
def test_what_is_endless_is_refused_in_plain_words(visitor: Visitor, place: str) -> None:
    near = visitor("127.0.0.1")
    answer = near.post(place, content=b"next=" + b"a" * MOST_BYTES, headers=FORM)
    assert answer.status_code == 413
    assert "長すぎて" in answer.text
    within = near.post(place, content=b"next=" + b"a" * 10_000, headers=FORM)
    assert within.status_code != 413


def test_somebody_who_sends_too_fast_waits_and_hinders_nobody(visitor: Visitor) -> None:
    fast = visitor(OUTSIDE)
    answers = [fast.post("/me/open/x").status_code for _ in range(SENDS.amount + 1)]
    assert 429 not in answers[:-1]
    assert answers[-1] == 429
    refused = fast.post("/me/open/x")
    assert refused.headers["retry-after"] == str(WINDOW)
    assert "1分 待って" in refused.text
    assert STRICT.items() <= dict(refused.headers).items()
    assert visitor(NEIGHBOUR).post("/me/open/x").status_code != 429
    assert fast.get("/me/open/x").status_code == 200


def test_this_machine_and_line_are_never_slowed(visitor: Visitor) -> None:
    here = visitor("127.0.0.1")
    assert {here.post("/me/open/x").status_code for _ in range(SENDS.amount + 5)} == {410}
    line = visitor(OUTSIDE)
    assert {line.post("/callback", content=b"{}").status_code for _ in range(SENDS.amount + 5)} == {400}


def test_a_fault_of_ours_tells_nothing(visitor: Visitor, scene: Scene) -> None:
    outside = visitor(OUTSIDE)
    with scene.house.database.transaction() as db:
        db.execute(sa.text("DROP TABLE alembic_version"))
        metadata.drop_all(db)
    broken = [outside.post("/me/open/x"), outside.get("/admin/start/x"), outside.get("/metrics")]
    assert [answer.status_code for answer in broken] == [500, 500, 404]
    for answer in (*broken, visitor("127.0.0.1").get("/metrics")):
        assert STRICT.items() <= dict(answer.headers).items()
        for tell in ("Traceback", "sqlalchemy", "SELECT", "account_link", "psycopg", "sqlite"):
            assert tell not in answer.text
