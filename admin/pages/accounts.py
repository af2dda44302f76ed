"""アカウント: who may sign in; a new one gets a one-time link, and nobody ever sees a password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go, link_address
from admin.entering import change_address, tell_owner, write_of
from admin.forms import PathId, mail_address, one_line
from admin.policy import ACCOUNT, AccountsVisit, Needs
from admin.qr import picture_of
from admin.wording import ROLES
from desk.calendar.queries import list_desks
from desk.database import Connection
from desk.people import addresses, factors, inactive, queries, service
from desk.people.queries import AccountRow
from desk.people.rules import Permission, may_keep

router = APIRouter()

_FreshVisit = Annotated[Visit, Depends(Needs(Permission.ACCOUNTS, fresh=True))]
_AccountVisit = Annotated[Visit, Depends(Needs(Permission.ACCOUNTS, about=(ACCOUNT,), fresh=True))]

_LONGEST_NAME = 40
_NOT_THEIRS = "職員と責任者のアカウントは、責任者だけが変えられます。責任者に頼んでください。"
_NOT_ONESELF = "自分のアカウントは止められません。役割も変えられません。ほかの人に頼んでください。"


@router.get("/accounts")
def list_accounts(visit: AccountsVisit) -> Response:
    """All accounts, and the form for a new one."""
    return _show(visit, {}, {})


@router.post("/accounts")
def add(
    visit: _FreshVisit,
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
    elif not may_keep(visit.viewer.role, role):
        errors["role"] = _NOT_THEIRS
    house = visit.house
    with house.database.reading() as db:
        desk_ids = {"": None} | {row.code: row.id for row in list_desks(db)}
    if desk not in desk_ids:
        errors["desk"] = "窓口を、もう一度選んでください。"
    if errors:
        return _show(visit, {"name": name, "role": role, "desk": desk}, errors)
    with house.database.transaction() as db:
        account_id, token = service.add_account(
            db, house.vault, role=role, desk_id=desk_ids[desk], name=wanted, now=house.clock.real()
        )
        account = queries.account_by_id(db, house.vault, account_id)
        write_of(db, visit, "account_added", account_id, facts={"role": role})
    return _show_link(visit, account, token)


@router.post("/accounts/{account_id}/link")
def begin_anew(visit: _AccountVisit, account_id: PathId) -> Response:
    """For who lost the link, the telephone or the password, or comes back: all begins anew, with a new link."""
    if account_id == visit.viewer.id:
        return _show(visit, {}, {f"account-{account_id}": _NOT_ONESELF})
    house = visit.house
    try:
        with house.database.transaction() as db:
            account = _kept(db, visit, account_id)
            token = service.begin_anew(db, account_id=account_id, now=visit.now, real=house.clock.real())
            tell_owner(db, house, account_id, now=visit.now)
            write_of(db, visit, "begun_anew", account_id)
    except _NotTheirs:
        return _show(visit, {}, {f"account-{account_id}": _NOT_THEIRS})
    return _show_link(visit, account, token)


@router.post("/accounts/{account_id}/role")
def change_role(visit: _AccountVisit, account_id: PathId, role: Annotated[str, Form()] = "") -> Response:
    """What they may do from now on; nobody changes their own."""
    if account_id == visit.viewer.id:
        return _show(visit, {}, {f"account-{account_id}": _NOT_ONESELF})
    if role not in ROLES:
        return _show(visit, {}, {f"role-{account_id}": "役割を選んでください。"})
    try:
        with visit.house.database.transaction() as db:
            _kept(db, visit, account_id, role)
            service.change_role(db, account_id=account_id, role=role, now=visit.now)
            write_of(db, visit, "role_changed", account_id, facts={"role": role})
    except _NotTheirs:
        return _show(visit, {}, {f"account-{account_id}": _NOT_THEIRS})
    return go("/accounts", done="role")


@router.post("/accounts/{account_id}/sign-ins")
def end_sign_ins(visit: _AccountVisit, account_id: PathId) -> Response:
    """Ends every sign-in of somebody, e.g. when their telephone is lost."""
    with visit.house.database.transaction() as db:
        _own(db, visit, account_id)
        service.end_sign_ins(db, account_id=account_id, but=visit.sign_in_id, now=visit.now)
        write_of(db, visit, "sign_ins_ended", account_id)
    return go("/accounts", done="sign_ins_ended")


@router.post("/accounts/{account_id}/mail")
def keep_mail(visit: _AccountVisit, account_id: PathId, mail: Annotated[str, Form()] = "") -> Response:
    """Where a mail may tell this person that there is news; empty for no mails. The address before hears of it."""
    wanted = mail_address(mail)
    if mail.strip() and wanted is None:
        fault = "メールの宛先を、たしかめてください。例：name@example.jp"
        return _show(visit, {f"mail-{account_id}": mail}, {f"mail-{account_id}": fault})
    with visit.house.database.transaction() as db:
        _own(db, visit, account_id)
        change_address(db, visit.house, account_id, new=wanted or "", now=visit.now)
    return go("/accounts", done="mail" if wanted else "no_mail")


@router.post("/accounts/{account_id}/disable")
def disable(visit: _AccountVisit, account_id: PathId) -> Response:
    """The account can no longer be used; nobody locks themselves out."""
    if account_id == visit.viewer.id:
        return _show(visit, {}, {f"account-{account_id}": _NOT_ONESELF})
    with visit.house.database.transaction() as db:
        _own(db, visit, account_id)
        service.disable_account(db, account_id=account_id, now=visit.now)
        write_of(db, visit, "account_disabled", account_id)
    return go("/accounts", done="disabled")


class _NotTheirs(Exception):
    """Who keeps accounts but no cases opens none by an account of somebody who does."""


def unused_accounts(db: Connection, visit: Visit) -> int:
    """How many accounts will soon have to begin anew, for who keeps them."""
    return len(inactive.soon_closed(db, now=visit.now)) if visit.may(Permission.ACCOUNTS) else 0


def _own(db: Connection, visit: Visit, account_id: str) -> AccountRow:
    account = queries.account_by_id(db, visit.house.vault, account_id)
    if account is None or account.organisation_id != visit.viewer.organisation_id:
        raise NotFound
    return account


def _kept(db: Connection, visit: Visit, account_id: str, role: str | None = None) -> AccountRow:
    """An account this viewer may begin anew, or give this role."""
    account = _own(db, visit, account_id)
    if not all(may_keep(visit.viewer.role, each) for each in (account.role, role or account.role)):
        raise _NotTheirs
    return account


def _show_link(visit: Visit, account: AccountRow | None, token: str) -> Response:
    assert account is not None
    link = link_address(visit.house.settings.public_base_url, token)
    return visit.page("account_link.html", account=account, link=link, picture=picture_of(link))


def _show(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        desks = list_desks(db)
        rows = queries.accounts(db, visit.house.vault, organisation_id=visit.viewer.organisation_id)
        used = queries.last_sign_ins(db)
        ready, unused = factors.with_a_way_in(db), inactive.soon_closed(db, now=visit.now)
        mails = addresses.mails_of(db, visit.house.vault, organisation_id=visit.viewer.organisation_id)
    return visit.page(
        "accounts.html",
        status=422 if errors else 200,
        rows=rows,
        used=used,
        ready=ready,
        unused=unused,
        mails={account_id: addresses.hint_of(mail) for account_id, mail in mails.items()},
        desk_names={desk.id: desk.name for desk in desks},
        desk_options=[("", "すべての窓口"), *((desk.code, desk.name) for desk in desks)],
        role_options=[(role, name) for role, name in ROLES.items() if may_keep(visit.viewer.role, role)],
        kept={row.id for row in rows if may_keep(visit.viewer.role, row.role)} - {visit.viewer.id},
        values={"role": "officer"} | values,
        errors=errors,
    )
