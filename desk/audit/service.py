"""Adds to the reading log. Nothing is ever changed or taken out of it, but whole months at the end of their time."""

import json
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.audit.rules import BEGINNING, LET_GO, READING_LOG, hash_of
from desk.clock import at_tokyo, local_date
from desk.database import new_id
from desk.tables.audit import audit_entry, audit_review

# Any number, the same in every process: on PostgreSQL entries stand in line for the end of the chain.
_TURN = 7_240_113
_END = sa.select(audit_entry.c.number, audit_entry.c.hash).order_by(audit_entry.c.number.desc()).limit(1)


def note(
    db: Connection,
    *,
    act: str,
    by: str | None,
    role: str,
    sign_in_id: str | None = None,
    kind: str = "",
    subject_id: str | None = None,
    client_id: str | None = None,
    facts: Mapping[str, int | str] | None = None,
    refused: bool = False,
    now: datetime,
) -> None:
    """Writes down what somebody did. `facts` are counts and names of fields, never what they hold.

    Whoever notes holds the end of the log until the commit: call it last, or in a short transaction of its own.
    """
    if db.dialect.name == "postgresql":
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))
    last = db.execute(_END).first()
    entry = {
        "number": last.number + 1 if last else 1,
        "at": now,
        "account_id": by,
        "role": role,
        "sign_in_id": sign_in_id,
        "act": act,
        "kind": kind,
        "subject_id": subject_id,
        "client_id": client_id,
        "facts": _in_json(facts),
        "refused": refused,
        "previous": last.hash if last else BEGINNING,
    }
    db.execute(audit_entry.insert().values(**entry, hash=hash_of(entry)))


def is_noted(
    db: Connection,
    *,
    act: str,
    by: str | None,
    role: str,
    sign_in_id: str | None,
    kind: str,
    subject_id: str | None,
    client_id: str | None,
    facts: Mapping[str, int | str],
    refused: bool,
    since: datetime,
) -> bool:
    """Whether exactly this was written down since then."""
    known = audit_entry.c
    query = sa.select(known.number).where(
        known.account_id == by,
        known.role == role,
        known.sign_in_id == sign_in_id,
        known.act == act,
        known.kind == kind,
        known.subject_id == subject_id,
        known.client_id == client_id,
        known.facts == _in_json(facts),
        known.refused == refused,
        known.at >= since,
    )
    return db.execute(query.limit(1)).first() is not None


def _in_json(facts: Mapping[str, int | str] | None) -> str:
    return json.dumps(facts or {}, sort_keys=True)


def forget_months(db: Connection, *, before: datetime, now: datetime) -> int:
    """Lets go of the months, as Japan counts them, that ended before this instant; says how many entries went.

    A last entry is written that names the newest one let go and its hash: it vouches for the cut (`audit verify`),
    and the database lets nothing else be taken out.
    """
    day = local_date(before)
    stays = sa.select(sa.func.min(audit_entry.c.number)).where(
        audit_entry.c.at >= at_tokyo(day.replace(day=1), 0)
    )
    first = db.execute(stays).scalar_one_or_none()
    over = audit_entry.c.number < first if first is not None else sa.true()
    last = db.execute(
        sa.select(audit_entry.c.number, audit_entry.c.hash)
        .where(over)
        .order_by(audit_entry.c.number.desc())
        .limit(1)
    ).first()
    if last is None:
        return 0
    note(
        db,
        act=LET_GO,
        by=None,
        role="house",
        kind=READING_LOG,
        subject_id=str(last.number),
        facts={"hash": last.hash},
        now=now,
    )
    return db.execute(audit_entry.delete().where(audit_entry.c.number <= last.number)).rowcount


def keep_review(db: Connection, *, account_id: str, up_to: int, now: datetime) -> None:
    """A supervisor has looked the log over, up to this entry."""
    db.execute(audit_review.insert().values(id=new_id(), account_id=account_id, up_to=up_to, at=now))
