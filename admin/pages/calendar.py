"""開催カレンダー: the coming days of the desks, an extra date in two clicks, and days left out."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import DeskVisit, NotFound, Visit, go
from admin.forms import PathId, a_day, a_time, one_line
from desk.calendar.queries import DeskRow, SessionRow, list_desks, session_by_id, upcoming_sessions
from desk.calendar.service import add_extra_date, skip_date
from desk.clock import local_date
from desk.database import Connection
from desk.errors import WrongCalendar
from desk.people import sight

router = APIRouter()

_AHEAD = timedelta(days=200)
_WEEK = timedelta(days=7)
_LONGEST_NOTE = 200
_LONGEST_PLACE = 300
_USUAL = {"starts": "10:00", "ends": "12:00"}


@router.get("/calendar")
def show_calendar(visit: DeskVisit) -> Response:
    """The coming days, and the form for one more, filled in so that one press is enough."""
    return _show(visit, {}, {})


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
    errors = {
        field: words
        for field, value, words in (
            ("day", when, "日を選んでください。"),
            ("starts", first, "はじまる時刻を入れてください（例：10:00）。"),
            ("ends", last, "おわる時刻を入れてください（例：12:00）。"),
        )
        if value is None
    }
    if when is None or first is None or last is None:
        return _show(visit, values, errors)
    try:
        with visit.house.database.transaction() as db:
            desk_row = _desk(db, visit, desk)
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
    except WrongCalendar:
        return _show(visit, values, {"day": _why_not(visit, when, starts, ends)})
    return go("/calendar", done="extra")


@router.post("/calendar/{session_id}/skip")
def leave_out(visit: DeskVisit, session_id: PathId, note: Annotated[str, Form()] = "") -> Response:
    """Leaves a day out, where nobody is booked."""
    try:
        with visit.house.database.transaction() as db:
            session = _session(db, visit, session_id)
            skip_date(
                db,
                desk_id=session.desk_id,
                day=session.date,
                note=one_line(note)[:_LONGEST_NOTE],
                account_id=visit.viewer.id,
                now=visit.now,
            )
    except WrongCalendar:
        said = "この日は、まだ休みにできません。予約している人がいる時は、先に予約を動かすか、取り消してください。"
        return _show(visit, {}, {f"skip-{session_id}": said})
    return go("/calendar", done="skipped")


def _why_not(visit: Visit, day: date, starts: str, ends: str) -> str:
    """Why that day was refused, in words that say the mend."""
    if day < local_date(visit.now):
        return "きょうから先の日を選んでください。"
    if ends <= starts:
        return "おわりは、はじまりより後にしてください。"
    return "その日は、もう予定があるか、1組も入らない長さです。ほかの日か時間にしてください。"


def _show(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    today = local_date(visit.now)
    with visit.house.database.reading() as db:
        desks = _desks(db, visit)
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


def _desks(db: Connection, visit: Visit) -> list[DeskRow]:
    own = sight.desks_in_sight(db, visit.viewer)
    return [desk for desk in list_desks(db) if desk.id in own]


def _desk(db: Connection, visit: Visit, code: str) -> DeskRow:
    found = [desk for desk in _desks(db, visit) if desk.code == code]
    if not found:
        raise NotFound
    return found[0]


def _session(db: Connection, visit: Visit, session_id: str) -> SessionRow:
    session = session_by_id(db, session_id) if sight.sees_session(db, visit.viewer, session_id) else None
    if session is None:
        raise NotFound
    return session
