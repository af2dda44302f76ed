"""当番: who sits at which table on which day; two officers a table."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import DeskVisit, NotFound, Visit, go
from admin.forms import FormId, PathId
from desk.calendar.queries import SessionRow, session_by_id, tables_of_session, upcoming_sessions
from desk.clock import local_date
from desk.database import Connection
from desk.errors import WrongRoster
from desk.notices.service import tell
from desk.people import queries as people
from desk.people import sight
from desk.people.queries import AccountRow
from desk.roster.queries import SEATS, officers_of_session
from desk.roster.service import assign, clear_seat

router = APIRouter()

_AHEAD = timedelta(days=200)
_ELSEWHERE = "同じ人が2回いるか、その日ほかの席の当番です。ほかの人を選んでください。"


@dataclass(frozen=True)
class Day:
    """A session with its seats: (table, seat) and who sits there."""

    session: SessionRow
    tables: tuple[int, ...]
    seated: dict[tuple[int, int], str]
    officers: tuple[AccountRow, ...]

    @property
    def is_short(self) -> bool:
        """Whether a table lacks somebody."""
        return len(self.seated) < len(SEATS) * len(self.tables)


@router.get("/roster")
def show_roster(visit: DeskVisit) -> Response:
    """The coming days, each as a small form."""
    return _show(visit, {})


@router.post("/roster/{session_id}")
def fill_table(
    visit: DeskVisit,
    session_id: PathId,
    table: Annotated[int, Form()],
    first: FormId = "",
    second: FormId = "",
) -> Response:
    """Gives both seats of a table, or leaves one free; the two may also change places."""
    wanted = dict(zip(SEATS, (first, second), strict=True))
    try:
        with visit.house.database.transaction() as db:
            if not sight.sees_session(db, visit.viewer, session_id):
                raise NotFound
            session = session_by_id(db, session_id)
            assert session is not None
            _seat(db, visit, session, table, wanted)
    except WrongRoster:
        return _show(visit, {f"table-{session_id}-{table}": _ELSEWHERE})
    return go("/roster", done="roster")


def _seat(db: Connection, visit: Visit, session: SessionRow, table: int, wanted: dict[int, str]) -> None:
    """Changes what differs; raises NotFound for somebody not offered, WrongRoster for one who sits elsewhere."""
    offered = {officer.id for officer in _officers(db, visit, session)}
    known = {account for account in wanted.values() if account} <= offered
    if not known or table not in tables_of_session(db, session.id):
        raise NotFound
    sitting = {
        officer.seat: officer.account_id
        for officer in officers_of_session(db, visit.house.vault, session.id)
        if officer.table_no == table
    }
    changed = {seat: account for seat, account in wanted.items() if account != sitting.get(seat, "")}
    for seat in changed:
        clear_seat(db, session_id=session.id, table_no=table, seat=seat)
    for seat, account in changed.items():
        if account:
            assign(db, session_id=session.id, table_no=table, seat=seat, account_id=account, now=visit.now)
    for account in sorted(set(changed.values()) - set(sitting.values()) - {""}):
        tell(
            db,
            kind="roster",
            desk_id=session.desk_id,
            session_id=session.id,
            dedupe_key=f"roster:{session.id}:{account}:{visit.now.timestamp()}",
            now=visit.now,
        )


def _show(visit: Visit, errors: dict[str, str]) -> Response:
    today = local_date(visit.now)
    with visit.house.database.reading() as db:
        sessions = upcoming_sessions(db, desk_id=visit.viewer.desk_id, since=today, until=today + _AHEAD)
        days = [_day(db, visit, session) for session in sessions if session.status == "open"]
    return visit.page("roster.html", status=422 if errors else 200, days=days, seats=SEATS, errors=errors)


def _day(db: Connection, visit: Visit, session: SessionRow) -> Day:
    seated = {
        (officer.table_no, officer.seat): officer.account_id
        for officer in officers_of_session(db, visit.house.vault, session.id)
    }
    return Day(session, tables_of_session(db, session.id), seated, _officers(db, visit, session))


def _officers(db: Connection, visit: Visit, session: SessionRow) -> tuple[AccountRow, ...]:
    return people.officers(
        db, visit.house.vault, organisation_id=visit.viewer.organisation_id, desk_id=session.desk_id
    )
