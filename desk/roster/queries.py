"""Who sits where on which day, and which days still lack somebody."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.calendar.queries import SessionRow, session_by_id, upcoming_sessions
from desk.privacy import Vault
from desk.tables.calendar import session, slot
from desk.tables.people import account, duty

SEATS = (1, 2)


@dataclass(frozen=True)
class OfficerRow:
    """An officer at a table of a session."""

    account_id: str
    name: str
    table_no: int
    seat: int


def officers_of_session(db: Connection, vault: Vault, session_id: str) -> tuple[OfficerRow, ...]:
    """The officers on duty that day, table by table."""
    query = (
        sa.select(duty.c.account_id, account.c.name, duty.c.table_no, duty.c.seat)
        .join_from(duty, account)
        .where(duty.c.session_id == session_id)
        .order_by(duty.c.table_no, duty.c.seat)
    )
    open_name = vault.house("people").open_text
    return tuple(
        OfficerRow(
            row.account_id, open_name(row.name, f"account.name:{row.account_id}"), row.table_no, row.seat
        )
        for row in db.execute(query)
    )


def sessions_of_officer(db: Connection, account_id: str, *, since: date) -> tuple[SessionRow, ...]:
    """The days from `since` on which an officer is on duty, in order."""
    query = (
        sa.select(session.c.id)
        .join_from(duty, session)
        .where(duty.c.account_id == account_id, session.c.date >= since)
        .order_by(session.c.starts_at)
    )
    found = [session_by_id(db, session_id) for session_id in db.execute(query).scalars()]
    return tuple(row for row in found if row is not None)


def sessions_short_of_officers(
    db: Connection, *, since: date, until: date, desk_id: str | None = None
) -> tuple[SessionRow, ...]:
    """Open sessions in which a table has fewer than two officers, in order."""
    short = []
    for row in upcoming_sessions(db, desk_id=desk_id, since=since, until=until):
        if row.status == "open" and _seats_taken(db, row.id) < len(SEATS) * _tables(db, row.id):
            short.append(row)
    return tuple(short)


def _seats_taken(db: Connection, session_id: str) -> int:
    query = sa.select(sa.func.count()).where(duty.c.session_id == session_id)
    return int(db.execute(query).scalar_one())


def _tables(db: Connection, session_id: str) -> int:
    query = sa.select(sa.func.count(slot.c.table_no.distinct())).where(slot.c.session_id == session_id)
    return int(db.execute(query).scalar_one())
