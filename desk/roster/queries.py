"""Who sits where on which day, which days still lack somebody, and who could stand in."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.calendar.queries import SessionRow, session_by_id, tables_of_session, upcoming_sessions
from desk.people.queries import AccountRow, officers
from desk.privacy import Vault
from desk.roster import rules
from desk.roster.absences import is_away
from desk.roster.avoidances import kept_from
from desk.tables.calendar import session
from desk.tables.people import account, duty

SEATS = (1, 2)
# Who could sit there first, then why the others cannot.
_ORDER = ("", "here", rules.ELSEWHERE, rules.AWAY, rules.MUST_NOT_MEET)


@dataclass(frozen=True)
class OfficerRow:
    """An officer at a table of a session; `away`: they cannot come that day, and somebody must stand in."""

    account_id: str
    name: str
    table_no: int
    seat: int
    away: bool


@dataclass(frozen=True)
class Candidate:
    """An officer for a seat; `hindrance` is empty for one who is free, `here` for one who sits in that session."""

    officer: AccountRow
    hindrance: str


@dataclass(frozen=True)
class EmptySeat:
    """A seat at which nobody will sit, the officer who is away from it, if any, and who could stand in."""

    table_no: int
    seat: int
    away: str
    free: tuple[AccountRow, ...]


def officers_of_session(db: Connection, vault: Vault, session_id: str) -> tuple[OfficerRow, ...]:
    """The officers on duty that day, table by table."""
    query = (
        sa.select(
            duty.c.account_id,
            account.c.name,
            duty.c.table_no,
            duty.c.seat,
            is_away(duty.c.account_id, duty.c.date).label("away"),
        )
        .join_from(duty, account)
        .where(duty.c.session_id == session_id)
        .order_by(duty.c.table_no, duty.c.seat)
    )
    open_name = vault.house("people").open_text
    return tuple(
        OfficerRow(
            row.account_id,
            open_name(row.name, f"account.name:{row.account_id}"),
            row.table_no,
            row.seat,
            bool(row.away),
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
    """Open sessions in which a table has fewer than two officers who can come, in order."""
    short = []
    for row in upcoming_sessions(db, desk_id=desk_id, since=since, until=until):
        if row.status == "open" and _seats_filled(db, row.id) < len(SEATS) * len(
            tables_of_session(db, row.id)
        ):
            short.append(row)
    return tuple(short)


def empty_seats(
    db: Connection, vault: Vault, found: SessionRow, *, organisation_id: str
) -> tuple[EmptySeat, ...]:
    """The seats of a session that somebody must take, each with the officers who are free."""
    sitting = {(row.table_no, row.seat): row for row in officers_of_session(db, vault, found.id)}
    empty = []
    for table_no in tables_of_session(db, found.id):
        free = _free(candidates(db, vault, found, table_no, organisation_id=organisation_id))
        for seat in SEATS:
            row = sitting.get((table_no, seat))
            if row is None or row.away:
                empty.append(EmptySeat(table_no, seat, row.name if row else "", free))
    return tuple(empty)


def candidates(
    db: Connection, vault: Vault, found: SessionRow, table_no: int, *, organisation_id: str
) -> tuple[Candidate, ...]:
    """The officers of a desk for a table, those who are free first."""
    kept = dict.fromkeys(kept_from(db, session_id=found.id, table_no=table_no), rules.MUST_NOT_MEET)
    busy = kept | _busy(db, found)
    known = officers(db, vault, organisation_id=organisation_id, desk_id=found.desk_id)
    judged = [Candidate(each, busy.get(each.id, "")) for each in known]
    return tuple(sorted(judged, key=lambda each: (_ORDER.index(each.hindrance), each.officer.number)))


def _free(judged: tuple[Candidate, ...]) -> tuple[AccountRow, ...]:
    return tuple(each.officer for each in judged if not each.hindrance)


def _busy(db: Connection, found: SessionRow) -> dict[str, str]:
    """Who is away that day, or sits somewhere then already."""
    away = sa.select(account.c.id).where(is_away(account.c.id, sa.literal(found.date)))
    busy = dict.fromkeys(db.execute(away).scalars(), rules.AWAY)
    seated = sa.select(duty.c.account_id, duty.c.session_id).where(duty.c.date == found.date)
    for row in db.execute(seated):
        where = "here" if row.session_id == found.id else rules.ELSEWHERE
        busy.setdefault(row.account_id, where)
    return busy


def _seats_filled(db: Connection, session_id: str) -> int:
    present = (duty.c.session_id == session_id, ~is_away(duty.c.account_id, duty.c.date))
    return int(db.execute(sa.select(sa.func.count()).where(*present)).scalar_one())
