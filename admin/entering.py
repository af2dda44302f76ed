"""Lets somebody in and out, and writes down who did it and how; what they typed is never written down."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.auth import PREFIX, Guest, Visit, cookie_name, drop_cookie, home_of, keep_cookie
from admin.device import device_of
from desk.audit.service import note
from desk.database import Connection, new_id
from desk.house import House
from desk.notices import mails
from desk.notices.rules import FORMER, OWN_NEWS
from desk.people import addresses, queries, service, throttle
from desk.people.queries import AccountRow
from desk.people.recovery import find_code
from desk.people.second import codes_to_try
from desk.people.site import Site, site_of


def address_of(request: Request) -> str:
    """Whence a request comes. Behind a proxy that is believed, the server has put the true caller there."""
    return request.client.host if request.client else ""


def site_of_house(house: House) -> Site | None:
    """Where keys are good, if this house has a name."""
    return site_of(house.settings.public_base_url)


def inside(address: str) -> str:
    """An address of the panel, or nothing: the way on never leads out of it."""
    is_ours = address.startswith(f"{PREFIX}/") and not address.startswith((f"{PREFIX}//", f"{PREFIX}/\\"))
    return address if is_ours else ""


def let_in(db: Connection, guest: Guest, account: AccountRow, *, method: str, shared: bool = False) -> str:
    """Opens a sign-in; who was signed in here before is signed out. Returns the secret for the cookie."""
    house, now = guest.house, guest.now
    device = device_of(guest.request.headers.get("user-agent", ""))
    is_new = method != "link" and not queries.knows_device(db, account_id=account.id, device=device)
    service.sign_out(db, token=guest.request.cookies.get(cookie_name(house), ""), now=now)
    whence = house.vault.index("address", address_of(guest.request))
    sign_in_id = new_id()
    token = service.sign_in_as(
        db,
        account_id=account.id,
        sign_in_id=sign_in_id,
        method=method,
        device=device,
        whence=whence,
        shared=shared,
        now=now,
    )
    throttle.forget_tries(db, number=account.number)
    if is_new:
        tell_owner(db, house, account.id, now=now)
    facts: dict[str, int | str] = {"method": method, "shared": int(shared), "new_device": int(is_new)}
    note(db, act="sign_in", by=account.id, role=account.role, sign_in_id=sign_in_id, facts=facts, now=now)
    return token


def enter(house: House, token: str, account: AccountRow, next: str = "") -> Response:
    """On to where the person wanted to go, with the new secret."""
    response = RedirectResponse(inside(next) or home_of(account.role), status_code=303)
    keep_cookie(response, house, token)
    return response


def code_on_paper(house: House, account_id: str, code: str) -> str | None:
    """Which recovery code was typed; slow, so it comes before the transaction that spends it."""
    with house.database.reading() as db:
        left = codes_to_try(db, account_id=account_id, code=code)
    return find_code(left, code)


def leave(response: Response, house: House) -> Response:
    """The browser forgets all it kept of the panel."""
    drop_cookie(response, house)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def write_failure(guest: Guest, account: AccountRow | None, *, step: str) -> None:
    """Somebody did not get in: at which step, and at whose account if it is known. Who it was, nobody knows."""
    house, address = guest.house, address_of(guest.request)
    with house.database.transaction() as db:
        if account is None and not throttle.shall_be_told(db, house.vault, address=address, now=guest.now):
            return
        note(
            db,
            act="sign_in_failed",
            by=None,
            role="guest",
            kind="account",
            subject_id=account.id if account else None,
            facts={"step": step},
            refused=True,
            now=guest.now,
        )


def write_own(db: Connection, visit: Visit, act: str, *, facts: dict[str, int | str] | None = None) -> None:
    """Somebody did something to their own account."""
    write_of(db, visit, act, visit.viewer.id, facts=facts)


def write_of(
    db: Connection, visit: Visit, act: str, account_id: str, *, facts: dict[str, int | str] | None = None
) -> None:
    """Somebody did something to an account; call it last, since the end of the log is held until the commit."""
    note(
        db,
        act=act,
        by=visit.viewer.id,
        role=visit.viewer.role,
        sign_in_id=visit.sign_in_id,
        kind="account",
        subject_id=account_id,
        facts=facts,
        now=visit.now,
    )


def tell_owner(db: Connection, house: House, account_id: str, *, now: datetime) -> None:
    """A mail that says only that there is news: a new device, another way to sign in. What it is stands in the panel."""
    if house.settings.smtp_url and addresses.mail_of(db, house.vault, account_id):
        key = f"{OWN_NEWS}{account_id}:{now.isoformat()}"
        mails.put(db, account_id=account_id, kind="news", dedupe_key=key, due_at=now)


def change_address(db: Connection, house: House, account_id: str, *, new: str, now: datetime) -> None:
    """Keeps another address, or none; that the one before was refused no longer counts.

    The one before hears once more that there is news, in case its owner did not ask for the change.
    """
    former = addresses.mail_of(db, house.vault, account_id)
    if former == new:
        return
    if house.settings.smtp_url and former:
        key = f"{FORMER}{account_id}:{now.isoformat()}"
        mails.put_to(db, house.vault, account_id=account_id, address=former, dedupe_key=key, due_at=now)
    if new:
        mails.forget_refused(db, account_id=account_id)
    addresses.keep_mail(db, house.vault, account_id=account_id, mail=new)
