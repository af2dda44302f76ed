"""相談者: who was in touch lately, and all that is known of one person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.composing import compose_of
from admin.finding import people_found
from admin.following import CONSENT_WORDS, PURPOSE, agree
from admin.forms import PathId
from admin.marking import marked
from admin.pages.relations import related
from admin.pages.relink import links_shown
from admin.pages.today import back_to
from admin.persons import person, person_to_change, persons
from admin.policy import CLIENT, EVERYTHING, Act, Needs, Shows
from admin.timeline import answers_in_words, make_timeline
from desk.booking.contact import contacts_of
from desk.clients import queries as clients
from desk.clients.spoken import code_of
from desk.conversations import service as conversations
from desk.conversations.queries import messages_of, waiting_for_answer
from desk.database import Connection
from desk.follow_up.queries import plan_of
from desk.intake import service as intake
from desk.intake.known import known_needs
from desk.intake.queries import needs_of
from desk.needs.codes import NEED_BY_CODE
from desk.notices.service import announce_news
from desk.people import sight
from desk.people.rules import Permission
from desk.wishes.queries import open_wishes_of
from desk.writing.rules import Seen

router = APIRouter()

_ListVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=(Shows.PERSON,)))]
_SearchVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=(Shows.PERSON,), act=Act.SEARCH))]
_ClientVisit = Annotated[
    Visit,
    Depends(
        Needs(
            Permission.CASES,
            about=(CLIENT,),
            shows=EVERYTHING,
        )
    ),
]

_SHOWN = 100


@router.get("/clients")
def list_clients(visit: _ListVisit) -> Response:
    """The people who were in touch most lately."""
    with visit.house.database.reading() as db:
        latest = sight.latest_clients(db, visit.viewer, limit=_SHOWN, now=visit.now)
        people = persons(db, visit, latest)
        waiting = _waiting(db, visit)
    return visit.page(
        "clients.html", people=list(people.values()), found=False, waiting=waiting, values={}, errors={}
    )


@router.post("/clients/find")
def find_client(
    visit: _SearchVisit, wanted: Annotated[str, Form()] = "", then: Annotated[str, Form()] = ""
) -> Response:
    """By 相談者番号, 予約番号, telephone or 合言葉; posted, so that none of them stands in an address.

    `then` is `booking` where a booking is to be made for the person.
    """
    with visit.house.database.reading() as db:
        found = people_found(db, visit, wanted)
        if len(found) == 1:
            client_id = found[0].client.id
            return go(f"/bookings/new?client={client_id}" if then == "booking" else f"/clients/{client_id}")
        latest = persons(db, visit, sight.latest_clients(db, visit.viewer, limit=_SHOWN, now=visit.now))
        waiting = _waiting(db, visit)
    nobody = "その番号や言葉の人は見つかりません。もう一度聞いて、たしかめてください。"
    return visit.page(
        "clients.html",
        status=200 if found else 422,
        people=found or list(latest.values()),
        found=bool(found),
        waiting=waiting,
        values={"wanted": wanted},
        errors={} if found else {"wanted": nobody},
    )


@router.get("/clients/{client_id}")
def show_client(visit: _ClientVisit, client_id: PathId) -> Response:
    """Everything staff may know about one person."""
    return _show(visit, client_id)


@router.post("/clients/{client_id}/answered")
def mark_answered(
    visit: _ClientVisit,
    client_id: PathId,
    back: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
) -> Response:
    """Staff have answered by telephone or face to face what the page showed; what has come since still waits."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        heard = Seen.read(seen).heard
        conversations.answer_messages(db, client_id=client_id, until=heard, now=visit.now)
        announce_news(db)
    return go(back_to(back) if back else f"/clients/{client_id}", done="answered")


@router.post("/clients/{client_id}/consent")
def record_consent(visit: _ClientVisit, client_id: PathId, agreed: Annotated[str, Form()] = "") -> Response:
    """A consent to follow-ups given face to face; `admin/pages/consents.py` takes any back."""
    if agreed != "yes":
        raise NotFound
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        agree(db, visit, client_id)
    return go(f"/clients/{client_id}", done="agreed")


@router.post("/clients/{client_id}/needs")
def add_need(visit: _ClientVisit, client_id: PathId, code: Annotated[str, Form()] = "") -> Response:
    """A need that staff heard of, with or without a booking."""
    if code not in NEED_BY_CODE:
        raise NotFound
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        intake.add_need(
            db,
            visit.house.vault,
            client_id=client_id,
            code=code,
            account_id=visit.viewer.id,
            now=visit.now,
        )
        announce_news(db)
    return go(f"/clients/{client_id}", done="need")


def _waiting(db: Connection, visit: Visit) -> set[str]:
    """Who waits for an answer."""
    return {row.client_id for row in waiting_for_answer(db, visit.house.vault)}


def _show(visit: Visit, client_id: str) -> Response:
    vault = visit.house.vault
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        address = clients.address_of(db, vault, client_id)
        needs = needs_of(db, vault, client_id=client_id)
        facts: dict[str, Any] = {
            "who": who,
            "address": address,
            "code": code_of(db, vault, client_id),
            "contact": contacts_of(db, vault, [client_id])[client_id],
            "answers": answers_in_words(db, visit, client_id),
            "needs": known_needs(needs),
            "marked": marked(messages_of(db, vault, client_id), needs),
            "timeline": make_timeline(db, visit, client_id),
            "agreed": clients.consent_in_force(db, client_id=client_id, purpose=PURPOSE) is not None,
            "compose": compose_of(db, visit, who, back="client"),
            "waiting": waiting_for_answer(db, vault, client_id=client_id),
            "wishes": open_wishes_of(db, vault, client_id),
            "consent_words": CONSENT_WORDS,
            "related": related(db, visit, client_id),
            "relinked": links_shown(db, visit, client_id),
            "following": plan_of(db, vault, client_id),
        }
    return visit.page("client.html", **facts)
