"""当番: who sits at which table on which day, who is away, who stands in; two officers a table."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.fault_words import ROSTER_FAULTS
from admin.forms import FormId, PathId, a_day
from admin.policy import ABSENCE, SESSION, SWAP, DeskVisit, Needs
from desk.calendar.queries import SessionRow, session_by_id, tables_of_session, upcoming_sessions
from desk.clock import local_date
from desk.database import Connection
from desk.errors import WrongRoster
from desk.people import queries as people
from desk.people import sight
from desk.people.queries import AccountRow
from desk.people.rules import Permission
from desk.roster import absences, swaps
from desk.roster.queries import SEATS, Candidate, OfficerRow, candidates, officers_of_session
from desk.roster.service import seat_table

router = APIRouter()

_AbsenceVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(ABSENCE,)))]
_SwapVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(SWAP,)))]
_SessionVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(SESSION,)))]

_AHEAD = timedelta(days=200)
_NO_DAY = "はじまりの日を入れてください。"


@dataclass(frozen=True)
class Day:
    """A session with who sits at each (table, seat), and who could sit at each table."""

    session: SessionRow
    tables: tuple[int, ...]
    seated: dict[tuple[int, int], OfficerRow]
    candidates: dict[int, tuple[Candidate, ...]]

    @property
    def is_short(self) -> bool:
        """Whether a table lacks somebody."""
        present = [officer for officer in self.seated.values() if not officer.away]
        return len(present) < len(SEATS) * len(self.tables)


@router.get("/roster")
def show_roster(visit: DeskVisit) -> Response:
    """The coming days, each as a small form."""
    return _show(visit, {})


@router.post("/roster/absences")
def enter_absence(
    visit: DeskVisit,
    officer: FormId = "",
    first: Annotated[str, Form()] = "",
    last: Annotated[str, Form()] = "",
) -> Response:
    """Days on which an officer cannot come, as they told staff."""
    first_day, last_day = a_day(first), a_day(last or first)
    if first_day is None or last_day is None:
        return _show(visit, {"first": _NO_DAY})
    try:
        with visit.house.database.transaction() as db:
            if officer not in _officers(db, visit):
                raise NotFound
            absences.enter_absence(
                db,
                account_id=officer,
                first_day=first_day,
                last_day=last_day,
                entered_by=visit.viewer.id,
                now=visit.now,
            )
    except WrongRoster as refusal:
        return _show(visit, {"first": ROSTER_FAULTS[refusal.why]})
    return go("/roster", done="away")


@router.post("/roster/absences/{absence_id}/end")
def end_absence(visit: _AbsenceVisit, absence_id: PathId) -> Response:
    """They can come after all."""
    with visit.house.database.transaction() as db:
        known = absences.absences(db, account_ids=list(_officers(db, visit)), since=local_date(visit.now))
        if absence_id not in {row.id for row in known}:
            raise NotFound
        absences.end_absence(db, absence_id=absence_id, by=visit.viewer.id, now=visit.now)
    return go("/roster", done="back")


@router.post("/roster/swaps/{swap_id}/agree")
def agree_for_officer(visit: _SwapVisit, swap_id: PathId) -> Response:
    """The officer who was asked said yes by telephone."""
    try:
        with visit.house.database.transaction() as db:
            row = swaps.open_swap(db, swap_id, since=local_date(visit.now))
            if row is None:
                raise NotFound
            swaps.agree(db, swap_id=swap_id, account_id=row.to_id, by=visit.viewer.id, now=visit.now)
    except WrongRoster as refusal:
        return _show(visit, {"swaps": ROSTER_FAULTS[refusal.why]})
    return go("/roster", done="swap_agreed")


@router.post("/roster/{session_id}/swap")
def enter_swap(
    visit: _SessionVisit, session_id: PathId, of: FormId = "", to: FormId = "", back: FormId = ""
) -> Response:
    """Two officers agreed by telephone that they change; entered at once."""
    try:
        with visit.house.database.transaction() as db:
            _own_session(db, session_id)
            if not {of, to} <= _officers(db, visit).keys():
                raise NotFound
            swaps.enter_swap(
                db,
                from_id=of,
                to_id=to,
                session_id=session_id,
                back_session_id=back or None,
                entered_by=visit.viewer.id,
                now=visit.now,
            )
    except WrongRoster as refusal:
        return _show(visit, {f"swap-{session_id}": ROSTER_FAULTS[refusal.why]})
    return go("/roster", done="swap_agreed")


@router.post("/roster/{session_id}/substitute")
def substitute(
    visit: _SessionVisit,
    session_id: PathId,
    table: Annotated[int, Form()],
    seat: Annotated[int, Form()],
    officer: FormId = "",
) -> Response:
    """Somebody takes a seat that is empty, at the last minute too; pressed on 今週すること."""
    try:
        with visit.house.database.transaction() as db:
            _seat(db, visit, session_id, table, {seat: officer})
    except WrongRoster as refusal:
        return _show(visit, {f"table-{session_id}-{table}": ROSTER_FAULTS[refusal.why]})
    return go("/week", done="roster")


@router.post("/roster/{session_id}")
def fill_table(
    visit: _SessionVisit,
    session_id: PathId,
    table: Annotated[int, Form()],
    first: FormId = "",
    second: FormId = "",
) -> Response:
    """Gives both seats of a table, or leaves one free; the two may also change places."""
    try:
        with visit.house.database.transaction() as db:
            _seat(db, visit, session_id, table, dict(zip(SEATS, (first, second), strict=True)))
    except WrongRoster as refusal:
        return _show(visit, {f"table-{session_id}-{table}": ROSTER_FAULTS[refusal.why]})
    return go("/roster", done="roster")


def _seat(db: Connection, visit: Visit, session_id: str, table: int, wanted: dict[int, str]) -> None:
    """Raises NotFound for somebody not offered, WrongRoster for one who cannot sit there."""
    session = _own_session(db, session_id)
    known = {account for account in wanted.values() if account} <= _officers(
        db, visit, session.desk_id
    ).keys()
    if not known or table not in tables_of_session(db, session.id) or not wanted.keys() <= set(SEATS):
        raise NotFound
    seat_table(db, session_id=session.id, table_no=table, wanted=wanted, by=visit.viewer.id, now=visit.now)


def _own_session(db: Connection, session_id: str) -> SessionRow:
    session = session_by_id(db, session_id)
    if session is None:
        raise NotFound
    return session


def _officers(db: Connection, visit: Visit, desk_id: str | None = None) -> dict[str, AccountRow]:
    """The officers of a desk, or of the viewer's, by id."""
    known = people.officers(
        db,
        visit.house.vault,
        organisation_id=visit.viewer.organisation_id,
        desk_id=desk_id or visit.viewer.desk_id,
    )
    return {officer.id: officer for officer in known}


def _show(visit: Visit, errors: dict[str, str]) -> Response:
    today = local_date(visit.now)
    with visit.house.database.reading() as db:
        officers = _officers(db, visit)
        sessions = upcoming_sessions(db, desk_id=visit.viewer.desk_id, since=today, until=today + _AHEAD)
        own = sight.desks_in_sight(db, visit.viewer)
        days = [_day(db, visit, each) for each in sessions if each.status == "open" and each.desk_id in own]
        known = swaps.open_swaps(db, desk_id=visit.viewer.desk_id, since=today)
        asked = [row for row in known if row.session.desk_id in own]
        involved = {*officers, *(row.from_id for row in asked), *(row.to_id for row in asked)}
        facts = {
            "days": days,
            "officers": officers,
            "away": absences.absences(db, account_ids=list(officers), since=today),
            "swaps": asked,
            "names": people.names(db, visit.house.vault, involved),
        }
    return visit.page("roster.html", status=422 if errors else 200, seats=SEATS, errors=errors, **facts)


def _day(db: Connection, visit: Visit, session: SessionRow) -> Day:
    vault = visit.house.vault
    seated = {
        (officer.table_no, officer.seat): officer for officer in officers_of_session(db, vault, session.id)
    }
    tables = tables_of_session(db, session.id)
    organisation_id = visit.viewer.organisation_id
    fitting = {
        table: candidates(db, vault, session, table, organisation_id=organisation_id) for table in tables
    }
    return Day(session, tables, seated, fitting)
