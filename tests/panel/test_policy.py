"""Every route names who may use it and for what, or the panel does not start; what is seen is written down first."""

import re
from collections.abc import Iterator
from typing import Annotated

import pytest
import sqlalchemy as sa
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from admin.app import make_panel
from admin.auth import Visit
from admin.pages import PAGES
from admin.policy import CaseVisit, Needs, RouteWithoutPolicy, Shows, policy_of
from bot.pages.kept import parts_of
from desk.house import House
from desk.people.rules import Permission
from desk.signals import Signals
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import ORIGIN, Scene, sora_books

pytestmark = ONE_BY_DEFAULT


def routes() -> Iterator[tuple[str, APIRoute]]:
    for router in PAGES:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                yield method, route


def address(route: APIRoute) -> str:
    """The route's address with things that do not exist in it."""
    return "/admin" + re.sub(r"{(\w+)}", lambda part: "1" if part[1] == "number" else "0" * 32, route.path)


def test_nobody_gets_in_without_signing_in(scene: Scene) -> None:
    browser = scene.visitor()
    for method, route in routes():
        if isinstance(policy_of(route), Needs):
            answer = browser.request(method, address(route), follow_redirects=False)
            assert answer.status_code == 303, f"{method} {route.path}"
            assert answer.headers["location"].startswith("/admin/sign-in"), f"{method} {route.path}"


def test_a_route_without_a_policy_stops_the_start(house: House, signals: Signals) -> None:
    careless = APIRouter()

    @careless.get("/everything")
    def show_everything() -> str:
        return "all of it"

    with pytest.raises(RouteWithoutPolicy, match="/everything"):
        make_panel(house, signals, parts_of, pages=[*PAGES, careless])


def test_an_object_in_an_address_that_no_policy_looks_for_stops_the_start(
    house: House, signals: Signals
) -> None:
    careless = APIRouter()

    @careless.get("/clients/{client_id}/everything")
    def show_everything(visit: CaseVisit, client_id: str) -> str:
        return f"all about {client_id} for {visit.viewer.role}"

    with pytest.raises(RouteWithoutPolicy, match="everything"):
        make_panel(house, signals, parts_of, pages=[*PAGES, careless])


def test_no_page_for_the_administrator_shows_people(house: House, signals: Signals) -> None:
    careless = APIRouter()
    policy = Needs(Permission.MACHINE, shows=(Shows.PERSON,))

    @careless.get("/parked/people")
    def show_people(visit: Annotated[Visit, Depends(policy)]) -> str:
        return f"everybody for {visit.viewer.role}"

    with pytest.raises(RouteWithoutPolicy, match="people"):
        make_panel(house, signals, parts_of, pages=[*PAGES, careless])


def test_other_methods_than_a_route_has_are_refused(scene: Scene) -> None:
    browser = scene.browser("sato")
    for path in {address(route) for _, route in routes()}:
        assert browser.put(path).status_code == 405, path


def test_what_cannot_be_written_down_is_not_shown(scene: Scene) -> None:
    sora = sora_books(scene)
    staff = scene.browser("sato")
    assert staff.get(f"/admin/clients/{sora}").status_code == 200
    with scene.house.database.transaction() as db:
        db.execute(sa.text("ALTER TABLE audit_entry RENAME TO audit_entry_away"))
    quiet = TestClient(staff.app, base_url=ORIGIN, cookies=staff.cookies, raise_server_exceptions=False)
    answer = quiet.get(f"/admin/clients/{sora}")
    assert answer.status_code == 500
    assert "そら" not in answer.text
