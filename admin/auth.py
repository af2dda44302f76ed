"""Who is asking: the sign-in cookie, and the permission that every route of the panel must name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse, RedirectResponse, Response

from admin.view import render
from desk.errors import Forbidden
from desk.house import House
from desk.people import queries, rules, service
from desk.people.queries import AccountRow
from desk.people.rules import Permission

PREFIX = "/admin"
# A page that refreshes itself says so; only what a person does keeps a sign-in awake.
REFRESH_HEADER = "x-refresh"
_NOTE_USE_EVERY = timedelta(minutes=1)
_HOME = {
    "officer": "/today",
    "staff": "/week",
    "supervisor": "/week",
    "prefecture": "/totals",
    "administrator": "/accounts",
}


class SignInNeeded(Exception):
    """Nobody is signed in; the person is led to the sign-in page and back."""


class RouteWithoutPolicy(Exception):
    """A route names no permission; the panel does not start."""


class NotFound(Exception):
    """What was asked for is not there, or not for this person: both look the same."""


@dataclass(frozen=True)
class Guest:
    """Somebody who is not signed in."""

    request: Request
    house: House
    now: datetime

    def page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """A page without a menu."""
        return render(template, viewer=None, path=self.request.url.path, facts=facts, status=status)


@dataclass(frozen=True)
class Visit:
    """A signed-in person asking for a page: who, when, and of which house."""

    request: Request
    house: House
    viewer: AccountRow
    now: datetime

    def page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """A page with this person's menu; `done` in the address says what was just done."""
        facts.setdefault("done", self.request.query_params.get("done", ""))
        return render(template, viewer=self.viewer, path=self.request.url.path, facts=facts, status=status)

    def may(self, permission: Permission) -> bool:
        """Whether this person's role allows it."""
        return rules.may(self.viewer.role, permission)


def home_of(role: str) -> str:
    """Where a role lands after signing in."""
    return PREFIX + _HOME[role]


def go(path: str, *, done: str = "") -> RedirectResponse:
    """After something was done: on to a page that can be loaded again without doing it twice."""
    query = f"?done={done}" if done else ""
    return RedirectResponse(f"{PREFIX}{path}{query}", status_code=303)


def house_of(request: Request) -> House:
    """The house this panel was made for."""
    house: House = request.app.state.house
    return house


def cookie_name(house: House) -> str:
    """`__Host-` binds the cookie to this host and https; plain http serves this machine only."""
    return "__Host-tomarigi" if _over_https(house) else "tomarigi"


def keep_cookie(response: Response, house: House, token: str) -> None:
    """Hands the browser the secret of a fresh sign-in."""
    response.set_cookie(
        cookie_name(house), token, path="/", httponly=True, samesite="lax", secure=_over_https(house)
    )


def drop_cookie(response: Response, house: House) -> None:
    """Takes the secret back."""
    response.delete_cookie(
        cookie_name(house), path="/", httponly=True, samesite="lax", secure=_over_https(house)
    )


def link_address(public_base_url: str, token: str) -> str:
    """The address of a one-time sign-in link, as it is handed to its owner."""
    return f"{public_base_url.rstrip('/')}{PREFIX}/start/{token}"


class Needs:
    """A route's policy: the permission somebody must have; none: open to anybody, and said so on purpose."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, request: Request) -> Visit:
        house = house_of(request)
        now = house.clock.now()
        viewer = _signed_in(request, house, now)
        if not rules.may(viewer.role, self.permission):
            raise Forbidden(f"role {viewer.role} lacks {self.permission}")
        return Visit(request, house, viewer, now)


class Anybody:
    """The policy of the few routes that need no sign-in."""

    def __call__(self, request: Request) -> Guest:
        house = house_of(request)
        return Guest(request, house, house.clock.now())


GuestVisit = Annotated[Guest, Depends(Anybody())]
OwnVisit = Annotated[Visit, Depends(Needs(Permission.OWN_ACCOUNT))]
DutyVisit = Annotated[Visit, Depends(Needs(Permission.DUTY))]
DeskVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK))]
CaseVisit = Annotated[Visit, Depends(Needs(Permission.CASES))]
PromiseVisit = Annotated[Visit, Depends(Needs(Permission.PROMISES))]
AccountsVisit = Annotated[Visit, Depends(Needs(Permission.ACCOUNTS))]
MachineVisit = Annotated[Visit, Depends(Needs(Permission.MACHINE))]
TotalsVisit = Annotated[Visit, Depends(Needs(Permission.TOTALS))]


def check_policies(routers: Iterable[APIRouter]) -> None:
    """Raises RouteWithoutPolicy, naming the first route that does not say who may use it."""
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute) or policy_of(route) is None:
                raise RouteWithoutPolicy(
                    f"{getattr(route, 'path', route)} names no permission (see admin/auth.py)"
                )


def policy_of(route: APIRoute) -> Needs | Anybody | None:
    """What a route asks of somebody."""
    calls = [dependency.call for dependency in route.dependant.dependencies]
    return next((call for call in calls if isinstance(call, Needs | Anybody)), None)


def _signed_in(request: Request, house: House, now: datetime) -> AccountRow:
    token = request.cookies.get(cookie_name(house), "")
    if not token:
        raise SignInNeeded
    with house.database.reading() as db:
        found = queries.open_sign_in(db, house.vault, token=token, now=now)
    if found is None:
        raise SignInNeeded
    if REFRESH_HEADER not in request.headers and now - found.seen_at >= _NOTE_USE_EVERY:
        with house.database.transaction() as db:
            service.keep_awake(db, token=token, now=now)
    return found.account


def _over_https(house: House) -> bool:
    return house.settings.public_base_url.startswith("https://")
