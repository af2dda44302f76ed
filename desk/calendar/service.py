"""Changes of the calendar: desks and rules, the sessions made from them, extra dates and days left out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.calendar import queries, rules
from desk.calendar.plan import planned_days, rules_of
from desk.calendar.rules import DateException, PlannedDay, Rule
from desk.database import insert_or_ignore, new_id, savepoint, upsert
from desk.errors import WrongCalendar
from desk.tables.calendar import (
    IS_LIVE,
    booking,
    date_exception,
    desk,
    desk_rule,
    organisation,
    promise,
    session,
    slot,
)

_ORIGIN_OF_STATUS = {"planned": "rule", "extra": "extra", "moved": "moved"}


@dataclass(frozen=True)
class NewDesk:
    """A desk to be opened; texts are shown to clients as they stand."""

    code: str
    name: str
    place: str
    opened_on: date
    reading_hours: Sequence[tuple[int, time]]
    way_in: str = ""
    door: str = ""
    map_url: str = ""
    building_phone: str = ""
    staff_phone: str = ""
    months_ahead: int = 3
    cutoff_days: int = 1
    cutoff_at: time = time(17)
    on_holiday: str = "close"


def add_organisation(db: Connection, *, name: str, now: datetime) -> str:
    """The body that runs the desks. Returns its id."""
    organisation_id = new_id()
    db.execute(organisation.insert().values(id=organisation_id, name=name, created_at=now))
    return organisation_id


def add_desk(db: Connection, *, organisation_id: str, new: NewDesk, rules_given: Sequence[Rule]) -> str:
    """Opens a desk with its rules; its sessions come with the next `make_sessions`. Raises WrongCalendar."""
    if not new.reading_hours:
        raise WrongCalendar("a desk needs an hour at which staff read what is written to them")
    for rule in rules_given:
        rules.check_rule(rule)
    desk_id = new_id()
    reading = [{"weekday": weekday, "at": at.strftime("%H:%M")} for weekday, at in new.reading_hours]
    fields = asdict(new) | {"reading_hours": reading, "cutoff_at": _wall(new.cutoff_at)}
    if not insert_or_ignore(db, desk, [fields | {"id": desk_id, "organisation_id": organisation_id}]):
        raise WrongCalendar(f"there is a desk {new.code} already")
    for rule in rules_given:
        db.execute(desk_rule.insert().values(id=new_id(), desk_id=desk_id, **_rule_fields(rule)))
    return desk_id


def make_sessions(db: Connection, *, today: date) -> int:
    """Makes what the rules of all desks promise for the next 13 months; says how many sessions were new.

    Repeatable at any time: a day that has a session keeps it as it is, so whatever staff changed wins.
    """
    until = rules.add_months(today, rules.MONTHS_MADE_AHEAD)
    made = 0
    for desk_row in queries.list_desks(db):
        for day in planned_days(db, desk_id=desk_row.id, start=today, end=until):
            if day.status in rules.OPENING_STATUSES:
                made += _open_session(db, desk_row, day) is not None
    return made


def add_extra_date(
    db: Connection,
    *,
    desk_id: str,
    day: date,
    starts: time,
    ends: time,
    place: str = "",
    note: str = "",
    account_id: str | None,
    now: datetime,
) -> str:
    """Opens the desk on one more day; returns the session's id.

    Raises WrongCalendar where the day is past, left out or taken already, or where nobody fits in the hours.
    """
    desk_row = queries.desk_by_id(db, desk_id)
    _check_day(desk_row, day, now)
    hours = rules.hours_between(starts, ends, rules.usual_hours(rules_of(db, desk_id)))
    rules.check_hours(hours)
    with savepoint(db):
        _say(db, desk_id, DateException(day, "extra", None, starts, ends, place, note), account_id)
        session_id = _open_session(db, desk_row, PlannedDay(day, "extra", hours, place, note))
        if session_id is None:
            raise WrongCalendar(f"the desk has a session on {day} already")
    return session_id


def skip_date(
    db: Connection, *, desk_id: str, day: date, note: str = "", account_id: str | None, now: datetime
) -> None:
    """Leaves a day out, also an extra one. Raises WrongCalendar where somebody is booked or it is past."""
    _check_day(queries.desk_by_id(db, desk_id), day, now)
    extra = sa.and_(date_exception.c.date == day, date_exception.c.kind == "extra")
    that_day = sa.and_(session.c.desk_id == desk_id, session.c.date == day)
    try:
        with savepoint(db):
            db.execute(date_exception.delete().where(date_exception.c.desk_id == desk_id, extra))
            _say(db, desk_id, DateException(day, "skip", note=note), account_id)
            _refuse_if_booked(db, that_day)
            db.execute(session.update().where(that_day).values(status="closed", note=note))
    except IntegrityError as fault:
        raise WrongCalendar(f"somebody is booked on {day} and must be told first") from fault


def set_promise(
    db: Connection, *, desk_id: str, key: str, text: str, approved_by: str, approved_on: date
) -> None:
    """Sets what the desk promises to clients under this key, and who approved it when."""
    row = {
        "desk_id": desk_id,
        "key": key,
        "text": text,
        "approved_by": approved_by,
        "approved_on": approved_on,
    }
    upsert(db, promise, {"id": new_id()} | row, key=["desk_id", "key"])


def _check_day(desk_row: queries.DeskRow, day: date, now: datetime) -> None:
    if day < now.astimezone(rules.TOKYO).date():
        raise WrongCalendar(f"{day} is past")
    if day < desk_row.opened_on:
        raise WrongCalendar(f"the desk opens on {desk_row.opened_on} only")


def _refuse_if_booked(db: Connection, that_day: sa.ColumnElement[bool]) -> None:
    """Keeps new bookings off the session, and asks for live ones without waiting for whoever is at them.

    They hold their booking and want the session: if the constraint, which decides, were asked first, it would
    wait for them while they wait for us.
    """
    closing = db.execute(sa.select(session.c.id).where(that_day).with_for_update()).scalars().all()
    live = sa.select(booking.c.id).where(booking.c.session_id.in_(closing), IS_LIVE)
    if db.execute(live.limit(1)).first() is not None:
        raise WrongCalendar("somebody is booked that day and must be told first")


def _say(db: Connection, desk_id: str, exception: DateException, account_id: str | None) -> None:
    """Keeps what staff say of a day; the constraint refuses a second word on the same day."""
    row = {
        "id": new_id(),
        "desk_id": desk_id,
        "date": exception.day,
        "kind": exception.kind,
        "to_date": exception.to_date,
        "starts": _wall(exception.starts),
        "ends": _wall(exception.ends),
        "place": exception.place or None,
        "note": exception.note,
        "account_id": account_id,
    }
    if not insert_or_ignore(db, date_exception, [row]):
        raise WrongCalendar(f"{exception.day} is left out or special already")


def _open_session(db: Connection, desk_row: queries.DeskRow, day: PlannedDay) -> str | None:
    """Makes the session and its slots; None where the day has one already."""
    session_id = new_id()
    row = {
        "id": session_id,
        "desk_id": desk_row.id,
        "date": day.date,
        "starts_at": rules.at_wall(day.date, day.hours.starts),
        "ends_at": rules.at_wall(day.date, day.hours.ends),
        "place": day.place or desk_row.place,
        "status": "open",
        "origin": _ORIGIN_OF_STATUS[day.status],
        "note": day.note,
    }
    if not insert_or_ignore(db, session, [row]):
        return None
    db.execute(slot.insert(), _slots(session_id, day))
    return session_id


def _slots(session_id: str, day: PlannedDay) -> list[dict[str, object]]:
    length = timedelta(minutes=day.hours.party_minutes)
    starts = [rules.at_wall(day.date, wall) for wall in day.hours.party_starts]
    return [
        {
            "id": new_id(),
            "session_id": session_id,
            "table_no": table_no,
            "starts_at": moment,
            "ends_at": moment + length,
        }
        for table_no in range(1, day.hours.tables + 1)
        for moment in starts
    ]


def _rule_fields(rule: Rule) -> dict[str, object]:
    return {
        "weekday": rule.weekday,
        "nth": rule.nth,
        "months": sorted(rule.months),
        "starts": _wall(rule.hours.starts),
        "ends": _wall(rule.hours.ends),
        "party_starts": [_wall(wall) for wall in rule.hours.party_starts],
        "party_minutes": rule.hours.party_minutes,
        "tables": rule.hours.tables,
    }


def _wall(wall: time | None) -> str | None:
    return wall.strftime("%H:%M") if wall is not None else None
