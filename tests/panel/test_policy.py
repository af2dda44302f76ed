"""Every route names who may use it; every role is tried at every route."""

import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from admin.app import make_panel
from admin.auth import Needs, RouteWithoutPolicy, policy_of
from admin.pages import PAGES
from desk.booking.queries import bookings_of_session
from desk.house import House
from desk.intake.queries import needs_of
from desk.people.rules import may
from desk.signals import Signals
from tests.panel.scene import ON_THE_DAY, Scene, hana_books, sora_books, sora_has_no_bed

ROLE_OF = {
    "kobayashi": "officer",
    "sato": "staff",
    "mori": "supervisor",
    "ken": "prefecture",
    "kanri": "administrator",
}
FORBIDDEN = "このページは、見られません"


def routes() -> Iterator[tuple[str, APIRoute]]:
    for router in PAGES:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                yield method, route


def address(route: APIRoute) -> str:
    """The route's address with things that do not exist in it."""
    return "/admin" + re.sub(r"{(\w+)}", lambda part: "1" if part[1] == "number" else "0" * 32, route.path)


# Not here: the stream, which is tried in a real browser, and signing out, after which nothing can be tried.
ENDING = [(method, route) for method, route in routes() if route.path not in ("/live", "/sign-out")]


def test_each_role_reaches_what_it_may_and_nothing_else(scene: Scene) -> None:
    for who, role in ROLE_OF.items():
        browser = scene.browser(who)
        for method, route in ENDING:
            policy = policy_of(route)
            if not isinstance(policy, Needs):
                continue
            answer = browser.request(method, address(route), follow_redirects=False)
            allowed = may(role, policy.permission)
            assert (answer.status_code == 403) is not allowed, f"{role} {method} {route.path}"
            assert (FORBIDDEN in answer.text) is not allowed, f"{role} {method} {route.path}"
            assert answer.status_code < 500, f"{role} {method} {route.path}"


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
        make_panel(house, signals, pages=[*PAGES, careless])


def test_what_belongs_to_another_desk_looks_as_if_it_were_not_there(scene: Scene) -> None:
    sora = sora_books(scene)
    hana = hana_books(scene)
    flag_id = sora_has_no_bed(scene, sora)
    with scene.house.database.reading() as db:
        booking_id = bookings_of_session(db, scene.house.vault, scene.session_id)[0].id
        need_id = needs_of(db, scene.house.vault, client_id=hana)[0].id
    day = scene.at(ON_THE_DAY)
    pages = (f"/sessions/{scene.session_id}", f"/bookings/{booking_id}", f"/clients/{sora}")
    acts = {
        f"/bookings/{booking_id}/outcome": {"outcome": "attended"},
        f"/bookings/{booking_id}/needs": {"code": "work"},
        f"/bookings/{booking_id}/move": {"slot": "0" * 32},
        f"/bookings/{booking_id}/cancel": {"reason": "x"},
        f"/needs/{need_id}": {"answer": "yes"},
        f"/flags/{flag_id}/close": {"note": "x"},
        f"/clients/{sora}/messages": {"text": "お元気ですか", "form": "f" * 32},
        f"/clients/{sora}/consent": {"agreed": "yes"},
        f"/clients/{sora}/answered": {},
        f"/roster/{scene.session_id}": {"table": "1"},
        f"/sessions/{scene.session_id}/close": {},
        f"/sessions/{scene.session_id}/move": {"day": "2026-12-04", "starts": "10:00"},
        f"/sessions/{scene.session_id}/shift": {"shift_starts": "11:00"},
    }
    staff = day.browser("ogawa")
    assert [staff.get(f"/admin{path}").status_code for path in pages] == [404, 404, 404]
    for path, form in acts.items():
        assert staff.post(f"/admin{path}", data=form).status_code == 404, path
    officer = day.browser("nishi")
    assert officer.get(f"/admin/sessions/{scene.session_id}").status_code == 404
    for path in (f"/bookings/{booking_id}/outcome", f"/bookings/{booking_id}/needs", f"/needs/{need_id}"):
        assert officer.post(f"/admin{path}", data=acts[path]).status_code == 404, path
