"""開催カレンダー: the coming days of the desks, and an extra date in two clicks."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.fault_words import CALENDAR_FAULTS
from admin.forms import a_day, a_time, one_line
from admin.pages.plan import desk_of, desks_of
from admin.policy import DeskVisit
from desk.booking.waiting import fill
from desk.calendar.queries import SessionRow, upcoming_sessions
from desk.calendar.service import add_extra_date
from desk.clock import local_date
from desk.errors import WrongCalendar

router = APIRouter()

_AHEAD = timedelta(days=200)
_WEEK = timedelta(days=7)
_LONGEST_NOTE = 200
_LONGEST_PLACE = 300
_MISSING = {
    "day": "日を選んでください。",
    "starts": "はじまる時刻を入れてください（例：10:00）。",
    "ends": "おわる時刻を入れてください（例：12:00）。",
}
_USUAL = {"starts": "10:00", "ends": "12:00"}


@router.get("/calendar")
def show_calendar(visit: DeskVisit, desk: str = "", day: str = "") -> Response:
    """The coming days, and the form for one more, filled in so that one press is enough."""
    given = {"desk": desk, "day": day}
    return _show(visit, {key: value for key, value in given.items() if value}, {})


@router.post("/calendar/extra")
def add_date(
    visit: DeskVisit,
    desk: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    starts: Annotated[str, Form()] = "",
    ends: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """One more day on which the desk is open."""
    values = {"desk": desk, "day": day, "starts": starts, "ends": ends, "place": place, "note": note}
    when, first, last = a_day(day), a_time(starts), a_time(ends)
    if when is None or first is None or last is None:
        missing = {"day": when, "starts": first, "ends": last}
        return _show(visit, values, {field: _MISSING[field] for field, value in missing.items() if not value})
    try:
        with visit.house.database.transaction() as db:
            desk_row = desk_of(db, visit, desk)
            add_extra_date(
                db,
                desk_id=desk_row.id,
                day=when,
                starts=first,
                ends=last,
                place=one_line(place)[:_LONGEST_PLACE],
                note=one_line(note)[:_LONGEST_NOTE],
                account_id=visit.viewer.id,
                now=visit.now,
            )
            fill(db, desk_id=desk_row.id, now=visit.now)
    except WrongCalendar as fault:
        return _show(visit, values, {"day": CALENDAR_FAULTS[fault.fault]})
    return go("/calendar", done="extra")


def _show(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    today = local_date(visit.now)
    with visit.house.database.reading() as db:
        desks = desks_of(db, visit)
        sessions = upcoming_sessions(db, desk_id=visit.viewer.desk_id, since=today, until=today + _AHEAD)
    shown = [each for each in sessions if each.desk_id in {desk.id for desk in desks}]
    known = {"desk": desks[0].code, "day": _suggested_day(today, shown).isoformat(), **_USUAL, **values}
    return visit.page(
        "calendar.html",
        status=422 if errors else 200,
        sessions=shown,
        desk_options=[(desk.code, f"{desk.name}・{desk.place}") for desk in desks],
        values=known,
        errors=errors,
    )


def _suggested_day(today: date, sessions: list[SessionRow]) -> date:
    """Two weeks ahead, or the first day after it that has no session."""
    taken = {session.date for session in sessions}
    day = today + 2 * _WEEK
    while day in taken or day.weekday() > 4:
        day += timedelta(days=1)
    return day
