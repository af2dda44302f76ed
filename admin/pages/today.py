"""本日: the officers' first page, the sheet of their next session, and what they press on it."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import PREFIX, NotFound, Visit, go
from admin.forms import PathId, some_lines
from admin.pages.apart import clashes
from admin.policy import BOOKING, EVERYTHING, NEED, NEXT_SESSION, SESSION, DutyVisit, Needs
from admin.sheet import make_sheet, nobody_comes
from admin.wording import OUTCOMES, day
from desk.booking import outcomes
from desk.booking.queries import booking_by_id
from desk.calendar.queries import SessionRow, session_by_id, upcoming_sessions
from desk.clock import local_date
from desk.database import Connection
from desk.errors import DeskError
from desk.intake import service as intake
from desk.needs.codes import NEED_BY_CODE
from desk.notices import queries as notices
from desk.notices import service as notice_service
from desk.people import scope
from desk.people.rules import AFTER_DUTY, Permission
from desk.roster.queries import sessions_of_officer

router = APIRouter()

_TodayVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, about=(NEXT_SESSION,), shows=EVERYTHING))]
_SheetVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, about=(SESSION,), shows=EVERYTHING))]
_BookingVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, about=(BOOKING,)))]
_NeedVisit = Annotated[Visit, Depends(Needs(Permission.DUTY, about=(NEED,)))]

LONGEST_PROMISE = 400
_NO_DUTY = "いま、あなたの当番の予定はありません。当番が決まると、ここに出ます。"
_NO_DAY = "これからの開催日は、まだありません。決まると、ここに出ます。"
_AHEAD = timedelta(days=100)


@router.get("/today")
def show_today(visit: _TodayVisit) -> Response:
    """The sheet of the next session; today's, if there is one."""
    with visit.house.database.reading() as db:
        nearest = scope.first(db, scope.next_session_scope, visit.viewer, now=visit.now)
        return _page(db, visit, nearest.id if nearest else None)


@router.get("/sessions/{session_id}")
def show_session(visit: _SheetVisit, session_id: PathId) -> Response:
    """The sheet of any session in sight."""
    with visit.house.database.reading() as db:
        return _page(db, visit, session_id)


@router.post("/notices/seen")
def acknowledge(
    visit: DutyVisit, notice: Annotated[list[int], Form()], back: Annotated[str, Form()] = ""
) -> Response:
    """The officer has seen these notices: those of their own sessions, and only for themselves."""
    with visit.house.database.transaction() as db:
        own = {row.id for row in notices.open_for_officer(db, account_id=visit.viewer.id, now=visit.now)}
        notice_service.acknowledge(
            db,
            notice_ids=own.intersection(notice),
            account_id=visit.viewer.id,
            entered_by=visit.viewer.id,
            now=visit.now,
        )
    return go(back_to(back), done="seen")


@router.post("/bookings/{booking_id}/outcome")
def record_outcome(
    visit: _BookingVisit,
    booking_id: PathId,
    outcome: Annotated[str, Form()] = "",
    promise: Annotated[str, Form()] = "",
    handed_on: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """What became of a visit and what was promised, in one press; may be pressed again."""
    if outcome not in OUTCOMES:
        raise NotFound
    try:
        with visit.house.database.transaction() as db:
            before = booking_by_id(db, visit.house.vault, booking_id)
            outcomes.record_outcome(
                db,
                visit.house.vault,
                booking_id=booking_id,
                outcome=outcome,
                promise=some_lines(promise)[:LONGEST_PROMISE],
                handed_on=handed_on == "yes",
                by=visit.viewer.id,
                now=visit.now,
            )
    except DeskError:
        return go(back_to(back), done="still_cancel" if outcome == "excused" else "too_early")
    done = "promise" if before is not None and before.state == outcome else "outcome"
    return go(back_to(back), done=done)


@router.post("/needs/{need_id}")
def decide_need(
    visit: _NeedVisit,
    need_id: PathId,
    answer: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """はい or ちがう: the machine suggests, a person decides."""
    if answer not in ("yes", "no"):
        raise NotFound
    with visit.house.database.transaction() as db:
        intake.decide_need(
            db,
            visit.house.vault,
            need_id=need_id,
            confirmed=answer == "yes",
            account_id=visit.viewer.id,
            now=visit.now,
        )
    return go(back_to(back), done="need")


@router.post("/bookings/{booking_id}/needs")
def add_need(
    visit: _BookingVisit,
    booking_id: PathId,
    code: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """A need that was heard face to face."""
    vault = visit.house.vault
    with visit.house.database.transaction() as db:
        found = booking_by_id(db, vault, booking_id)
        if found is None or code not in NEED_BY_CODE:
            raise NotFound
        intake.add_need(
            db, vault, client_id=found.writer_id, code=code, account_id=visit.viewer.id, now=visit.now
        )
    return go(back_to(back), done="need")


def back_to(back: str) -> str:
    """The page a form stood on, where it is one of ours."""
    known = back.startswith(f"{PREFIX}/") and "?" not in back
    return back.removeprefix(PREFIX) if known else "/"


def _sessions(db: Connection, visit: Visit) -> list[SessionRow]:
    """The viewer's sessions from two weeks back: an officer's own, or those of the desks staff work for."""
    since = local_date(visit.now) - AFTER_DUTY
    if not visit.may(Permission.DESK_WORK):
        return list(sessions_of_officer(db, visit.viewer.id, since=since))
    until = local_date(visit.now) + _AHEAD
    return list(upcoming_sessions(db, desk_id=visit.viewer.desk_id, since=since, until=until))


def _page(db: Connection, visit: Visit, session_id: str | None) -> Response:
    around = _sessions(db, visit)
    near = next((each for each in around if each.id == session_id), None)
    session = near or (session_by_id(db, session_id) if session_id else None)
    sheet = make_sheet(db, visit, session) if session else None
    others = [each for each in around if session is None or each.id != session.id]
    own = visit.viewer.role == "officer"
    no_day = _NO_DUTY if own else _NO_DAY
    return visit.page(
        "sheet.html",
        title=f"{day(session.date)} {session.desk_name}" if session else "本日",
        sheet=sheet,
        notices=notices.open_for_officer(db, account_id=visit.viewer.id, now=visit.now),
        clashes=clashes(db, visit, session_id=session.id) if session else [],
        nothing=nobody_comes(sheet, now=visit.now) if sheet else no_day,
        others=others,
        others_title="ほかの当番の日" if own else "ほかの開催日",
        printed=visit.now,
    )
