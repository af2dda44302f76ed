"""Reads accounts, sign-ins and one-time links."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.errors import LinkSpent
from desk.people.rules import IDLE_LIMIT, SHORT_IDLE_LIMIT
from desk.privacy import Vault, token_hash
from desk.tables.people import account, account_link, sign_in


@dataclass(frozen=True)
class AccountRow:
    """Somebody who works with the panel; without `desk_id`, for all desks of the organisation."""

    id: str
    organisation_id: str
    desk_id: str | None
    number: int
    role: str
    name: str
    text_size: str
    disabled: bool


@dataclass(frozen=True)
class SignInRow:
    """A sign-in that is still good: when it was last used, how it was made, when all factors were last shown."""

    id: str
    account: AccountRow
    seen_at: datetime
    method: str
    proved_at: datetime | None
    shared: bool


@dataclass(frozen=True)
class OwnSignIn:
    """A sign-in as its owner sees it in the list: how, on what, since when, last used."""

    id: str
    method: str
    device: str
    shared: bool
    at: datetime
    seen_at: datetime


def account_by_id(db: Connection, vault: Vault, account_id: str) -> AccountRow | None:
    """One account, also a disabled one."""
    row = db.execute(sa.select(account).where(account.c.id == account_id)).first()
    return _account(row, vault) if row else None


def accounts(db: Connection, vault: Vault, *, organisation_id: str) -> tuple[AccountRow, ...]:
    """All accounts: those in use first, by number."""
    query = (
        sa.select(account)
        .where(account.c.organisation_id == organisation_id)
        .order_by(account.c.disabled_at.is_not(None), account.c.number)
    )
    return tuple(_account(row, vault) for row in db.execute(query))


def readers_of_mail(db: Connection, vault: Vault) -> tuple[AccountRow, ...]:
    """The accounts in use that have an address, by number."""
    has_mail = (account.c.mail.is_not(None), account.c.disabled_at.is_(None))
    query = sa.select(account).where(*has_mail).order_by(account.c.number)
    return tuple(_account(row, vault) for row in db.execute(query))


def officers(
    db: Connection, vault: Vault, *, organisation_id: str, desk_id: str | None
) -> tuple[AccountRow, ...]:
    """The officers who may sit at this desk (or at any): for the roster."""
    known = accounts(db, vault, organisation_id=organisation_id)
    return tuple(
        row
        for row in known
        if row.role == "officer" and not row.disabled and (desk_id is None or row.desk_id in (None, desk_id))
    )


def colleagues(
    db: Connection, vault: Vault, *, organisation_id: str, desk_id: str | None
) -> tuple[AccountRow, ...]:
    """The officers and staff of this desk (or of any) who might know somebody: for 会わない組み合わせ."""
    known = accounts(db, vault, organisation_id=organisation_id)
    return tuple(
        row
        for row in known
        if row.role in ("officer", "staff", "supervisor")
        and not row.disabled
        and (desk_id is None or row.desk_id in (None, desk_id))
    )


def names(db: Connection, vault: Vault, account_ids: Collection[str]) -> dict[str, str]:
    """The names behind some ids, e.g. who wrote an answer."""
    query = sa.select(account.c.id, account.c.name).where(account.c.id.in_(set(account_ids)))
    return {row.id: _name(vault, row.id, row.name) for row in db.execute(query)}


def account_of_link(db: Connection, vault: Vault, *, token: str, now: datetime) -> AccountRow:
    """Whose one-time link this is, without spending it; raises LinkSpent. `now` is the machine's own time."""
    query = (
        sa.select(account)
        .join(account_link, account_link.c.account_id == account.c.id)
        .where(
            account_link.c.token_hash == token_hash(token),
            account_link.c.used_at.is_(None),
            account_link.c.expires_at > now,
            account.c.disabled_at.is_(None),
        )
    )
    row = db.execute(query).first()
    if row is None:
        raise LinkSpent("the link was used before, or its time has run out")
    return _account(row, vault)


def open_sign_in(db: Connection, vault: Vault, *, token: str, now: datetime) -> SignInRow | None:
    """The sign-in a cookie belongs to; None once it was ended, idle for too long, or 10 hours old."""
    query = (
        sa.select(
            account,
            sign_in.c.id.label("sign_in_id"),
            sign_in.c.seen_at,
            sign_in.c.method,
            sign_in.c.proved_at,
            sign_in.c.shared,
        )
        .join(sign_in, sign_in.c.account_id == account.c.id)
        .where(sign_in.c.token_hash == token_hash(token), still_open(now), account.c.disabled_at.is_(None))
    )
    row = db.execute(query).first()
    if row is None:
        return None
    return SignInRow(row.sign_in_id, _account(row, vault), row.seen_at, row.method, row.proved_at, row.shared)


def own_sign_ins(db: Connection, *, account_id: str, now: datetime) -> tuple[OwnSignIn, ...]:
    """Where this account is signed in now, the latest first."""
    columns = (sign_in.c.id, sign_in.c.method, sign_in.c.device, sign_in.c.shared, sign_in.c.at)
    query = sa.select(*columns, sign_in.c.seen_at).join(account).where(account.c.id == account_id)
    return tuple(
        OwnSignIn(*row) for row in db.execute(query.where(still_open(now)).order_by(sign_in.c.at.desc()))
    )


def knows_device(db: Connection, *, account_id: str, device: str) -> bool:
    """Whether this account has signed in before from such a device."""
    earlier = (sign_in.c.account_id == account_id) & (sign_in.c.device == device)
    return db.execute(sa.select(sign_in.c.id).where(earlier).limit(1)).first() is not None


def still_open(now: datetime) -> sa.ColumnElement[bool]:
    """Sign-ins, joined with their accounts, that are good at `now`."""
    long_idle = sa.not_(sign_in.c.shared) & (account.c.role != "administrator")
    return sa.and_(
        sign_in.c.ended_at.is_(None),
        sign_in.c.expires_at > now,
        sign_in.c.seen_at > now - IDLE_LIMIT,
        sa.or_(long_idle, sign_in.c.seen_at > now - SHORT_IDLE_LIMIT),
    )


def last_sign_ins(db: Connection) -> dict[str, datetime]:
    """When each account was last used."""
    query = sa.select(sign_in.c.account_id, sa.func.max(sign_in.c.seen_at).label("seen_at"))
    return {row.account_id: row.seen_at for row in db.execute(query.group_by(sign_in.c.account_id))}


def _account(row: Row[Any], vault: Vault) -> AccountRow:
    return AccountRow(
        id=row.id,
        organisation_id=row.organisation_id,
        desk_id=row.desk_id,
        number=row.number,
        role=row.role,
        name=_name(vault, row.id, row.name),
        text_size=row.text_size,
        disabled=row.disabled_at is not None,
    )


def _name(vault: Vault, account_id: str, sealed: bytes) -> str:
    return vault.house("people").open_text(sealed, f"account.name:{account_id}")
