"""Showing all factors anew, for acts that want it, and going on with what was being done."""

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import AfterValidator
from starlette.responses import RedirectResponse, Response

from admin.auth import NotFound, Visit, cookie_name, home_of, keep_cookie
from admin.entering import address_of, code_on_paper, inside, site_of_house, write_own
from admin.policy import OwnVisit
from admin.proving import ask, fields_of, readable
from admin.wording import time_left
from desk.people import factors, passwords, rules, service, throttle
from desk.people.second import spend_second

router = APIRouter()

_WRONG = "パスワードか数字がちがいます。アプリのいまの数字で、もう一度お願いします。"
_WRONG_KEY = "この機器では確かめられませんでした。もう一度お願いします。"

Then = Annotated[str, Form()]
# What was being sent, and whether anything was: an empty form is one too.
Kept = Annotated[str, Form(), AfterValidator(readable)]
Posted = Annotated[bool, Form()]


@router.get("/prove")
def ask_for_proof(visit: OwnVisit, next: str = "") -> Response:
    """Asks; `next` is the page to go on to."""
    return ask(visit.request, visit.sign_in, then=next, form=None, errors={})


@router.post("/prove")
def check_digits(
    visit: OwnVisit,
    password: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    then: Then = "",
    form: Kept = "",
    posted: Posted = False,
) -> Response:
    """By password and digits, as slow against guessing as signing in."""
    house, kept = visit.house, form if posted else None
    try:
        hashed = _begin_try(visit)
    except rules.TooManyTries as fault:
        wait = time_left(fault.wait.total_seconds())
        words = f"まちがいが続きました。あと{wait}待ってから、もう一度お願いします。"
        return ask(visit.request, visit.sign_in, then=then, form=kept, errors={"password": words})
    fits = len(password) <= rules.PASSWORD_LONGEST and passwords.matches(hashed, password)
    secret = _prove(visit, code) if fits else ""
    if not secret:
        with house.database.transaction() as db:
            write_own(db, visit, "proof_failed")
        return ask(visit.request, visit.sign_in, then=then, form=kept, errors={"password": _WRONG})
    return _go_on(visit, secret, then, kept)


@router.post("/prove/passkey/options")
def ask_for_key(visit: OwnVisit) -> Response:
    """What the browser needs to ask for a finger on one of this person's own keys."""
    from desk.people import passkeys

    site, house = site_of_house(visit.house), visit.house
    if site is None:
        raise NotFound
    with house.database.transaction() as db:
        keys = factors.factors_of(db, visit.viewer.id).keys
        options = passkeys.ask(
            db, site, purpose="prove", account_id=visit.viewer.id, keys=keys, real=house.clock.real()
        )
    return Response(options, media_type="application/json")


@router.post("/prove/passkey")
def check_key(
    visit: OwnVisit,
    answer: Annotated[str, Form()] = "",
    then: Then = "",
    form: Kept = "",
    posted: Posted = False,
) -> Response:
    """By one of this person's own keys; somebody else's proves nothing."""
    from desk.people import passkeys

    site, house, kept = site_of_house(visit.house), visit.house, form if posted else None
    if site is None:
        raise NotFound
    real = house.clock.real()
    with house.database.transaction() as db:
        who = passkeys.who_answers(db, site, purpose="prove", answer=answer, now=visit.now, real=real)
        proved = who == visit.viewer.id
        secret = (
            service.renew_proved(db, token=_token(visit), method="passkey", now=visit.now) if proved else ""
        )
        write_own(db, visit, "proved" if proved else "proof_failed", facts={"method": "passkey"})
    if not secret:
        return ask(visit.request, visit.sign_in, then=then, form=kept, errors={"key": _WRONG_KEY})
    return _go_on(visit, secret, then, kept)


def _begin_try(visit: Visit) -> str | None:
    house, number = visit.house, visit.viewer.number
    address = address_of(visit.request)
    with house.database.transaction() as db:
        return throttle.begin_try(db, house.vault, number=number, address=address, now=visit.now)[1]


def _prove(visit: Visit, code: str) -> str:
    """The new secret if this comes second; nothing where it is wrong."""
    house, mine = visit.house, visit.viewer
    code_id = code_on_paper(house, mine.id, code)
    with house.database.transaction() as db:
        real = house.clock.real()
        method = spend_second(
            db, house.vault, account_id=mine.id, code=code, code_id=code_id, now=visit.now, real=real
        )
        if method is None:
            return ""
        throttle.forget_tries(db, number=mine.number)
        secret = service.renew_proved(db, token=_token(visit), method=method, now=visit.now)
        write_own(db, visit, "proved", facts={"method": method})
    return secret


def _token(visit: Visit) -> str:
    return visit.request.cookies[cookie_name(visit.house)]


def _go_on(visit: Visit, secret: str, then: str, form: str | None) -> Response:
    """To the page, or to one button that sends the form that waited."""
    address = inside(then) or home_of(visit.viewer.role)
    if form is None:
        response: Response = RedirectResponse(address, status_code=303)
    else:
        response = visit.page("proved.html", then=address, fields=fields_of(form))
    keep_cookie(response, visit.house, secret)
    return response
