"""緊急サインを受ける人: whom a desk has named to be told of danger at once, and whether somebody is."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.notices.queries import IS_OPEN_ALARM, may_know
from desk.people.addresses import readers_of_mail
from desk.people.queries import AccountRow
from desk.privacy import Vault
from desk.tables.calendar import desk
from desk.tables.intake import flag
from desk.tables.notices import mail, notice
from desk.tables.people import account, urgent_contact

_ROLES = ("staff", "supervisor")
_LAST_FAULT = (
    sa.select(mail.c.fault)
    .where(mail.c.account_id == account.c.id, mail.c.attempts > 0)
    .order_by(mail.c.id.desc())
    .limit(1)
    .scalar_subquery()
)


def readers(db: Connection, vault: Vault, *, organisation_id: str, desk_id: str) -> tuple[AccountRow, ...]:
    """Who may be named: staff of this desk, or of all, whom a mail reaches."""
    return tuple(
        row
        for row in readers_of_mail(db, vault)
        if row.role in _ROLES and row.organisation_id == organisation_id and row.desk_id in (None, desk_id)
    )


def contact_of(db: Connection, desk_id: str) -> str:
    """The account that is named, whether or not a mail still reaches it; empty for nobody."""
    query = sa.select(urgent_contact.c.account_id).where(urgent_contact.c.desk_id == desk_id)
    return db.execute(query).scalar_one_or_none() or ""


def name_contact(db: Connection, *, desk_id: str, account_id: str) -> None:
    """From now on this account is told at once; empty: nobody."""
    db.execute(urgent_contact.delete().where(urgent_contact.c.desk_id == desk_id))
    if account_id:
        db.execute(urgent_contact.insert().values(desk_id=desk_id, account_id=account_id))


def told_of_alarms(db: Connection, *, since: datetime) -> frozenset[tuple[int, str]]:
    """Which notice of an open alarm since then goes to whom; never to those who must not see the person."""
    return frozenset((row.id, row.account_id) for row in db.execute(_told().where(flag.c.raised_at >= since)))


def is_told(db: Connection, *, client_id: str, since: datetime) -> bool:
    """Whether somebody is told of this person's open alarm since then; not where their last mail did not arrive."""
    theirs = (flag.c.client_id == client_id, flag.c.raised_at >= since)
    arrives = sa.func.coalesce(_LAST_FAULT, "") == ""
    return db.execute(_told().where(*theirs, arrives).limit(1)).first() is not None


def _told() -> sa.Select[Any]:
    of_house = (account.c.organisation_id == desk.c.organisation_id) & (
        account.c.desk_id.is_(None) | (account.c.desk_id == desk.c.id)
    )
    reached = account.c.mail.is_not(None) & account.c.disabled_at.is_(None) & account.c.role.in_(_ROLES)
    return (
        sa.select(notice.c.id, urgent_contact.c.account_id)
        .join(flag, IS_OPEN_ALARM)
        .join(desk, desk.c.id == notice.c.desk_id)
        .join(urgent_contact, urgent_contact.c.desk_id == desk.c.id)
        .join(account, (account.c.id == urgent_contact.c.account_id) & of_house)
        .where(reached, may_know(account.c.id))
    )
