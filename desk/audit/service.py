"""Adds to the reading log. Nothing is ever changed or taken out of it, but whole months at the end of their time."""

import json
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.audit.rules import BEGINNING, hash_of
from desk.tables.audit import audit_entry

# Any number, the same in every process: on PostgreSQL entries stand in line for the end of the chain.
_TURN = 7_240_113


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
    """Writes down what somebody did. `facts` are counts and names of fields, never what they hold."""
    if db.dialect.name == "postgresql":
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))
    last = db.execute(
        sa.select(audit_entry.c.number, audit_entry.c.hash).order_by(audit_entry.c.number.desc()).limit(1)
    ).first()
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
        "facts": json.dumps(facts or {}, sort_keys=True, ensure_ascii=False),
        "refused": refused,
        "previous": last.hash if last else BEGINNING,
    }
    db.execute(audit_entry.insert().values(**entry, hash=hash_of(entry)))
