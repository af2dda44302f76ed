"""Changes of the calendar: desks and rules, the sessions made from them, extra dates and days left out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.engine import Connection

from desk.calendar import queries, rules
from desk.calendar.plan import planned_days, rules_of
from desk.calendar.rules import DateException, PlannedDay, Rule
from desk.database import insert_or_ignore, new_id, savepoint, upsert
from desk.errors import WrongCalendar
from desk.tables.calendar import (
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
        db.execute(desk_rule.insert().values(id=new_id(), desk_id=desk_id, **rule_fields(rule)))
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


def make_day(db: Connection, *, desk_id: str, day: date, now: datetime) -> str:
    """Makes one day of the plan into a session before its turn, so that it can be changed; returns its id.

    Raises WrongCalendar where the rules open nothing that day, or it is past.
    """
    desk_row = queries.desk_by_id(db, desk_id)
    check_day(desk_row, day, now)
    for planned in planned_days(db, desk_id=desk_id, start=day, end=day):
        if planned.status in rules.OPENING_STATUSES:
            _open_session(db, desk_row, planned)
    made = queries.upcoming_sessions(db, desk_id=desk_id, since=day, until=day)
    if not made:
        raise WrongCalendar(f"no rule opens {day}", "no_dates")
    return made[0].id


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
    check_day(desk_row, day, now)
    hours = rules.hours_between(starts, ends, rules.usual_hours(rules_of(db, desk_id)))
    rules.check_hours(hours)
    with savepoint(db):
        say_of_day(db, desk_id, DateException(day, "extra", None, starts, ends, place, note), account_id)
        session_id = _open_session(db, desk_row, PlannedDay(day, "extra", hours, place, note))
        if session_id is None:
            raise WrongCalendar(f"the desk has a session on {day} already", "taken")
    return session_id


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


def check_day(desk_row: queries.DeskRow, day: date, now: datetime) -> None:
    """Raises WrongCalendar for a day that is past, or before the desk opened."""
    if day < now.astimezone(rules.TOKYO).date():
        raise WrongCalendar(f"{day} is past", "past")
    if day < desk_row.opened_on:
        raise WrongCalendar(f"the desk opens on {desk_row.opened_on} only", "not_open_yet")


def say_of_day(db: Connection, desk_id: str, exception: DateException, account_id: str | None) -> None:
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
        raise WrongCalendar(f"{exception.day} is left out or special already", "left_out")


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
    db.execute(slot.insert(), slots_of_day(session_id, day))
    return session_id


def slots_of_day(session_id: str, day: PlannedDay) -> list[dict[str, object]]:
    """The rows of all times of a day, at every table."""
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


def rule_fields(rule: Rule) -> dict[str, object]:
    """A rule as its row."""
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
