"""A day that goes elsewhere: to another date, or to other hours and another place on the same date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.calendar import queries, rules
from desk.calendar.queries import SessionRow
from desk.calendar.rules import DateException
from desk.calendar.service import check_day, say_of_day
from desk.database import insert_or_ignore, new_id
from desk.errors import WrongCalendar
from desk.tables.calendar import date_exception, session, slot


@dataclass(frozen=True)
class MovedDay:
    """The session that stands for another one; `slots` leads from each old time to the new one at its table."""

    session_id: str
    slots: Mapping[str, str]


def session_to_change(db: Connection, session_id: str, now: datetime) -> SessionRow:
    """The session, where it can still be closed or moved; raises WrongCalendar."""
    found = queries.session_by_id(db, session_id)
    if found is None or found.status != "open":
        raise WrongCalendar("the session is not open", "closed")
    if found.ends_at <= now:
        raise WrongCalendar("the session is past", "past")
    return found


def leave_out(db: Connection, of: SessionRow, *, note: str, account_id: str) -> None:
    """The rules open this date no more, also where it was an extra one."""
    _say_anew(db, of, DateException(of.date, "skip", note=note), account_id)


def open_in_place_of(
    db: Connection, of: SessionRow, *, day: date, starts: time, place: str, account_id: str, now: datetime
) -> MovedDay:
    """Opens the desk on another date with the same tables, its times counted from the new start.

    Raises WrongCalendar where that date is past, the same, taken, or left out.
    """
    check_day(queries.desk_by_id(db, of.desk_id), day, now)
    if day == of.date:
        raise WrongCalendar("the session is on that day already", "same_day")
    if _is_left_out(db, of.desk_id, day):
        raise WrongCalendar(f"{day} is left out", "left_out")
    later = _later(of, day, starts, now)
    new = {
        "id": new_id(),
        "desk_id": of.desk_id,
        "date": day,
        "starts_at": of.starts_at + later,
        "ends_at": of.ends_at + later,
        "place": place or of.place,
        "status": "open",
        "origin": "moved",
        "moved_from": of.id,
    }
    if not insert_or_ignore(db, session, [new]):
        raise WrongCalendar(f"the desk has a session on {day} already", "taken")
    _say_anew(db, of, DateException(of.date, "move", day, place=place), account_id)
    return MovedDay(str(new["id"]), _copy_slots(db, of.id, str(new["id"]), later))


def shift(db: Connection, of: SessionRow, *, starts: time, place: str, now: datetime) -> bool:
    """Gives the session another start or place on its own date; all its times go along. False: nothing is new.

    Raises WrongCalendar where it would begin in the past or end on the next day.
    """
    if rules.at_wall(of.date, starts) == of.starts_at and place == of.place:
        return False
    later = _later(of, of.date, starts, now)
    moved = {"starts_at": of.starts_at + later, "ends_at": of.ends_at + later, "place": place}
    db.execute(session.update().where(session.c.id == of.id).values(moved))
    _shift_slots(db, of.id, later)
    return True


def _later(of: SessionRow, day: date, starts: time, now: datetime) -> timedelta:
    """By how much all its times are later from then on; raises WrongCalendar."""
    later = rules.at_wall(day, starts) - of.starts_at
    if of.starts_at + later <= now:
        raise WrongCalendar("the session would begin in the past", "past")
    if (of.ends_at + later).astimezone(rules.TOKYO).date() != day:
        raise WrongCalendar("the session would end on the next day", "next_day")
    return later


def _say_anew(db: Connection, of: SessionRow, exception: DateException, account_id: str) -> None:
    """What staff say of an open date now takes the place of its having been an extra one."""
    extra = sa.and_(date_exception.c.date == of.date, date_exception.c.kind == "extra")
    db.execute(date_exception.delete().where(date_exception.c.desk_id == of.desk_id, extra))
    say_of_day(db, of.desk_id, exception, account_id)


def _is_left_out(db: Connection, desk_id: str, day: date) -> bool:
    said = sa.and_(date_exception.c.desk_id == desk_id, date_exception.c.date == day)
    return db.execute(sa.select(date_exception.c.id).where(said)).first() is not None


def _copy_slots(db: Connection, from_id: str, to_id: str, later: timedelta) -> dict[str, str]:
    """Every time of the old session, blocked and reserved ones too, at the new one."""
    rows = db.execute(sa.select(slot).where(slot.c.session_id == from_id)).mappings().all()
    new_of = {row["id"]: new_id() for row in rows}
    moved = [
        dict(row)
        | {"id": new_of[row["id"]], "session_id": to_id}
        | {"starts_at": row["starts_at"] + later, "ends_at": row["ends_at"] + later}
        for row in rows
    ]
    db.execute(slot.insert(), moved)
    return new_of


def _shift_slots(db: Connection, session_id: str, later: timedelta) -> None:
    """One after the other, the foremost first, so that none meets the place of the next."""
    order = slot.c.starts_at.desc() if later > timedelta() else slot.c.starts_at
    times = sa.select(slot.c.id, slot.c.starts_at, slot.c.ends_at).where(slot.c.session_id == session_id)
    for row in db.execute(times.order_by(order)).all():
        moved = {"starts_at": row.starts_at + later, "ends_at": row.ends_at + later}
        db.execute(slot.update().where(slot.c.id == row.id).values(moved))
