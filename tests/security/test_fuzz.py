"""Whatever is sent to any address: an answer, never a fault of ours, and nothing told to whoever must not hear it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from starlette.routing import Route
from starlette.testclient import TestClient

from admin.pages import PAGES
from bot.pages.app import make_pages
from desk.booking.queries import bookings_of_session
from desk.clients import links
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import STORY, Scene, hana_books, sora_books
from tests.security.conftest import Visitor

HERE = "127.0.0.1"
OF_A_ROUTE = pytest.mark.parametrize("examples", [3, pytest.param(30, marks=pytest.mark.soak)])
OF_ALL = pytest.mark.parametrize("examples", [120, pytest.param(4000, marks=pytest.mark.soak)])
# Signing out would end the story; the stream never ends.
LEFT_OUT = {"/sign-out", "/live"}
PLANTED = ("そら", STORY[:12])
TELLS = ("Traceback", "sqlalchemy", "psycopg", "SELECT ", "KeyError", "ValueError")
ODD = st.text(max_size=40) | st.sampled_from(
    ["\x00", "\ud800", "0" * 32, "' OR 1=1 --", "%s{0}", "9" * 400, "../.."]
)


def tries(examples: int) -> settings:
    """So many made-up requests, however long they take."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


def operations() -> list[Any]:
    """Every route of the panel as schemathesis knows it, from what FastAPI would say of them."""
    every = [route for router in PAGES for route in router.routes if isinstance(route, APIRoute)]
    routes = [route for route in every if route.path not in LEFT_OUT]
    told = get_openapi(title="panel", version="1", routes=routes)
    schema = schemathesis.openapi.from_dict(told)
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(found) == sum(len(route.methods or ()) for route in routes)
    return found


def send(browser: TestClient, case: Any) -> Any:
    """Sends what was made up, as a browser would: forms, never JSON."""
    path = "/admin" + case.formatted_path
    query = urlencode(case.query or {}, doseq=True, errors="replace")
    body = case.body if isinstance(case.body, dict) else {}
    form = urlencode(body, doseq=True, errors="replace").encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    address = f"{path}?{query}" if query else path
    return browser.request(case.method, address, content=form or None, headers=headers)


@ONE_BY_DEFAULT
@OF_A_ROUTE
@pytest.mark.parametrize("who", ["mori", "ken"])
def test_no_address_of_the_panel_breaks(scene: Scene, who: str, examples: int) -> None:
    sora_books(scene)
    hana_books(scene)
    browser = scene.browser(who)
    browser.follow_redirects = False
    with scene.house.database.reading() as db:
        real = bookings_of_session(db, scene.house.vault, scene.session_id)[0].writer_id

    for operation in operations():

        @tries(examples)
        @given(case=operation.as_strategy(), named=st.sampled_from([None, real, scene.session_id]))
        def tried(case: Any, named: str | None) -> None:
            for part in case.path_parameters or {}:
                if named and part.endswith("_id"):
                    case.path_parameters[part] = named
            answer = send(browser, case)
            assert answer.status_code < 500, f"{case.method} {case.path}"
            assert not any(tell in answer.text for tell in TELLS), f"{case.method} {case.path}"
            if who == "ken":
                assert not any(word in answer.text for word in PLANTED), f"{case.method} {case.path}"

        tried()


def paths_of_pages(scene: Scene) -> Iterator[tuple[str, str]]:
    """Every address of the private pages, and how it is asked for."""
    for route in make_pages(scene.house).routes:
        if isinstance(route, Route):
            yield from ((method, route.path) for method in sorted(route.methods or ()))


@ONE_BY_DEFAULT
@OF_ALL
@pytest.mark.parametrize("purpose", ["intake", "message", "record"])
def test_no_private_page_breaks_or_tells_another_person(
    scene: Scene, visitor: Visitor, purpose: str, examples: int
) -> None:
    sora = sora_books(scene)
    hana_books(scene)
    phone = visitor(HERE)

    def opens() -> None:
        with scene.house.database.transaction() as db:
            token = links.make_link(db, client_id=sora, purpose=purpose, now=scene.now)
        assert phone.post(f"/me/open/{token}").status_code == 303

    places = [place for place in paths_of_pages(scene) if place[1] != "/bye"]
    opens()

    @tries(examples)
    @given(
        place=st.sampled_from(places),
        number=st.integers(-3, 40),
        fields=st.dictionaries(
            st.sampled_from(["chosen", "words", "place", "agreed", "need", "what", "phone", "name", "sure"])
            | ODD,
            st.lists(ODD, max_size=3),
            max_size=4,
        ),
    )
    def tried(place: tuple[str, str], number: int, fields: dict[str, list[str]]) -> None:
        method, path = place
        path = path.replace("{place:int}", str(number)).replace("{token}", quote(str(number)))
        body = urlencode(fields, doseq=True, errors="surrogatepass") if method == "POST" else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = phone.request(method, f"/me{path}", content=body, headers=headers)
        assert answer.status_code < 500, f"{method} {path}"
        assert STORY[:12] not in answer.text, "はな's words are hers"
        assert not any(tell in answer.text for tell in TELLS)

    tried()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
EVENT = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["message", "postback", "follow", "unfollow", "unsend", "join"]) | JSON,
        "webhookEventId": st.text(max_size=40) | JSON,
        "timestamp": st.integers(-(2**70), 2**70) | JSON,
        "replyToken": st.text(max_size=20) | JSON,
        "source": st.fixed_dictionaries({}, optional={"type": st.just("user"), "userId": ODD | JSON}) | JSON,
        "message": st.fixed_dictionaries({}, optional={"type": st.just("text"), "id": ODD, "text": ODD})
        | JSON,
        "postback": st.fixed_dictionaries({}, optional={"data": ODD | JSON}) | JSON,
        "deliveryContext": JSON,
    },
)


@ONE_BY_DEFAULT
@OF_ALL
def test_nothing_signed_is_answered_otherwise_than_with_200(
    scene: Scene, visitor: Visitor, examples: int
) -> None:
    line = visitor(HERE)
    secret = scene.house.settings.line_channel_secret.encode()

    def post(body: bytes) -> int:
        signature = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
        return int(line.post("/callback", content=body, headers={"x-line-signature": signature}).status_code)

    @tries(examples)
    @given(events=st.lists(EVENT | JSON, max_size=4) | JSON, raw=st.none() | st.binary(max_size=60))
    def tried(events: Any, raw: bytes | None) -> None:
        body = raw if raw is not None else json.dumps({"destination": "U", "events": events}).encode()
        assert post(body) == 200

    tried()
    assert line.post("/callback", content=b"{}", headers={"x-line-signature": "x"}).status_code == 400
