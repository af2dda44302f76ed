"""Signing in and out, and the one-time link with which everybody begins."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from admin.auth import (
    PREFIX,
    Guest,
    GuestVisit,
    OwnVisit,
    cookie_name,
    drop_cookie,
    go,
    home_of,
    keep_cookie,
)
from admin.forms import whole_number
from admin.wording import time_left
from desk.errors import LinkSpent
from desk.house import House
from desk.people import passwords, queries, rules, service

router = APIRouter()

_WRONG = "職員番号かパスワードがちがいます。もう一度お願いします。"
_PASSWORD_FAULTS = {
    "short": f"パスワードは{rules.PASSWORD_SHORTEST}文字以上にしてください。",
    "long": f"パスワードは{rules.PASSWORD_LONGEST}文字までにしてください。",
    "common": "だれでも思いつくパスワードです。ほかの言葉も並べてください。",
}


@router.get("/")
def land(visit: OwnVisit) -> Response:
    """Everybody's first page, by role."""
    return RedirectResponse(home_of(visit.viewer.role), status_code=303)


@router.get("/sign-in")
def ask_who(guest: GuestVisit, next: str = "") -> Response:
    """The form; `next` is where the person wanted to go."""
    done = guest.request.query_params.get("done", "")
    return guest.page("sign_in.html", errors={}, values={"next": next}, done=done)


@router.post("/sign-in")
def sign_in(
    guest: GuestVisit,
    number: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Wrong number and wrong password get one answer, and take equally long."""
    try:
        account_id = _check(guest, whole_number(number), password)
    except rules.TooManyTries as fault:
        wait = time_left(fault.wait.total_seconds())
        return _ask_again(
            guest, number, next, f"まちがいが続きました。あと{wait}待ってから、もう一度お願いします。"
        )
    if account_id is None:
        return _ask_again(guest, number, next, _WRONG)
    with guest.house.database.transaction() as db:
        account = queries.account_by_id(db, guest.house.vault, account_id)
        token = service.sign_in_as(db, account_id=account_id, now=guest.now)
    assert account is not None
    inside = next.startswith(f"{PREFIX}/") and not next.startswith(f"{PREFIX}//")
    return _enter(guest.house, token, next if inside else home_of(account.role))


@router.post("/sign-out")
def sign_out(visit: OwnVisit) -> Response:
    """Ends this sign-in; the browser forgets what it kept."""
    token = visit.request.cookies[cookie_name(visit.house)]
    with visit.house.database.transaction() as db:
        service.sign_out(db, token=token, now=visit.now)
    response = go("/sign-in", done="signed_out")
    drop_cookie(response, visit.house)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@router.get("/start/{token}")
def ask_for_password(guest: GuestVisit, token: str) -> Response:
    """Looking does not spend the link: previews and scanners open links too."""
    return _ask_password(guest, token, {})


@router.post("/start/{token}")
def begin(
    guest: GuestVisit,
    token: str,
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Spends the link, keeps the password and signs the person in."""
    fault = rules.fault_of_password(password)
    if fault is not None:
        return _ask_password(guest, token, {"password": _PASSWORD_FAULTS[fault]})
    if password != again:
        return _ask_password(guest, token, {"again": "上のパスワードと同じものを入れてください。"})
    hashed = passwords.hash_password(password)
    house = guest.house
    try:
        with house.database.transaction() as db:
            account_id = service.spend_link(db, token=token, now=house.clock.real())
            service.set_password(db, account_id=account_id, password_hash=hashed, now=guest.now)
            fresh = service.sign_in_as(db, account_id=account_id, now=guest.now)
            account = queries.account_by_id(db, house.vault, account_id)
    except LinkSpent:
        return _spent(guest)
    assert account is not None
    return _enter(house, fresh, home_of(account.role))


@router.post("/text-size")
def choose_text_size(
    visit: OwnVisit, size: Annotated[str, Form()] = "", back: Annotated[str, Form()] = ""
) -> Response:
    """Larger letters, kept with the account."""
    if size in ("normal", "large", "huge"):
        with visit.house.database.transaction() as db:
            service.choose_text_size(db, account_id=visit.viewer.id, text_size=size)
    path = back.removeprefix(PREFIX) if back.startswith(f"{PREFIX}/") else "/"
    return go(path, done="size")


def _check(guest: Guest, number: int | None, password: str) -> str | None:
    """The id of the account, or None; raises TooManyTries. The slow comparison stands outside the transaction."""
    if number is None or len(password) > rules.PASSWORD_LONGEST:
        return None
    with guest.house.database.transaction() as db:
        account_id, password_hash = service.begin_try(db, number=number, now=guest.now)
    return account_id if passwords.matches(password_hash, password) else None


def _ask_again(guest: Guest, number: str, next: str, fault: str) -> Response:
    values = {"number": number, "next": next}
    return guest.page("sign_in.html", status=422, errors={"number": fault}, values=values, done="")


def _ask_password(guest: Guest, token: str, errors: dict[str, str]) -> Response:
    house = guest.house
    try:
        with house.database.reading() as db:
            account = queries.account_of_link(db, house.vault, token=token, now=house.clock.real())
    except LinkSpent:
        return _spent(guest)
    status = 422 if errors else 200
    return guest.page(
        "start.html", status=status, account=account, token=token, errors=errors, values={}, done=""
    )


def _spent(guest: Guest) -> Response:
    return guest.page("link_spent.html", status=410, done="")


def _enter(house: House, token: str, address: str) -> Response:
    response = RedirectResponse(address, status_code=303)
    keep_cookie(response, house, token)
    return response
