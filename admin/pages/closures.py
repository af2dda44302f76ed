"""Closing or moving a day in one act, and the ledger of who has been reached."""

from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.fault_words import CALENDAR_FAULTS
from admin.forms import PathId, a_day, a_time, one_line
from admin.policy import CLOSURE, CLOSURE_PERSON, SESSION, Needs, Shows
from desk.booking.contact import contacts_of
from desk.booking.offered import accept_place, decline_place
from desk.calendar.holiday import holidays_between
from desk.calendar.queries import SessionRow, session_by_id
from desk.clock import local
from desk.closures import answers, queries, service
from desk.closures.queries import ClosureRow, LedgerRow
from desk.closures.rules import FOR_STAFF
from desk.closures.service import Elsewhere
from desk.database import Connection
from desk.errors import AlreadyBooked, HoldGone, NoSuchBooking, SessionClosed, WrongCalendar
from desk.people import queries as people
from desk.people import sight
from desk.people.rules import Permission

router = APIRouter()

_SessionVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(SESSION,)))]
_LedgerVisit = Annotated[
    Visit,
    Depends(Needs(Permission.CASES, about=(CLOSURE,), shows=(Shows.DATES, Shows.PERSON, Shows.ANSWERS))),
]
_LineVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLOSURE, CLOSURE_PERSON)))]

_LONGEST_WHY = 200
_LONGEST_PLACE = 300
_NO_DAY = "日を選んでください。"
_NO_TIME = "はじまる時刻を入れてください（例：10:00）。"

Text = Annotated[str, Form()]


@router.get("/sessions/{session_id}/change")
def ask_for_change(visit: _SessionVisit, session_id: PathId) -> Response:
    """Says how many people a closing or moving would touch, before anything is done."""
    with visit.house.database.reading() as db:
        return _ask(db, visit, _session(db, session_id), {}, {})


@router.post("/sessions/{session_id}/close")
def close_day(visit: _SessionVisit, session_id: PathId, why: Text = "") -> Response:
    """Closes the day; everybody who had a place is told, or stands in the ledger to be telephoned."""
    try:
        with visit.house.database.transaction() as db:
            closure_id = service.close_session(
                db,
                visit.house.vault,
                session_id=_session(db, session_id).id,
                why=one_line(why)[:_LONGEST_WHY],
                account_id=visit.viewer.id,
                now=visit.now,
            )
    except WrongCalendar as fault:
        return _ask_again(visit, session_id, {"why": why}, {"why": CALENDAR_FAULTS[fault.fault]})
    return go(f"/closures/{closure_id}", done="closed")


@router.post("/sessions/{session_id}/move")
def move_day(
    visit: _SessionVisit,
    session_id: PathId,
    day: Text = "",
    starts: Text = "",
    place: Text = "",
    move_why: Text = "",
) -> Response:
    """Moves the day to another date; the same time is held there for everybody."""
    values = {"day": day, "starts": starts, "place": place, "move_why": move_why}
    when, first = a_day(day), a_time(starts)
    if when is None or first is None:
        missing = {"day": _NO_DAY} if when is None else {}
        return _ask_again(
            visit, session_id, values, missing | ({"starts": _NO_TIME} if first is None else {})
        )
    try:
        with visit.house.database.transaction() as db:
            closure_id = service.move_session(
                db,
                visit.house.vault,
                session_id=_session(db, session_id).id,
                to=_elsewhere(when, first, place),
                why=one_line(move_why)[:_LONGEST_WHY],
                account_id=visit.viewer.id,
                now=visit.now,
            )
    except WrongCalendar as fault:
        return _ask_again(visit, session_id, values, {"day": CALENDAR_FAULTS[fault.fault]})
    return go(f"/closures/{closure_id}", done="day_moved")


@router.post("/sessions/{session_id}/shift")
def shift_day(
    visit: _SessionVisit, session_id: PathId, shift_starts: Text = "", shift_place: Text = ""
) -> Response:
    """Other hours or another place on the same date; the bookings go along."""
    values = {"shift_starts": shift_starts, "shift_place": shift_place}
    first = a_time(shift_starts)
    if first is None:
        return _ask_again(visit, session_id, values, {"shift_starts": _NO_TIME})
    try:
        with visit.house.database.transaction() as db:
            session = _session(db, session_id)
            closure_id = service.shift_session(
                db,
                visit.house.vault,
                session_id=session.id,
                to=_elsewhere(session.date, first, shift_place),
                why="",
                account_id=visit.viewer.id,
                now=visit.now,
            )
    except WrongCalendar as fault:
        return _ask_again(visit, session_id, values, {"shift_starts": CALENDAR_FAULTS[fault.fault]})
    return go(f"/closures/{closure_id}", done="day_shifted")


@router.get("/closures/{closure_id}")
def show_ledger(visit: _LedgerVisit, closure_id: PathId) -> Response:
    """Of everybody who lost a place: what was sent, pressed, blocked; who is to be telephoned; who is done."""
    with visit.house.database.reading() as db:
        closure = _closure(db, closure_id)
        rows = _people_of(db, visit, closure)
        contacts = contacts_of(db, visit.house.vault, {row.client_id for row in rows})
        tellers = people.names(db, visit.house.vault, [row.told_by for row in rows if row.told_by])
    return visit.page(
        "closure.html",
        closure=closure,
        rows=rows,
        contacts=contacts,
        tellers=tellers,
        FOR_STAFF=FOR_STAFF,
    )


@router.post("/closures/{closure_id}/people/{person_id}")
def note_call(visit: _LineVisit, closure_id: PathId, person_id: PathId, said: Text = "") -> Response:
    """The person knows; where a place is held for them, also whether they take it. Or there is no means to tell them."""
    if said not in ("known", "takes", "leaves", "no_means"):
        raise NotFound
    try:
        with visit.house.database.transaction() as db:
            closure = _closure(db, closure_id)
            found = [row for row in _people_of(db, visit, closure) if row.id == person_id]
            if not found:
                raise NotFound
            _answer_for(db, visit, found[0], said)
            by, told = visit.viewer.id, said != "no_means"
            answers.note_call(db, person_id=person_id, told=told, account_id=by, now=visit.now)
    except (HoldGone, SessionClosed, NoSuchBooking, AlreadyBooked):
        return go(f"/closures/{closure_id}", done="place_gone")
    return go(f"/closures/{closure_id}", done="person_told" if told else "person_untold")


def _people_of(db: Connection, visit: Visit, closure: ClosureRow) -> list[LedgerRow]:
    rows = queries.ledger(db, visit.house.vault, closure.id)
    hidden = sight.must_not_see(db, visit.viewer, [row.client_id for row in rows], now=visit.now)
    return [row for row in rows if row.client_id not in hidden]


def _answer_for(db: Connection, visit: Visit, row: LedgerRow, said: str) -> None:
    """What somebody said over the telephone about the place that is held for them elsewhere."""
    if row.offer_id is None:
        return
    if said == "takes":
        accept_place(db, visit.house.vault, booking_id=row.offer_id, client_id=row.client_id, now=visit.now)
    elif said == "leaves":
        decline_place(db, booking_id=row.offer_id, client_id=row.client_id, now=visit.now)


def _elsewhere(day: date, starts: time, place: str) -> Elsewhere:
    return Elsewhere(day, starts, one_line(place)[:_LONGEST_PLACE])


def _ask_again(visit: Visit, session_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        return _ask(db, visit, _session(db, session_id), values, errors)


def _ask(
    db: Connection, visit: Visit, session: SessionRow, values: dict[str, str], errors: dict[str, str]
) -> Response:
    starts = f"{local(session.starts_at):%H:%M}"
    usual = {"starts": starts, "shift_starts": starts, "shift_place": session.place}
    return visit.page(
        "closure_change.html",
        status=422 if errors else 200,
        session=session,
        affected=queries.affected(db, session.id),
        holiday=holidays_between(session.date, session.date).get(session.date),
        closure_id=queries.closure_of_session(db, session.id),
        values=usual | values,
        errors=errors,
    )


def _session(db: Connection, session_id: str) -> SessionRow:
    session = session_by_id(db, session_id)
    if session is None:
        raise NotFound
    return session


def _closure(db: Connection, closure_id: str) -> ClosureRow:
    closure = queries.closure_by_id(db, closure_id)
    if closure is None:
        raise NotFound
    return closure
