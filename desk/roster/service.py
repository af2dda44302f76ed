"""Putting officers on the roster (当番表) and taking them off."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.calendar.queries import session_by_id, tables_of_session
from desk.clock import local_date
from desk.database import new_id, savepoint
from desk.errors import WrongRoster
from desk.roster.queries import SEATS
from desk.tables.people import account, duty


def assign(
    db: Connection, *, session_id: str, table_no: int, seat: int, account_id: str, now: datetime
) -> None:
    """Gives a seat to an officer; the one who sat there gives it up. The same officer again changes nothing.

    Raises WrongRoster where the officer sits elsewhere that day or is no officer, or where there is no such
    seat or day; the roster then stays as it was.
    """
    found = session_by_id(db, session_id)
    if found is None or found.date < local_date(now):
        raise WrongRoster("the day is past")
    if table_no not in tables_of_session(db, session_id) or seat not in SEATS:
        raise WrongRoster(f"there is no seat {seat} at table {table_no} that day")
    is_officer = sa.and_(
        account.c.id == account_id, account.c.role == "officer", account.c.disabled_at.is_(None)
    )
    if db.execute(sa.select(account.c.id).where(is_officer)).first() is None:
        raise WrongRoster("only an officer can be on duty")
    row = {
        "session_id": session_id,
        "table_no": table_no,
        "seat": seat,
        "account_id": account_id,
        "date": found.date,
    }
    _lock_day(db, found.date)
    try:
        with savepoint(db):
            clear_seat(db, session_id=session_id, table_no=table_no, seat=seat)
            db.execute(duty.insert().values(id=new_id(), **row))
    except IntegrityError as fault:
        raise WrongRoster(
            "the officer sits elsewhere that day, or somebody else has just taken the seat"
        ) from fault


def _lock_day(db: Connection, day: date) -> None:
    """Who changes a day's roster waits here, not for each other crosswise once half of it is done."""
    rows = sa.select(duty.c.id).where(duty.c.date == day).order_by(duty.c.id)
    db.execute(rows.with_for_update())


def clear_seat(db: Connection, *, session_id: str, table_no: int, seat: int) -> None:
    """The seat is free again; nothing happens where it was."""
    at_seat = sa.and_(duty.c.session_id == session_id, duty.c.table_no == table_no, duty.c.seat == seat)
    db.execute(duty.delete().where(at_seat))
