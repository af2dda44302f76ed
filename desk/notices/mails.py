"""Mails to officers and staff as rows: put down once for each occasion, claimed, sent outside, settled.

Who sends dies between sending and settling: the mail goes once more, with the same Message-ID, so that most
servers drop the second; it says only that there is news.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import insert_or_ignore
from desk.notices import rules
from desk.privacy import Vault
from desk.tables.notices import mail
from desk.tables.people import account

_OPEN = mail.c.state == "waiting"
# To the account's own address: one to another tells its owner nothing of the desk.
_OWN = ~mail.c.dedupe_key.startswith(rules.FORMER)


@dataclass(frozen=True)
class MailRow:
    """A mail; `attempts` counts this one."""

    id: int
    account_id: str
    kind: str
    dedupe_key: str
    state: str
    attempts: int
    fault: str
    due_at: datetime


def put(db: Connection, *, account_id: str, kind: str, dedupe_key: str, due_at: datetime) -> int:
    """Puts a mail down, once per `dedupe_key`; says whether it was new. `kind`: news or week."""
    row = {"account_id": account_id, "kind": kind, "dedupe_key": dedupe_key, "due_at": due_at}
    return insert_or_ignore(db, mail, [row | {"not_after": due_at + rules.MAIL_OF_USE}])


def put_to(
    db: Connection, vault: Vault, *, account_id: str, address: str, dedupe_key: str, due_at: datetime
) -> None:
    """Puts a mail down that goes to this address and not to the account's own."""
    put(db, account_id=account_id, kind="news", dedupe_key=dedupe_key, due_at=due_at)
    this = mail.c.dedupe_key == dedupe_key
    mail_id = db.execute(sa.select(mail.c.id).where(this)).scalar_one()
    sealed = vault.house("people").seal_text(address, f"mail.address:{mail_id}")
    db.execute(mail.update().where(this, _OPEN).values(address=sealed))


def address_of(db: Connection, vault: Vault, mail_id: int) -> str | None:
    """Where it goes, if not to the account's own address."""
    sealed = db.execute(sa.select(mail.c.address).where(mail.c.id == mail_id)).scalar_one_or_none()
    return vault.house("people").open_text(sealed, f"mail.address:{mail_id}") if sealed else None


def told_until(db: Connection, account_id: str) -> datetime | None:
    """Up to when this reader has been told of news, whether or not the mail arrived."""
    settled = (mail.c.account_id == account_id, mail.c.kind == "news", mail.c.settled_at.is_not(None), _OWN)
    last: datetime | None = db.execute(sa.select(sa.func.max(mail.c.settled_at)).where(*settled)).scalar_one()
    return last


def has_waiting(db: Connection, account_id: str) -> bool:
    """Whether a mail with news is still to go to this reader."""
    query = sa.select(mail.c.id).where(mail.c.account_id == account_id, mail.c.kind == "news", _OPEN, _OWN)
    return db.execute(query.limit(1)).first() is not None


def last_fault(*these: sa.ColumnElement[bool]) -> sa.ColumnElement[str]:
    """What came of the last of these mails that was tried: empty where it arrived, or where none was tried yet.

    Where a mail was tried in vain and then had nothing left to tell, what was learned of the way stays true.
    """
    tried = sa.select(mail.c.fault).where((mail.c.state == "sent") | (mail.c.fault != ""), *these)
    at = sa.func.coalesce(mail.c.settled_at, mail.c.due_at)
    last = tried.order_by(at.desc(), mail.c.id.desc()).limit(1).scalar_subquery()
    return sa.func.coalesce(last, "")


def last_fault_of_account() -> sa.ColumnElement[str]:
    """The same for each account of a query, and only to the account's own address."""
    return last_fault(mail.c.account_id == account.c.id, _OWN)


def forget_refused(db: Connection, *, account_id: str) -> None:
    """The account has another address: that the one before was refused tells nothing any more."""
    refused = (mail.c.state == "failed", mail.c.fault.startswith(rules.NO_SUCH_ADDRESS), _OWN)
    db.execute(mail.delete().where(mail.c.account_id == account_id, *refused))


def claim(db: Connection, *, alarms_only: bool, now: datetime) -> MailRow | None:
    """The mail that is due longest, for ten minutes nobody else's; None where none is due. At night only alarms."""
    due = sa.select(mail.c.id).where(_OPEN, mail.c.due_at <= now, mail.c.not_after > now)
    if alarms_only:
        due = due.where(mail.c.dedupe_key.startswith(rules.ALARM))
    first = due.order_by(mail.c.due_at, mail.c.id).limit(1).with_for_update(skip_locked=True)
    mail_id = db.execute(first).scalar_one_or_none()
    if mail_id is None:
        return None
    claimed = mail.update().where(mail.c.id == mail_id)
    db.execute(claimed.values(attempts=mail.c.attempts + 1, due_at=now + rules.MAIL_LEASE))
    return _rows(db, mail.c.id == mail_id)[0]


def settle(db: Connection, *, mail_id: int, state: str, fault: str = "", now: datetime) -> None:
    """It is sent, dropped (there was nothing left to tell) or failed; `now`: the instant up to which it tells."""
    learned = {} if state == "dropped" else {"fault": fault}
    row = {"state": state, "settled_at": now, "address": None, **learned}
    db.execute(mail.update().where(mail.c.id == mail_id, _OPEN).values(row))


def try_later(db: Connection, *, claimed: MailRow, fault: str, now: datetime) -> None:
    """It could not be sent: again after a growing while."""
    due_at = now + rules.wait_before_next_mail(claimed.attempts)
    db.execute(mail.update().where(mail.c.id == claimed.id, _OPEN).values(due_at=due_at, fault=fault))


def give_up_late(db: Connection, *, now: datetime) -> int:
    """Mails that could not be sent for a day are given up; says how many."""
    late = mail.update().where(_OPEN, mail.c.not_after <= now)
    return db.execute(late.values(state="failed", settled_at=now, address=None)).rowcount


def troubled(db: Connection, *, since: datetime) -> tuple[MailRow, ...]:
    """Mails that were given up since then, and those tried in vain so far, oldest first."""
    given_up = (mail.c.state == "failed") & (mail.c.settled_at >= since)
    in_vain = _OPEN & (mail.c.fault != "")
    return _rows(db, given_up | in_vain)


def forget_old(db: Connection, *, now: datetime) -> int:
    """Forgets mails settled three months ago; says how many."""
    return db.execute(mail.delete().where(mail.c.settled_at <= now - rules.MAIL_KEPT)).rowcount


def _rows(db: Connection, which: sa.ColumnElement[bool]) -> tuple[MailRow, ...]:
    columns = (
        *(mail.c.id, mail.c.account_id, mail.c.kind, mail.c.dedupe_key),
        *(mail.c.state, mail.c.attempts, mail.c.fault, mail.c.due_at),
    )
    return tuple(MailRow(*row) for row in db.execute(sa.select(*columns).where(which).order_by(mail.c.id)))
