"""Leaving a day out, as staff do it: the day is closed, whether a rule gave it or not."""

from datetime import date, datetime, time

from sqlalchemy.engine import Connection

from desk.calendar.service import add_extra_date, make_day
from desk.closures.service import close_session
from desk.errors import WrongCalendar
from desk.people.service import add_account
from desk.privacy import Vault


def leave_out(db: Connection, vault: Vault, *, desk_id: str, day: date, why: str = "", now: datetime) -> None:
    """Nobody can be booked that day; it stays so when sessions are made again."""
    staff, _link = add_account(db, vault, role="staff", desk_id=desk_id, name="佐藤", now=now)
    try:
        session_id = make_day(db, desk_id=desk_id, day=day, now=now)
    except WrongCalendar:
        session_id = add_extra_date(
            db, desk_id=desk_id, day=day, starts=time(10), ends=time(12), account_id=staff, now=now
        )
    close_session(db, vault, session_id=session_id, why=why, account_id=staff, now=now)
