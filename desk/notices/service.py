"""Telling officers and staff that something happened, and keeping who has seen it."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clock import local_date
from desk.database import announce, insert_new, insert_or_ignore
from desk.notices import rules
from desk.tables.calendar import session
from desk.tables.notices import notice, notice_receipt

TOPIC = "notices"


def tell(
    db: Connection,
    *,
    kind: str,
    desk_id: str,
    session_id: str | None = None,
    booking_id: str | None = None,
    flag_id: str | None = None,
    account_id: str | None = None,
    dedupe_key: str,
    known_by: str | None = None,
    now: datetime,
) -> None:
    """Puts a notice before the officers of the session (or staff, where there is none), once per `dedupe_key`.

    `kind` is one of the words of the table `notice`; `account_id`: the one officer it is for, whether or not they
    sit there; `known_by`: the account that did it and knows already.
    Open pages are told once the transaction is committed, also when the notice was known already: what it
    speaks of may have changed.
    """
    day = None if kind in rules.FOR_STAFF else _session_date(db, session_id)
    row = {
        "dedupe_key": dedupe_key,
        "desk_id": desk_id,
        "session_id": session_id,
        "booking_id": booking_id,
        "flag_id": flag_id,
        "account_id": account_id,
        "kind": kind,
        "at": now,
        "escalate_at": rules.escalate_at(at=now, today=local_date(now), session_date=day),
    }
    notice_id = insert_new(db, notice, row)
    if notice_id is not None and known_by is not None:
        acknowledge(db, notice_ids=[notice_id], account_id=known_by, entered_by=known_by, now=now)
    announce(db, TOPIC)


def acknowledge(
    db: Connection, *, notice_ids: Iterable[int], account_id: str, entered_by: str, now: datetime
) -> None:
    """From now on `account_id` counts as knowing; `entered_by` differs where staff told them by telephone or on paper."""
    rows = [
        {"notice_id": notice_id, "account_id": account_id, "entered_by": entered_by, "at": now}
        for notice_id in notice_ids
    ]
    if insert_or_ignore(db, notice_receipt, rows):
        announce(db, TOPIC)


def announce_news(db: Connection) -> None:
    """Asks open pages to look again after a change that is no notice of its own, such as a need decided."""
    announce(db, TOPIC)


def _session_date(db: Connection, session_id: str | None) -> date | None:
    if session_id is None:
        return None
    day: date = db.execute(sa.select(session.c.date).where(session.c.id == session_id)).scalar_one()
    return day
