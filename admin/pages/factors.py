"""How somebody signs in from now on: a key in a device, or a password with an app's digits; each made by its owner."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import PREFIX, NotFound, Visit, cookie_name, go, home_of, keep_cookie, require_proof
from admin.device import device_of
from admin.entering import site_of_house, tell_owner, write_own
from admin.policy import OwnVisit
from admin.qr import picture_of
from desk.database import Connection
from desk.people import factors, passwords, recovery, rules, service, totp
from desk.people.factors import Factors

router = APIRouter()

_PASSWORD_FAULTS = {
    "short": f"パスワードは{rules.PASSWORD_SHORTEST}文字以上にしてください。",
    "long": f"パスワードは{rules.PASSWORD_LONGEST}文字までにしてください。",
    "common": "だれでも思いつくパスワードです。ほかの言葉も並べてください。",
}
_Which = Annotated[str, Form(pattern="^([0-9a-f]{32}|digits)?$")]
_WRONG_CODE = "数字がちがうか、時間がたちました。アプリのいまの数字を入れてください。"
_WRONG_KEY = "登録できませんでした。もう一度押すか、パスワードと数字の方法を選んでください。"


@router.get("/factors/key")
def show_key(visit: OwnVisit) -> Response:
    """One button, and a finger."""
    _may_change(visit)
    return _show_key(visit, {})


@router.post("/factors/key/options")
def ask_for_key(visit: OwnVisit) -> Response:
    """What the browser needs to make a key."""
    from desk.people import passkeys

    has, site, house = _may_change(visit), site_of_house(visit.house), visit.house
    if site is None:
        raise NotFound
    with house.database.transaction() as db:
        options = passkeys.ask_for_new(db, site, owner=visit.viewer, keys=has.keys, real=house.clock.real())
    return Response(options, media_type="application/json")


@router.post("/factors/key")
def keep_key(visit: OwnVisit, answer: Annotated[str, Form()] = "") -> Response:
    """Keeps the key; whoever made it has just shown it."""
    from desk.people import passkeys

    has, site, house = _may_change(visit), site_of_house(visit.house), visit.house
    if site is None:
        raise NotFound
    device = device_of(visit.request.headers.get("user-agent", ""))
    with house.database.transaction() as db:
        made = passkeys.keep_new(
            db,
            site,
            account_id=visit.viewer.id,
            answer=answer,
            name=device,
            now=visit.now,
            real=house.clock.real(),
        )
        secret = _added(db, visit, "passkey") if made else ""
    if not secret:
        return _show_key(visit, {"key": _WRONG_KEY})
    path = "/sign-ins" if has.complete else home_of(visit.viewer.role).removeprefix(PREFIX)
    return _with_secret(go(path, done="key_added"), visit, secret)


@router.get("/factors/digits")
def show_password(visit: OwnVisit) -> Response:
    """The way without a key begins with a password."""
    _may_change(visit)
    return _show_password(visit, {})


@router.post("/factors/digits")
def keep_password(
    visit: OwnVisit, password: Annotated[str, Form()] = "", again: Annotated[str, Form()] = ""
) -> Response:
    """Keeps the password and shows the QR for the app: only now, and only to its owner."""
    _may_change(visit)
    fault = rules.fault_of_password(password)
    if fault is not None:
        return _show_password(visit, {"password": _PASSWORD_FAULTS[fault]})
    if password != again:
        return _show_password(visit, {"again": "上のパスワードと同じものを入れてください。"})
    hashed, house = passwords.hash_password(password), visit.house
    with house.database.transaction() as db:
        service.set_password(db, account_id=visit.viewer.id, password_hash=hashed)
        token = totp.begin(db, house.vault, account_id=visit.viewer.id, real=house.clock.real())
        write_own(db, visit, "factor_added", facts={"factor": "password"})
    return _show_app(visit, token, {})


@router.post("/factors/digits/app")
def keep_app(
    visit: OwnVisit, token: Annotated[str, Form()] = "", code: Annotated[str, Form()] = ""
) -> Response:
    """The app's first digits prove that it has the seed; then the recovery codes are shown, once."""
    has = _may_change(visit)
    codes = recovery.fresh_codes()
    hashes, house = recovery.hashes_of(codes), visit.house
    with house.database.transaction() as db:
        kept = totp.finish(
            db, house.vault, account_id=visit.viewer.id, token=token, code=code, real=house.clock.real()
        )
        if kept:
            recovery.keep_codes(db, account_id=visit.viewer.id, hashes=hashes)
        secret = _added(db, visit, "totp") if kept else ""
    if not secret:
        return _show_app(visit, token, {"code": _WRONG_CODE})
    return _with_secret(_show_codes(visit, codes, has), visit, secret)


@router.post("/factors/codes")
def renew_codes(visit: OwnVisit) -> Response:
    """Ten new codes; the old ones are worth nothing from now on."""
    has = _may_change(visit)
    if not has.by_digits:
        raise NotFound
    codes = recovery.fresh_codes()
    hashes = recovery.hashes_of(codes)
    with visit.house.database.transaction() as db:
        recovery.keep_codes(db, account_id=visit.viewer.id, hashes=hashes)
        tell_owner(db, visit.house, visit.viewer.id, now=visit.now)
        write_own(db, visit, "factor_added", facts={"factor": "codes"})
    return _show_codes(visit, codes, has)


@router.post("/factors/remove")
def remove(visit: OwnVisit, which: _Which = "") -> Response:
    """Takes a way in away: a key by its id, or `digits`; the last one stays."""
    _may_change(visit)
    try:
        with visit.house.database.transaction() as db:
            if which == "digits":
                factors.remove_digits(db, account_id=visit.viewer.id)
            elif not factors.remove_key(db, account_id=visit.viewer.id, key_id=which):
                raise NotFound
            tell_owner(db, visit.house, visit.viewer.id, now=visit.now)
            write_own(
                db, visit, "factor_removed", facts={"factor": "digits" if which == "digits" else "passkey"}
            )
    except factors.LastWayIn:
        return go("/sign-ins", done="last_way_in")
    return go("/sign-ins", done="way_removed")


def _may_change(visit: Visit) -> Factors:
    """What they have. Whoever has a way in shows it anew first; who came by link has none to show."""
    with visit.house.database.reading() as db:
        has = factors.factors_of(db, visit.viewer.id)
    if has.complete:
        require_proof(visit.sign_in, visit.now)
    return has


def _added(db: Connection, visit: Visit, factor: str) -> str:
    """Tells the owner, gives this sign-in a new secret (all factors were shown just now), and writes it down."""
    tell_owner(db, visit.house, visit.viewer.id, now=visit.now)
    secret = service.renew_proved(
        db, token=visit.request.cookies[cookie_name(visit.house)], method=factor, now=visit.now
    )
    write_own(db, visit, "factor_added", facts={"factor": factor})
    return secret


def _with_secret(response: Response, visit: Visit, secret: str) -> Response:
    keep_cookie(response, visit.house, secret)
    return response


def _show_key(visit: Visit, errors: dict[str, str]) -> Response:
    keys = site_of_house(visit.house) is not None
    return visit.page("factor_key.html", status=422 if errors else 200, errors=errors, keys=keys)


def _show_password(visit: Visit, errors: dict[str, str]) -> Response:
    return visit.page("factor_password.html", status=422 if errors else 200, errors=errors)


def _show_app(visit: Visit, token: str, errors: dict[str, str]) -> Response:
    house = visit.house
    with house.database.reading() as db:
        seed = totp.seed_put_aside(
            db, house.vault, account_id=visit.viewer.id, token=token, real=house.clock.real()
        )
    if seed is None:
        return _show_password(visit, {"password": "時間がたちました。はじめからお願いします。"})
    address = totp.address(seed, number=visit.viewer.number)
    return visit.page(
        "factor_app.html",
        status=422 if errors else 200,
        errors=errors,
        token=token,
        seed=" ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
        picture=picture_of(address),
    )


def _show_codes(visit: Visit, codes: tuple[str, ...], had: Factors) -> Response:
    """Who changed something goes on to the page on which other sign-ins can be ended."""
    onward = f"{PREFIX}/sign-ins" if had.complete else home_of(visit.viewer.role)
    return visit.page("factor_codes.html", codes=codes, onward=onward)
