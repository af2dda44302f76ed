"""Signing in and out: a finger on a key of one's own, or number and password and then the digits of an app."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from admin.auth import PREFIX, Guest, NotFound, cookie_name, go, home_of
from admin.entering import (
    address_of,
    code_on_paper,
    enter,
    inside,
    leave,
    let_in,
    site_of_house,
    write_failure,
    write_own,
)
from admin.forms import whole_number
from admin.policy import GuestVisit, OwnVisit
from admin.wording import time_left
from desk.people import challenges, factors, passwords, queries, rules, service, throttle
from desk.people.queries import AccountRow
from desk.people.second import spend_second

router = APIRouter()

_WRONG = "職員番号かパスワードがちがいます。もう一度お願いします。"
_WRONG_CODE = "その数字では入れませんでした。アプリのいまの数字を、もう一度入れてください。"
_WRONG_KEY = "この機器では入れませんでした。職員番号とパスワードで、サインインしてください。"
_TOO_LATE = "時間がたちました。はじめからお願いします。"


@router.get("/")
def land(visit: OwnVisit) -> Response:
    """Everybody's first page, by role."""
    return RedirectResponse(home_of(visit.viewer.role), status_code=303)


@router.get("/sign-in")
def ask_who(guest: GuestVisit, next: str = "") -> Response:
    """The two ways in; `next` is where the person wanted to go."""
    done = guest.request.query_params.get("done", "")
    return _ask(guest, {"next": inside(next)}, {}, done=done)


@router.post("/sign-in")
def check_password(
    guest: GuestVisit,
    number: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    """The first half. Wrong number and wrong password get one answer, and take equally long."""
    values = {"number": number, "next": inside(next), "shared": shared}
    try:
        account = _with_password(guest, whole_number(number), password)
    except rules.TooManyTries as fault:
        return _ask(guest, values, {"number": _slow_down(fault)})
    if account is None:
        return _ask(guest, values, {"number": _WRONG})
    house = guest.house
    with house.database.transaction() as db:
        token = challenges.pose(db, purpose="second", account_id=account.id, real=house.clock.real())
    return _ask_second(guest, values | {"token": token}, {})


@router.post("/sign-in/code")
def check_code(
    guest: GuestVisit,
    token: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    """The second half: six digits, or a recovery code."""
    values = {"token": token, "next": inside(next), "shared": shared}
    try:
        account = _half_in(guest, token)
    except rules.TooManyTries as fault:
        return _ask_second(guest, values, {"code": _slow_down(fault)})
    if account is None:
        return _ask(guest, values, {"number": _TOO_LATE})
    house, real = guest.house, guest.house.clock.real()
    code_id = code_on_paper(house, account.id, code)
    with house.database.transaction() as db:
        method = spend_second(
            db, house.vault, account_id=account.id, code=code, code_id=code_id, now=guest.now, real=real
        )
        spent = method and challenges.spend(db, token=token, purpose="second", real=real)
        secret = let_in(db, guest, account, method=method, shared=bool(shared)) if method and spent else ""
    if not secret:
        write_failure(guest, account, step="code")
        return _ask_second(guest, values, {"code": _WRONG_CODE})
    return enter(house, secret, account, next)


@router.post("/sign-in/passkey/options")
def ask_for_key(guest: GuestVisit) -> Response:
    """What the browser needs to ask for a finger; the device knows whose it is."""
    from desk.people import passkeys

    site, house = site_of_house(guest.house), guest.house
    if site is None:
        raise NotFound
    with house.database.transaction() as db:
        options = passkeys.ask(db, site, purpose="sign_in", real=house.clock.real())
    return Response(options, media_type="application/json")


@router.post("/sign-in/passkey")
def check_key(
    guest: GuestVisit,
    answer: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    """Lets in whose key answered. Nobody else's wrong passwords slow this down."""
    from desk.people import passkeys

    site, house = site_of_house(guest.house), guest.house
    if site is None:
        raise NotFound
    values = {"next": inside(next), "shared": shared}
    try:
        with house.database.transaction() as db:
            address = address_of(guest.request)
            try_id = throttle.begin_key_try(db, house.vault, address=address, now=guest.now)
    except rules.TooManyTries as fault:
        return _ask(guest, values, {"number": _slow_down(fault)})
    real = house.clock.real()
    with house.database.transaction() as db:
        account_id = passkeys.who_answers(
            db, site, purpose="sign_in", answer=answer, now=guest.now, real=real
        )
        account = queries.account_by_id(db, house.vault, account_id) if account_id else None
        if account is not None:
            throttle.forget_key_try(db, try_id)
            secret = let_in(db, guest, account, method="passkey", shared=bool(shared))
    if account is None:
        write_failure(guest, None, step="passkey")
        return _ask(guest, values, {"number": _WRONG_KEY})
    return enter(house, secret, account, next)


@router.post("/sign-out")
def sign_out(visit: OwnVisit) -> Response:
    """Ends this sign-in; the browser forgets what it kept."""
    token = visit.request.cookies[cookie_name(visit.house)]
    with visit.house.database.transaction() as db:
        service.sign_out(db, token=token, now=visit.now)
        write_own(db, visit, "sign_out")
    return leave(go("/sign-in", done="signed_out"), visit.house)


@router.post("/text-size")
def choose_text_size(
    visit: OwnVisit, size: Annotated[str, Form()] = "", back: Annotated[str, Form()] = ""
) -> Response:
    """Larger letters, kept with the account."""
    if size in ("normal", "large", "huge"):
        with visit.house.database.transaction() as db:
            service.choose_text_size(db, account_id=visit.viewer.id, text_size=size)
    return go(inside(back).removeprefix(PREFIX) or "/", done="size")


def _with_password(guest: Guest, number: int | None, password: str) -> AccountRow | None:
    """Whose password this is, if digits can come second; raises TooManyTries. The slow part is outside transactions."""
    if number is None or len(password) > rules.PASSWORD_LONGEST:
        return None
    house, address = guest.house, address_of(guest.request)
    with house.database.transaction() as db:
        account_id, password_hash = throttle.begin_try(
            db, house.vault, number=number, address=address, now=guest.now
        )
        known = queries.account_by_id(db, house.vault, account_id) if account_id else None
        can_go_on = account_id is not None and factors.factors_of(db, account_id).by_digits
    if passwords.matches(password_hash, password) and can_go_on:
        return known
    write_failure(guest, known, step="password")
    return None


def _half_in(guest: Guest, token: str) -> AccountRow | None:
    """Whose password was right before, counting this try; raises TooManyTries."""
    house = guest.house
    with house.database.transaction() as db:
        posed = challenges.look(db, token=token, purpose="second", real=house.clock.real())
        account = (
            queries.account_by_id(db, house.vault, posed.account_id) if posed and posed.account_id else None
        )
        if account is None or account.disabled:
            return None
        address = address_of(guest.request)
        throttle.begin_try(db, house.vault, number=account.number, address=address, now=guest.now)
    return account


def _slow_down(fault: rules.TooManyTries) -> str:
    wait = time_left(fault.wait.total_seconds())
    return f"まちがいが続きました。あと{wait}待ってから、もう一度お願いします。"


def _ask(guest: Guest, values: dict[str, str], errors: dict[str, str], done: str = "") -> Response:
    values = {"shared": "", "next": "", **values}
    keys = site_of_house(guest.house) is not None
    status = 422 if errors else 200
    return guest.page("sign_in.html", status=status, keys=keys, errors=errors, values=values, done=done)


def _ask_second(guest: Guest, values: dict[str, str], errors: dict[str, str]) -> Response:
    status = 422 if errors else 200
    return guest.page("second.html", status=status, errors=errors, values=values, done="")
