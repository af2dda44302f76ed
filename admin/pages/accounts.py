"""アカウント: who may sign in; a new one gets a one-time link, and nobody ever sees a password."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import AccountsVisit, NotFound, Visit, go, link_address
from admin.forms import PathId, mail_address, one_line
from admin.wording import ROLES
from desk.calendar.queries import list_desks
from desk.database import Connection
from desk.people import addresses, queries, service
from desk.people.queries import AccountRow

router = APIRouter()

_LONGEST_NAME = 40


@router.get("/accounts")
def list_accounts(visit: AccountsVisit) -> Response:
    """All accounts, and the form for a new one."""
    return _show(visit, {"role": "officer"}, {})


@router.post("/accounts")
def add(
    visit: AccountsVisit,
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    desk: Annotated[str, Form()] = "",
) -> Response:
    """Adds an account and shows its one-time link, once."""
    wanted, errors = one_line(name), {}
    if not wanted or len(wanted) > _LONGEST_NAME:
        errors["name"] = f"お名前を{_LONGEST_NAME}文字までで入れてください。"
    if role not in ROLES:
        errors["role"] = "役割を選んでください。"
    if errors:
        return _show(visit, {"name": name, "role": role, "desk": desk}, errors)
    house = visit.house
    with house.database.transaction() as db:
        desk_id = next((row.id for row in list_desks(db) if row.code == desk), None)
        account_id, token = service.add_account(
            db, house.vault, role=role, desk_id=desk_id, name=wanted, now=house.clock.real()
        )
        account = queries.account_by_id(db, house.vault, account_id)
    return _show_link(visit, account, token)


@router.post("/accounts/{account_id}/link")
def renew_link(visit: AccountsVisit, account_id: PathId) -> Response:
    """A fresh link, for somebody who lost the first one or forgot the password."""
    house = visit.house
    with house.database.transaction() as db:
        account = _own(db, visit, account_id)
        if account.disabled:
            raise NotFound
        token = service.make_link(db, account_id=account_id, now=house.clock.real())
    return _show_link(visit, account, token)


@router.post("/accounts/{account_id}/mail")
def keep_mail(visit: AccountsVisit, account_id: PathId, mail: Annotated[str, Form()] = "") -> Response:
    """Where a mail may tell this person that there is news; empty for no mails."""
    wanted = mail_address(mail)
    if mail.strip() and wanted is None:
        fault = "メールの宛先を、たしかめてください。例：name@example.jp"
        return _show(visit, {"role": "officer"}, {f"mail-{account_id}": fault})
    with visit.house.database.transaction() as db:
        _own(db, visit, account_id)
        addresses.keep_mail(db, visit.house.vault, account_id=account_id, mail=wanted or "")
    return go("/accounts", done="mail" if wanted else "no_mail")


@router.post("/accounts/{account_id}/disable")
def disable(visit: AccountsVisit, account_id: PathId) -> Response:
    """The account can no longer be used; nobody locks themselves out."""
    if account_id == visit.viewer.id:
        return _show(
            visit,
            {"role": "officer"},
            {"name": "自分のアカウントは止められません。ほかの人に頼んでください。"},
        )
    with visit.house.database.transaction() as db:
        _own(db, visit, account_id)
        service.disable_account(db, account_id=account_id, now=visit.now)
    return go("/accounts", done="disabled")


def _own(db: Connection, visit: Visit, account_id: str) -> AccountRow:
    account = queries.account_by_id(db, visit.house.vault, account_id)
    if account is None or account.organisation_id != visit.viewer.organisation_id:
        raise NotFound
    return account


def _show_link(visit: Visit, account: AccountRow | None, token: str) -> Response:
    assert account is not None
    link = link_address(visit.house.settings.public_base_url, token)
    return visit.page("account_link.html", account=account, link=link)


def _show(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        desks = list_desks(db)
        rows = queries.accounts(db, visit.house.vault, organisation_id=visit.viewer.organisation_id)
        used = queries.last_sign_ins(db)
        mails = {row.id: addresses.mail_of(db, visit.house.vault, row.id) for row in rows}
    return visit.page(
        "accounts.html",
        status=422 if errors else 200,
        rows=rows,
        used=used,
        mails={account_id: addresses.hint_of(mail) for account_id, mail in mails.items()},
        desk_names={desk.id: desk.name for desk in desks},
        desk_options=[("", "すべての窓口"), *((desk.code, desk.name) for desk in desks)],
        role_options=list(ROLES.items()),
        values=values,
        errors=errors,
    )
