"""Putting officers on the roster (当番表) and taking them off."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.calendar.queries import SessionRow, session_by_id, tables_of_session
from desk.clock import local_date
from desk.database import new_id, savepoint
from desk.errors import WrongRoster
from desk.notices.service import tell
from desk.roster import rules
from desk.roster.absences import is_away
from desk.roster.avoidances import kept_from
from desk.roster.queries import SEATS
from desk.tables.calendar import session
from desk.tables.people import account, duty


def assign(
    db: Connection, *, session_id: str, table_no: int, seat: int, account_id: str, now: datetime
) -> None:
    """Gives a seat to an officer; the one who sat there gives it up. The same officer again changes nothing.

    Raises WrongRoster where the officer sits elsewhere that day, is away, must not meet somebody booked there or
    is no officer, or where there is no such seat or day; the roster then stays as it was.
    """
    found = day_to_come(db, session_id, now)
    if table_no not in tables_of_session(db, session_id) or seat not in SEATS:
        raise WrongRoster(rules.NO_SUCH_SEAT)
    lock_days(db, [found.date])
    check_may_sit(db, account_id=account_id, found=found, table_no=table_no)
    row = {
        "session_id": session_id,
        "table_no": table_no,
        "seat": seat,
        "account_id": account_id,
        "date": found.date,
    }
    try:
        with savepoint(db):
            clear_seat(db, session_id=session_id, table_no=table_no, seat=seat)
            db.execute(duty.insert().values(id=new_id(), **row))
    except IntegrityError as fault:
        raise WrongRoster(rules.ELSEWHERE) from fault


def seat_table(
    db: Connection, *, session_id: str, table_no: int, wanted: Mapping[int, str], by: str, now: datetime
) -> None:
    """Gives these seats of a table to these officers, or leaves one free (empty); they may also change places.

    Whoever comes or goes is told. Raises WrongRoster as `assign` does; the caller's transaction must then end.
    """
    found = day_to_come(db, session_id, now)
    lock_days(db, [found.date])
    sitting = _sitting(db, session_id, table_no)
    changed = {seat: officer for seat, officer in wanted.items() if officer != sitting.get(seat, "")}
    for seat in changed:
        clear_seat(db, session_id=session_id, table_no=table_no, seat=seat)
    # In order of id: two who fill the same empty day at two desks never wait for each other crosswise.
    for officer, seat in sorted((officer, seat) for seat, officer in changed.items() if officer):
        assign(db, session_id=session_id, table_no=table_no, seat=seat, account_id=officer, now=now)
    before, after = set(sitting.values()), set((sitting | changed).values()) - {""}
    if before != after:
        tell_of_change(db, found, left=before - after, by=by, now=now)


def clear_seat(db: Connection, *, session_id: str, table_no: int, seat: int) -> None:
    """The seat is free again; nothing happens where it was."""
    at_seat = sa.and_(duty.c.session_id == session_id, duty.c.table_no == table_no, duty.c.seat == seat)
    db.execute(duty.delete().where(at_seat))


def day_to_come(db: Connection, session_id: str, now: datetime) -> SessionRow:
    """The session, if its roster may still be changed: also on the morning of the day. Raises WrongRoster."""
    found = session_by_id(db, session_id)
    if found is None or found.date < local_date(now):
        raise WrongRoster(rules.PAST)
    return found


def check_may_sit(db: Connection, *, account_id: str, found: SessionRow, table_no: int) -> None:
    """Raises WrongRoster for somebody who is no officer, is away, or must not meet somebody booked there.

    Whether they sit elsewhere that day is decided by the constraint.
    """
    is_officer = (account.c.id == account_id, account.c.role == "officer", account.c.disabled_at.is_(None))
    away = is_away(account.c.id, sa.literal(found.date)).label("away")
    row = db.execute(sa.select(away).select_from(account).where(*is_officer)).first()
    if row is None:
        raise WrongRoster(rules.NO_OFFICER)
    if row.away:
        raise WrongRoster(rules.AWAY)
    if account_id in kept_from(db, session_id=found.id, table_no=table_no):
        raise WrongRoster(rules.MUST_NOT_MEET)


def lock_days(db: Connection, days: Collection[date]) -> None:
    """Who changes the roster of these days waits here, not for each other crosswise once half of it is done.

    The sessions are locked in order of id and so that bookings go on meanwhile.
    """
    rows = sa.select(session.c.id).where(session.c.date.in_(set(days))).order_by(session.c.id)
    db.execute(rows.with_for_update(key_share=True))


def tell_of_change(
    db: Connection, found: SessionRow, *, left: Collection[str], by: str, now: datetime
) -> None:
    """Tells those who sit there now, and those who sat there before."""
    about: dict[str, Any] = {
        "kind": "roster",
        "desk_id": found.desk_id,
        "session_id": found.id,
        "known_by": by,
        "now": now,
    }
    key = f"roster:{found.id}:{now.timestamp()}"
    tell(db, **about, dedupe_key=key)
    for officer in sorted(left):
        tell(db, account_id=officer, **about, dedupe_key=f"{key}:{officer}")


def _sitting(db: Connection, session_id: str, table_no: int) -> dict[int, str]:
    query = sa.select(duty.c.seat, duty.c.account_id)
    rows = db.execute(query.where(duty.c.session_id == session_id, duty.c.table_no == table_no))
    return {row.seat: row.account_id for row in rows}
