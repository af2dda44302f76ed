"""会わない組み合わせ: whom an officer must not meet, and people who fear to meet somebody they know."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import FormId, PathId
from admin.persons import Person, bookings_shown, person, person_to_change, persons
from admin.policy import CLIENT, Needs, Shows
from desk.booking.apart import keep_clients_apart
from desk.booking.queries import BookingRow, bookings_list
from desk.clients.queries import sealers
from desk.clock import local_date
from desk.database import Connection
from desk.intake.queries import answers_before_visits
from desk.notices.queries import told_before
from desk.notices.service import tell
from desk.people import queries as people
from desk.people import sight
from desk.people.rules import Permission
from desk.roster.avoidances import (
    Meeting,
    allow_meeting,
    avoided_by,
    forbid_meeting,
    meetings_to_mend,
)
from desk.roster.queries import officers_of_session

router = APIRouter()

_ClientVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=(Shows.PERSON,)))]

_WARY = "acquaintance"


@dataclass(frozen=True, repr=False)
class Wary:
    """Somebody who answered 「知り合いに会いたくない」, and who sits there that day."""

    booking: BookingRow
    who: Person
    officers: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Clash:
    """A meeting that must not be, with the names staff know."""

    meeting: Meeting
    who: Person
    officer: str


@router.get("/clients/{client_id}/apart")
def show_officers(visit: _ClientVisit, client_id: PathId) -> Response:
    """The officers and staff of the desk, those ticked whom this person must not meet."""
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        coming = _coming(db, visit, client_id)
        facts: dict[str, Any] = {
            "who": who,
            "coming": coming,
            "officers": people.colleagues(
                db,
                visit.house.vault,
                organisation_id=visit.viewer.organisation_id,
                desk_id=visit.viewer.desk_id,
            ),
            "avoided": avoided_by(db, client_id),
            "seated": {row.id: _seated(db, visit, row) for row in coming},
            "wary": {row.id for row in _wary_among(db, visit, coming)},
        }
    return visit.page("apart.html", **facts)


@router.post("/clients/{client_id}/apart")
def keep_officers(
    visit: _ClientVisit, client_id: PathId, officer: Annotated[list[FormId] | None, Form()] = None
) -> Response:
    """Keeps who must not meet this person; whoever is booked already gets another table, or staff hear of it."""
    wanted = set(officer or ())
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        viewer = visit.viewer
        known = people.colleagues(
            db, visit.house.vault, organisation_id=viewer.organisation_id, desk_id=viewer.desk_id
        )
        offered = {row.id for row in known}
        if not wanted <= offered:
            raise NotFound
        before = avoided_by(db, client_id) & offered
        for account_id in sorted(wanted - before):
            forbid_meeting(
                db, account_id=account_id, client_ids=[client_id], entered_by=viewer.id, now=visit.now
            )
        for account_id in sorted(before - wanted):
            allow_meeting(db, account_id=account_id, client_id=client_id)
        keep_clients_apart(db, client_ids=[client_id], now=visit.now)
        _note_asked(db, visit, client_id)
    # Who has just put themselves on the list sees this person no more.
    back = "/clients" if visit.viewer.id in wanted else f"/clients/{client_id}/apart"
    return go(back, done="apart_kept")


def clashes(db: Connection, visit: Visit, *, session_id: str | None = None) -> list[Clash]:
    """For staff: who would meet whom they must not, as roster and bookings stand; on one day, or on all to come."""
    if not visit.may(Permission.CASES):
        return []
    coming = meetings_to_mend(db, desk_id=visit.viewer.desk_id, since=local_date(visit.now))
    found = [each for each in coming if session_id in (None, each.session_id)]
    if not found:
        return []
    known = persons(db, visit, [each.client_id for each in found])
    names = people.names(db, visit.house.vault, {each.account_id for each in found})
    return [
        Clash(each, known[each.client_id], names[each.account_id])
        for each in found
        if each.client_id in known
    ]


def wary(db: Connection, visit: Visit) -> list[Wary]:
    """For 今週すること: who fears to meet somebody they know, until staff have asked the officers of the day."""
    seen = sight.booking_seen(visit.viewer, visit.now)
    rows = bookings_list(db, visit.house.vault, since=local_date(visit.now), seen=seen)
    found = _wary_among(db, visit, [row for row in rows if row.state == "confirmed"])
    asked = told_before(db, [_asked_key(row) for row in found])
    found = [row for row in found if _asked_key(row) not in asked]
    known = persons(db, visit, [row.writer_id for row in found])
    return [
        Wary(row, known[row.writer_id], _seated(db, visit, row)) for row in found if row.writer_id in known
    ]


def _wary_among(db: Connection, visit: Visit, rows: list[BookingRow]) -> list[BookingRow]:
    writers = {row.id: row.writer_id for row in rows}
    keys = sealers(db, visit.house.vault, writers.values())
    answers = answers_before_visits(db, keys, writers=writers)
    return [row for row in rows if _WARY in (answers[row.id].get("mind") or ())]


def _coming(db: Connection, visit: Visit, client_id: str) -> list[BookingRow]:
    rows = bookings_shown(db, visit, client_id)
    return [row for row in rows if row.state == "confirmed" and row.ends_at > visit.now]


def _seated(db: Connection, visit: Visit, row: BookingRow) -> tuple[str, ...]:
    seated = officers_of_session(db, visit.house.vault, row.session_id)
    return tuple(f"{each.name}さん" for each in seated if each.table_no == row.table_no)


def _note_asked(db: Connection, visit: Visit, client_id: str) -> None:
    """Staff have asked: kept as a notice that nobody waits for."""
    for row in _coming(db, visit, client_id):
        tell(
            db,
            kind="conflict",
            desk_id=row.desk_id,
            session_id=row.session_id,
            booking_id=row.id,
            dedupe_key=_asked_key(row),
            known_by=visit.viewer.id,
            now=visit.now,
        )


def _asked_key(row: BookingRow) -> str:
    """A booking that has moved to another day is asked about again."""
    return f"asked:{row.id}:{row.session_id}"
