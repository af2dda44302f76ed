"""What the prefecture's audit asks for: who may get in and how, what was let go, what was tried, and who else helps."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import new_id
from desk.people.queries import AccountRow, accounts, last_sign_ins
from desk.privacy import Vault
from desk.tables.audit import audit_document
from desk.tables.people import account, passkey
from desk.tables.retention import erasure

#: What is written down by hand: a restore that was tried, a contractor, a line of the register of LINE use.
KINDS = ("restore_test", "contractor", "line_use")


@dataclass(frozen=True)
class AccountLine:
    """An account as an audit reads it: last use, how it gets in (`keys` opened by finger or face, `digits`), dates."""

    account: AccountRow
    used_at: datetime | None
    keys: int
    digits: bool
    pledged_on: date | None
    trained_on: date | None


@dataclass(frozen=True)
class Document:
    """Something written down for the audit; `until_date`: until when it holds, where it ends."""

    kind: str
    words: str
    on_date: date
    until_date: date | None


@dataclass(frozen=True)
class Certificate:
    """Somebody was erased: the number stands for them and leads nowhere."""

    number: str
    at: datetime
    why: str


def account_lines(db: Connection, vault: Vault, *, organisation_id: str) -> tuple[AccountLine, ...]:
    """All accounts, those in use first."""
    dates = {
        row.id: row
        for row in db.execute(
            sa.select(account.c.id, account.c.totp_seed, account.c.pledged_on, account.c.trained_on)
        )
    }
    how_many = sa.select(passkey.c.account_id, sa.func.count()).group_by(passkey.c.account_id)
    keys: dict[str, int] = dict(row.tuple() for row in db.execute(how_many))
    used = last_sign_ins(db)
    return tuple(
        AccountLine(
            account=row,
            used_at=used.get(row.id),
            keys=keys.get(row.id, 0),
            digits=dates[row.id].totp_seed is not None,
            pledged_on=dates[row.id].pledged_on,
            trained_on=dates[row.id].trained_on,
        )
        for row in accounts(db, vault, organisation_id=organisation_id)
    )


def keep_dates(db: Connection, *, account_id: str, pledged_on: date | None, trained_on: date | None) -> None:
    """When somebody pledged secrecy (守秘の誓約), and when they were trained last."""
    dates = {"pledged_on": pledged_on, "trained_on": trained_on}
    db.execute(account.update().where(account.c.id == account_id).values(dates))


def keep_document(
    db: Connection,
    *,
    kind: str,
    words: str,
    on_date: date,
    until_date: date | None,
    by: AccountRow,
    now: datetime,
) -> None:
    """Writes something down for the audit; it is never changed, only followed by something newer."""
    db.execute(
        audit_document.insert().values(
            id=new_id(),
            organisation_id=by.organisation_id,
            kind=kind,
            words=words,
            on_date=on_date,
            until_date=until_date,
            account_id=by.id,
            at=now,
        )
    )


def documents(db: Connection, *, organisation_id: str) -> tuple[Document, ...]:
    """All that was written down, the newest first."""
    query = (
        sa.select(audit_document)
        .where(audit_document.c.organisation_id == organisation_id)
        .order_by(audit_document.c.on_date.desc(), audit_document.c.at.desc())
    )
    return tuple(Document(row.kind, row.words, row.on_date, row.until_date) for row in db.execute(query))


def certificates(db: Connection, *, since: datetime) -> tuple[Certificate, ...]:
    """Everybody who was erased, the newest first."""
    query = sa.select(erasure).where(erasure.c.at >= since).order_by(erasure.c.at.desc(), erasure.c.id)
    return tuple(Certificate(row.subject_hash[-12:], row.at, row.why) for row in db.execute(query))
