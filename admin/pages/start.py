"""The one-time link with which everybody begins: one press, and they are in and can choose how to sign in from now on."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import PREFIX, Guest
from admin.entering import enter, let_in, site_of_house
from admin.policy import GuestVisit
from desk.errors import LinkSpent
from desk.people import queries, service

router = APIRouter()

# Where each of the three choices leads; the last goes on without a way in, for today.
_WAYS = {"key": f"{PREFIX}/factors/key", "digits": f"{PREFIX}/factors/digits", "later": ""}


@router.get("/start/{token}")
def greet(guest: GuestVisit, token: str) -> Response:
    """Looking does not spend the link: previews and scanners open links too."""
    house = guest.house
    try:
        with house.database.reading() as db:
            account = queries.account_of_link(db, house.vault, token=token, now=house.clock.real())
    except LinkSpent:
        return _spent(guest)
    keys = site_of_house(house) is not None
    return guest.page("start.html", account=account, token=token, keys=keys, done="")


@router.post("/start/{token}")
def begin(guest: GuestVisit, token: str, way: Annotated[str, Form()] = "later") -> Response:
    """Spends the link, opens a sign-in that ends today, and leads on."""
    house = guest.house
    try:
        with house.database.transaction() as db:
            account_id = service.spend_link(db, token=token, now=house.clock.real())
            account = queries.account_by_id(db, house.vault, account_id)
            assert account is not None
            secret = let_in(db, guest, account, method="link")
    except LinkSpent:
        return _spent(guest)
    return enter(house, secret, account, _WAYS.get(way, ""))


def _spent(guest: Guest) -> Response:
    return guest.page("link_spent.html", status=410, done="")
