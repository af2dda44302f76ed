"""緊急サインを受ける人: whom a desk has named to be told of danger at once, and whether somebody is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import upsert
from desk.notices import mails, rules
from desk.notices.queries import IS_OPEN_ALARM, may_know
from desk.people.queries import AccountRow
from desk.tables.calendar import desk
from desk.tables.intake import flag
from desk.tables.notices import notice
from desk.tables.people import account, urgent_contact

_ROLES = ("staff", "supervisor")
_SERVES = (account.c.organisation_id == desk.c.organisation_id) & (
    account.c.desk_id.is_(None) | (account.c.desk_id == desk.c.id)
)
# To whom mails of alarms go, whatever became of the last one.
_HAS_ADDRESS = (
    _SERVES & account.c.role.in_(_ROLES) & account.c.mail.is_not(None) & account.c.disabled_at.is_(None)
)
_OF_ANYBODY = mails.last_fault()
_SERVER_TAKES = (_OF_ANYBODY == "") | _OF_ANYBODY.startswith(rules.NO_SUCH_ADDRESS)
_ARRIVES = _HAS_ADDRESS & (mails.last_fault_of_account() == "") & _SERVER_TAKES


@dataclass(frozen=True)
class Contact:
    """Whom a desk has named; `arrives`: whether a mail to them can be counted on."""

    account_id: str
    arrives: bool


def contacts(db: Connection, *, sends_mail: bool) -> dict[str, Contact]:
    """Whom each desk has named; `sends_mail`: the house has a server.

    A mail is counted on where nothing speaks against it: they have an address, the last mail to them arrived, and the
    server took the last one to anybody.
    """
    named = urgent_contact.join(account, account.c.id == urgent_contact.c.account_id).join(
        desk, desk.c.id == urgent_contact.c.desk_id
    )
    query = sa.select(*urgent_contact.c, _ARRIVES.label("arrives")).select_from(named)
    return {
        row.desk_id: Contact(row.account_id, sends_mail and bool(row.arrives)) for row in db.execute(query)
    }


def may_be_named(row: AccountRow, *, organisation_id: str, desk_id: str) -> bool:
    """Whether an account with an address may be named: staff of this desk, or of all."""
    return row.role in _ROLES and row.organisation_id == organisation_id and row.desk_id in (None, desk_id)


def name_contact(db: Connection, *, desk_id: str, account_id: str) -> None:
    """From now on this account is told at once; empty: nobody."""
    if account_id:
        upsert(db, urgent_contact, {"desk_id": desk_id, "account_id": account_id}, key=["desk_id"])
    else:
        db.execute(urgent_contact.delete().where(urgent_contact.c.desk_id == desk_id))


def told_of_alarms(db: Connection, *, since: datetime) -> frozenset[tuple[int, str]]:
    """Which notice of an open alarm since then goes to whom; never to those who must not see the person."""
    return frozenset((row.id, row.account_id) for row in db.execute(_told().where(flag.c.raised_at >= since)))


def latest_told(db: Connection, *, client_id: str, since: datetime, sends_mail: bool) -> datetime | None:
    """When the last open alarm of this person since then was raised of which somebody is told by a mail to count on."""
    counted_on = {desk_id for desk_id, each in contacts(db, sends_mail=sends_mail).items() if each.arrives}
    theirs = _told().where(flag.c.client_id == client_id, flag.c.raised_at >= since)
    return max((row.raised_at for row in db.execute(theirs) if row.desk_id in counted_on), default=None)


def _told() -> sa.Select[Any]:
    return (
        sa.select(notice.c.id, notice.c.desk_id, urgent_contact.c.account_id, flag.c.raised_at)
        .join(flag, IS_OPEN_ALARM)
        .join(desk, desk.c.id == notice.c.desk_id)
        .join(urgent_contact, urgent_contact.c.desk_id == desk.c.id)
        .join(account, (account.c.id == urgent_contact.c.account_id) & _HAS_ADDRESS)
        .where(may_know(account.c.id))
    )
