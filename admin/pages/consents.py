"""同意: what a person has said yes to, written down or taken back by staff; one agency at a time; emergencies."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import FormId, PathId, some_lines
from admin.persons import Person, person, person_to_change, persons
from admin.policy import CLIENT, Act, Needs, Shows, note_person
from admin.telling import ask_for_agency, can_be_reached
from desk.agencies.queries import AgencyRow, agencies
from desk.clients import consents
from desk.clients.consents import Basis
from desk.clients.queries import ConsentRow, agencies_to_tell, consents_of, emergencies, emergency_reason
from desk.database import Connection
from desk.notices.service import announce_news
from desk.people import queries as people
from desk.people.rules import Permission
from desk.record import service as record

router = APIRouter()

_ClientVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=(Shows.PERSON,)))]
_ListVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, shows=(Shows.PERSON,)))]
_ToldVisit = Annotated[Visit, Depends(Needs(Permission.CASES, act=Act.CHANGE))]

VERSION = "panel-2026-11"
ANSWERS_WORDS = "聞いたことを、書いてのこします。読むのは、この窓口の人だけです。いつでも見られ、消せます。"
EMERGENCY_WORDS = (
    "いのちや体の危険があり、同意なしでのこした、または伝えた（個人情報保護法20条2項・27条1項）。"
)
LONGEST_REASON = 300


def agency_words(agency: str) -> str:
    """What is read aloud before one agency is told anything."""
    return f"{agency}に、あなたのことを話していいですか。話すのは、手つだいに必要なことだけです。いつでもやめられます。"


@router.get("/clients/{client_id}/consents")
def show_consents(visit: _ClientVisit, client_id: PathId) -> Response:
    """All that was ever agreed to, and the words to read aloud for what is not."""
    return _show(visit, client_id, {}, {})


@router.post("/clients/{client_id}/consents")
def write_down(
    visit: _ClientVisit,
    client_id: PathId,
    agency: FormId = "",
    said: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """A yes said face to face; or an emergency, with its reason. `agency` empty: answers."""
    why = some_lines(reason)[:LONGEST_REASON]
    if said not in ("yes", "emergency"):
        raise NotFound
    if said == "emergency" and not why:
        field = f"reason-{agency or 'answers'}"
        return _show(visit, client_id, {}, {field: "なぜ同意なしで必要だったかを、ひとこと書いてください。"})
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        about = _about(db, visit, agency)
        _write_down(db, visit, client_id, about, why=why if said == "emergency" else None)
    return go(f"/clients/{client_id}/consents", done="agreed" if said == "yes" else "emergency")


@router.post("/clients/{client_id}/consents/ask")
def ask(visit: _ClientVisit, client_id: PathId, agency: FormId = "") -> Response:
    """Asks in the chat whether one agency may be told; the message names nobody."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        about = _about(db, visit, agency)
        if about is None:
            raise NotFound
        asked = ask_for_agency(db, visit, client_id=client_id, agency_id=about.id)
    return go(f"/clients/{client_id}/consents", done="agency_asked" if asked else "agency_unasked")


@router.post("/clients/{client_id}/consents/stop")
def stop(visit: _ClientVisit, client_id: PathId, consent: FormId = "") -> Response:
    """The person takes a consent back, and staff do it for them."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        found = [row for row in _in_force(db, client_id) if row.id == consent]
        if not found:
            raise NotFound
        row = found[0]
        about: dict[str, Any] = {"purpose": row.purpose, "agency_id": row.agency_id}
        record.take_back(db, visit.house.vault, client_id=client_id, **about, now=visit.now)
        announce_news(db)
    return go(f"/clients/{client_id}/consents", done="withdrawn")


@router.post("/consents/told")
def note_told(visit: _ToldVisit, consent: FormId = "") -> Response:
    """Staff have told an agency that the person has taken the consent back."""
    with visit.house.database.transaction() as db:
        client_id = next((row.client_id for row, _who in to_stop(db, visit) if row.id == consent), "")
        person_to_change(db, visit, client_id)
        consents.note_agency_told(db, consent_id=consent, now=visit.now)
        announce_news(db)
        note_person(db, visit, client_id)
    return go("/week", done="agency_told")


@router.get("/consents")
def list_emergencies(visit: _ListVisit) -> Response:
    """What was kept or told without a yes, for the supervisor to look over."""
    vault = visit.house.vault
    with visit.house.database.reading() as db:
        rows = emergencies(db)
        people_named = persons(db, visit, [row.client_id for row in rows])
        seen = [row for row in rows if row.client_id in people_named]
        names = people.names(db, vault, [row.account_id for row in seen if row.account_id])
        reasons = {row.id: emergency_reason(db, vault, row) for row in seen}
    return visit.page("emergencies.html", rows=seen, people=people_named, names=names, reasons=reasons)


def to_stop(db: Connection, visit: Visit) -> list[tuple[ConsentRow, Person]]:
    """Agencies that must hear that it is over, each with the person it is about."""
    rows = agencies_to_tell(db)
    seen = persons(db, visit, [row.client_id for row in rows])
    return [(row, seen[row.client_id]) for row in rows if row.client_id in seen]


def _write_down(
    db: Connection, visit: Visit, client_id: str, about: AgencyRow | None, *, why: str | None
) -> None:
    """The yes, or with `why` the emergency."""
    purpose, words = ("agency", agency_words(about.name)) if about else ("answers", ANSWERS_WORDS)
    named: dict[str, Any] = {"client_id": client_id, "purpose": purpose}
    named |= {"agency_id": about.id if about else None, "text_version": VERSION, "now": visit.now}
    by = visit.viewer.id
    if why is None:
        consents.agree(db, **named, text=words, via="panel", account_id=by)
    else:
        basis = Basis(why, by)
        consents.note_emergency(db, visit.house.vault, **named, basis=basis, text=EMERGENCY_WORDS)


def _about(db: Connection, visit: Visit, agency_id: str) -> AgencyRow | None:
    """The agency of this house that is named; None where none is, NotFound for a foreign one."""
    if not agency_id:
        return None
    own = agencies(db, organisation_id=visit.viewer.organisation_id)
    found = next((each for each in own if each.id == agency_id), None)
    if found is None:
        raise NotFound
    return found


def _in_force(db: Connection, client_id: str) -> list[ConsentRow]:
    return [row for row in consents_of(db, client_id) if row.withdrawn_at is None]


def _show(visit: Visit, client_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        given = consents_of(db, client_id)
        own = agencies(db, organisation_id=visit.viewer.organisation_id)
        names = people.names(db, visit.house.vault, [row.account_id for row in given if row.account_id])
        reached = can_be_reached(db, visit, client_id)
    in_force = [row for row in given if row.withdrawn_at is None]
    agreed = {row.agency_id for row in in_force if row.purpose == "agency"}
    return visit.page(
        "consents.html",
        status=422 if errors else 200,
        who=who,
        in_force=in_force,
        ended=[row for row in given if row.withdrawn_at is not None],
        answers_agreed=any(row.purpose == "answers" for row in in_force),
        answers_words=ANSWERS_WORDS,
        agencies=[(each, agency_words(each.name)) for each in own if each.id not in agreed],
        names=names,
        reached=reached,
        values=values,
        errors=errors,
    )
