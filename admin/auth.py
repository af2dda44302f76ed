"""Who is asking: the sign-in cookie, and what a handler is given of the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from admin.view import render
from desk.house import House
from desk.people import queries, rules, service
from desk.people.queries import AccountRow, SignInRow
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


class ProofNeeded(Exception):
    """Somebody is signed in, but this act wants all factors shown anew; the person is led there and back."""

    def __init__(self, sign_in: SignInRow) -> None:
        super().__init__("all factors are wanted anew")
        self.sign_in = sign_in


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
    sign_in: SignInRow
    now: datetime

    @property
    def viewer(self) -> AccountRow:
        """Who is signed in."""
        return self.sign_in.account

    @property
    def sign_in_id(self) -> str:
        """In which sign-in this is asked, for the reading log."""
        return self.sign_in.id

    def page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """A page with this person's menu; `done` in the address says what was just done."""
        facts.setdefault("done", self.request.query_params.get("done", ""))
        facts["shared"] = self.sign_in.shared
        facts["ask_again"] = address_to_ask_again(self.request)
        return render(template, viewer=self.viewer, path=self.request.url.path, facts=facts, status=status)

    def may(self, permission: Permission) -> bool:
        """Whether this person's role allows it."""
        return rules.may(self.viewer.role, permission)


def home_of(role: str) -> str:
    """Where a role lands after signing in."""
    return PREFIX + _HOME[role]


def go(path: str, *, done: str = "") -> RedirectResponse:
    """After something was done: on to a page that can be loaded again without doing it twice."""
    query = f"{'&' if '?' in path else '?'}done={done}" if done else ""
    return RedirectResponse(f"{PREFIX}{path}{query}", status_code=303)


def address_to_ask_again(request: Request) -> str:
    """The address that brings this page once more; empty where it answers a form, and would be lost by leaving it."""
    if request.method != "GET":
        return ""
    url = request.url.remove_query_params("done")
    return f"{url.path}?{url.query}" if url.query else url.path


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


def signed_in(request: Request, house: House, now: datetime, *, awake: bool = True) -> SignInRow:
    """The sign-in this request came with, kept `awake` by it where a person asked; raises SignInNeeded."""
    token = request.cookies.get(cookie_name(house), "")
    if not token:
        raise SignInNeeded
    with house.database.reading() as db:
        found = queries.open_sign_in(db, house.vault, token=token, now=now)
    if found is None:
        raise SignInNeeded
    by_hand = awake and REFRESH_HEADER not in request.headers
    if by_hand and now - found.seen_at >= _NOTE_USE_EVERY:
        with house.database.transaction() as db:
            service.keep_awake(db, token=token, now=now)
    return found


def require_proof(found: SignInRow, now: datetime) -> None:
    """Raises ProofNeeded unless the person showed all factors in the last minutes."""
    if found.proved_at is None or now - found.proved_at > rules.PROOF_LASTS:
        raise ProofNeeded(found)


def _over_https(house: House) -> bool:
    return house.settings.public_base_url.startswith("https://")
