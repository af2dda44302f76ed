"""相談者: who was in touch lately, one person's timeline, and what staff write to them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from admin.auth import PREFIX, NotFound, Visit, go
from admin.finding import people_found
from admin.forms import FormId, PathId, some_lines
from admin.marking import marked
from admin.pages.relations import related
from admin.persons import Person, person, person_to_change, persons
from admin.policy import CLIENT, EVERYTHING, Act, Needs, Shows
from admin.telling import write_to
from admin.timeline import answers_in_words, make_timeline
from desk.clients import consents
from desk.clients import queries as clients
from desk.clients.spoken import code_of
from desk.conversations import service as conversations
from desk.conversations.queries import messages_of, waiting_for_answer
from desk.database import Connection, new_id
from desk.discretion import telling_word
from desk.intake import service as intake
from desk.intake.known import known_needs
from desk.intake.queries import needs_of
from desk.needs.codes import NEED_BY_CODE
from desk.notices.service import announce_news
from desk.people import sight
from desk.people.rules import Permission
from desk.record import service as record
from desk.wishes.queries import open_wishes

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

LONGEST_MESSAGE = 500
_SHOWN = 100
FOLLOW_UP = "follow_up"
FOLLOW_UP_VERSION = "panel-2026-11"
FOLLOW_UP_WORDS = "あとから、とまりぎがLINEで短い連絡を送ります。返事はいりません。いつでも止められます。"


@router.get("/clients")
def list_clients(visit: _ListVisit) -> Response:
    """The people who were in touch most lately."""
    with visit.house.database.reading() as db:
        latest = sight.latest_clients(db, visit.viewer, limit=_SHOWN, now=visit.now)
        people = persons(db, visit, latest)
        waiting = {row.client_id for row in waiting_for_answer(db, visit.house.vault)}
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
    nobody = "その番号や言葉の人は見つかりません。もう一度聞いて、たしかめてください。"
    return visit.page(
        "clients.html",
        status=200 if found else 422,
        people=found or list(latest.values()),
        found=bool(found),
        waiting=set(),
        values={"wanted": wanted},
        errors={} if found else {"wanted": nobody},
    )


@router.get("/clients/{client_id}")
def show_client(visit: _ClientVisit, client_id: PathId) -> Response:
    """Everything staff may know about one person."""
    return _show(visit, client_id, {"form": new_id()}, {})


@router.post("/clients/{client_id}/messages")
def write(
    visit: _ClientVisit,
    client_id: PathId,
    text: Annotated[str, Form()] = "",
    form: FormId = "",
) -> Response:
    """Sends a message, once however often the form is sent; it marks what waited for an answer as answered."""
    said = some_lines(text)
    with visit.house.database.transaction() as db:
        who = person_to_change(db, visit, client_id)
        fault = _fault_of_message(db, visit, who, said)
        if fault is None:
            _send(db, visit, client_id, said, form)
    if fault is not None:
        return _show(visit, client_id, {"text": text, "form": form or new_id()}, {"text": fault})
    return RedirectResponse(f"{PREFIX}/clients/{client_id}?done=sent#write", status_code=303)


@router.post("/clients/{client_id}/answered")
def mark_answered(visit: _ClientVisit, client_id: PathId) -> Response:
    """Staff have answered by telephone or face to face."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        conversations.answer_messages(db, client_id=client_id, now=visit.now)
        announce_news(db)
    return go(f"/clients/{client_id}", done="answered")


@router.post("/clients/{client_id}/consent")
def record_consent(visit: _ClientVisit, client_id: PathId, agreed: Annotated[str, Form()] = "") -> Response:
    """A consent to follow-ups given face to face, or taken back."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        if agreed == "yes":
            consents.agree(
                db,
                client_id=client_id,
                purpose=FOLLOW_UP,
                text_version=FOLLOW_UP_VERSION,
                text=FOLLOW_UP_WORDS,
                via="panel",
                account_id=visit.viewer.id,
                now=visit.now,
            )
        else:
            record.take_back(db, visit.house.vault, client_id=client_id, purpose=FOLLOW_UP, now=visit.now)
    return go(f"/clients/{client_id}", done="agreed" if agreed == "yes" else "withdrawn")


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


def _send(db: Connection, visit: Visit, client_id: str, said: str, form: str) -> None:
    outbound_id = write_to(db, visit, client_id=client_id, text=said, form=form)
    if outbound_id is None:
        return  # the same form was sent before
    conversations.keep_sent(
        db,
        visit.house.vault,
        client_id=client_id,
        text=said,
        account_id=visit.viewer.id,
        outbound_id=outbound_id,
        now=visit.now,
    )
    conversations.answer_messages(db, client_id=client_id, now=visit.now)
    announce_news(db)


def _fault_of_message(db: Connection, visit: Visit, who: Person, said: str) -> str | None:
    """Why it cannot be sent, with the mend; None: it can."""
    if not said:
        return "送る文を書いてください。"
    if len(said) > LONGEST_MESSAGE:
        return f"{LONGEST_MESSAGE}文字までにしてください（いま{len(said)}文字）。"
    word = telling_word(said, called=who.booking.called_name if who.booking else None)
    if word is not None:
        return (
            f"「{word}」は、ほかの人に画面を見られると分かってしまいます。「予定」などに言いかえてください。"
        )
    address = clients.address_of(db, visit.house.vault, who.client.id)
    if address is None or address.blocked:
        return "この人には、LINEでは届きません。電話などで伝えてください。"
    if not _may_write(db, visit, who.client.id):
        return "あとからの連絡に同意がありません。会って同意をもらってから、送ってください。"
    return None


def _may_write(db: Connection, visit: Visit, client_id: str) -> bool:
    """Whoever agreed to follow-ups, or wrote or wished something and waits for an answer."""
    if clients.consent_in_force(db, client_id=client_id, purpose=FOLLOW_UP) is not None:
        return True
    vault = visit.house.vault
    wrote = any(row.client_id == client_id for row in waiting_for_answer(db, vault))
    return wrote or any(row.client_id == client_id for row in open_wishes(db, vault))


def _show(visit: Visit, client_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    vault = visit.house.vault
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        address = clients.address_of(db, vault, client_id)
        waiting = [row for row in waiting_for_answer(db, vault) if row.client_id == client_id]
        needs = needs_of(db, vault, client_id=client_id)
        facts = {
            "who": who,
            "address": address,
            "code": code_of(db, vault, client_id),
            "phone": clients.phone_of(db, vault, client_id),
            "phone_note": clients.phone_note_of(db, vault, client_id),
            "answers": answers_in_words(db, visit, client_id),
            "needs": known_needs(needs),
            "marked": marked(messages_of(db, vault, client_id), needs),
            "timeline": make_timeline(db, visit, client_id),
            "agreed": clients.consent_in_force(db, client_id=client_id, purpose=FOLLOW_UP) is not None,
            "may_write": _may_write(db, visit, client_id),
            "waiting": waiting,
            "wishes": [row for row in open_wishes(db, vault) if row.client_id == client_id],
            "consent_words": FOLLOW_UP_WORDS,
            "related": related(db, visit, client_id),
        }
    return visit.page("client.html", status=422 if errors else 200, values=values, errors=errors, **facts)
