"""Writing to a person: seen before it goes, sent in ten seconds or on a day, taken back while it is in the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from admin import writing_words as said
from admin.auth import PREFIX, Visit
from admin.composing import TEXT, Typed, compose_of, faults_of, insert, look_at
from admin.forms import FormId, PathId, some_lines
from admin.persons import Person, person, person_to_change, persons
from admin.policy import CLIENT, Needs, Shows
from desk.booking.history import last_given_up
from desk.conversations.queries import MessageRow, unsent_messages
from desk.database import Connection, new_id
from desk.inbox.service import note_writing, stop_writing
from desk.notices.service import announce_news
from desk.people.queries import names
from desk.people.rules import Permission
from desk.writing import queries, service
from desk.writing.rules import OtherWordsBefore, Seen, SentMeanwhile, TakenBackBefore

router = APIRouter()

_SHOWN = (Shows.DATES, Shows.PERSON, Shows.MESSAGES)
_WriteVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=_SHOWN))]
_DraftVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=_SHOWN, once=True))]
_ListVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=_SHOWN))]

# Where the form may stand, and so where its writer is led back to.
_PAGES = {"inbox": "/inbox/{}#write", "client": "/clients/{}#write", "scheduled": "/scheduled"}


def typed_form(
    text: Annotated[str, Form()] = "",
    form: FormId = "",
    seen: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    time: Annotated[str, Form()] = "",
) -> Typed:
    """The form as it was sent."""
    return Typed(some_lines(text), form or new_id(), seen, back if back in _PAGES else "inbox", day, time)


_Typed = Annotated[Typed, Depends(typed_form)]


@dataclass(frozen=True, repr=False)
class _Refused:
    """Nothing was sent: what the form shows now, and what has come since it was opened."""

    typed: Typed
    errors: Mapping[str, str]
    status: int = 422
    since: tuple[MessageRow, ...] = field(default=())


@router.post("/clients/{client_id}/messages")
def send(visit: _WriteVisit, client_id: PathId, typed: _Typed) -> Response:
    """Sends once however often the form is sent; tells first who was quicker. What is refused is kept as a draft."""
    with visit.house.database.transaction() as db:
        who = person_to_change(db, visit, client_id)
        refused = _send(db, visit, who, typed)
        if refused is not None:
            _keep(db, visit, client_id, refused.typed)
    if refused is not None:
        return _show(visit, client_id, refused)
    return _lead(typed.back, client_id, "scheduled" if typed.at else "sent")


@router.post("/clients/{client_id}/look")
def look(
    visit: _WriteVisit,
    client_id: PathId,
    typed: _Typed,
    chosen: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "",
) -> Response:
    """How it will look, with the draft kept; `then` is `insert` where a canned text or an example is to be put in."""
    with visit.house.database.transaction() as db:
        who = person_to_change(db, visit, client_id)
        typed, errors = insert(db, visit, who, typed, chosen) if then == "insert" else (typed, {})
        _keep(db, visit, client_id, typed)
    return _show(visit, client_id, _Refused(typed, errors, 200))


@router.post("/clients/{client_id}/draft")
def keep_draft(visit: _DraftVisit, client_id: PathId, typed: _Typed) -> Response:
    """Somebody is typing: the draft is kept, and how it will look comes back as a piece of a page."""
    with visit.house.database.transaction() as db:
        who = person_to_change(db, visit, client_id)
        _keep(db, visit, client_id, typed)
        shown = look_at(db, visit, who.client.id, typed.text)
    return visit.page("compose_look.html", look=shown)


@router.post("/clients/{client_id}/messages/undo")
def undo(
    visit: _WriteVisit, client_id: PathId, message: FormId = "", back: Annotated[str, Form()] = ""
) -> Response:
    """Takes words back that have not gone, into the draft; says truly where it is too late, or was done before."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        try:
            undone = service.undo(
                db,
                visit.house.vault,
                client_id=client_id,
                message_id=message,
                by=visit.viewer.id,
                now=visit.now,
            )
            done = "unsent" if undone else "too_late"
        except TakenBackBefore:
            done = "unsent_before"
        announce_news(db)
    return _lead(back, client_id, done)


@router.get("/scheduled")
def list_unsent(visit: _ListVisit) -> Response:
    """これから送る連絡: all that staff wrote and that has not gone, the next first."""
    vault = visit.house.vault
    with visit.house.database.reading() as db:
        unsent = unsent_messages(db, vault)
        people = persons(db, visit, [row.client_id for row in unsent])
        by = names(db, vault, [row.account_id for row in unsent if row.account_id])
        changed = last_given_up(db, list(people))
    seen = [row for row in unsent if row.client_id in people]
    outdated = {row.id for row in seen if row.client_id in changed and changed[row.client_id] >= row.at}
    return visit.page("scheduled.html", unsent=seen, people=people, by=by, outdated=outdated)


def _send(db: Connection, visit: Visit, who: Person, typed: Typed) -> _Refused | None:
    vault, client_id = visit.house.vault, who.client.id
    is_sent = queries.state_of_form(db, typed.form) not in (None, "dropped")
    errors = {} if is_sent else faults_of(db, visit, who, typed)
    if errors:
        return _Refused(typed, errors)
    try:
        service.send(
            db,
            vault,
            client_id=client_id,
            text=typed.text,
            by=visit.viewer.id,
            form=typed.form,
            seen=Seen.read(typed.seen),
            at=typed.at,
            now=visit.now,
        )
    except SentMeanwhile:
        return _told(db, visit, client_id, typed, said.MEANWHILE)
    except OtherWordsBefore:
        return _told(db, visit, client_id, replace(typed, form=new_id()), said.SENT_BEFORE)
    except TakenBackBefore:
        return _Refused(replace(typed, form=new_id()), {TEXT: said.TAKEN_BACK}, 409)
    stop_writing(db, client_id=client_id, account_id=visit.viewer.id)
    announce_news(db)
    return None


def _told(db: Connection, visit: Visit, client_id: str, typed: Typed, why: str) -> _Refused:
    """The form as it was, now that its writer is shown what has come since."""
    news = queries.since(db, visit.house.vault, client_id, Seen.read(typed.seen))
    return _Refused(replace(typed, seen=str(queries.last_of(db, client_id))), {TEXT: why}, 409, news)


def _keep(db: Connection, visit: Visit, client_id: str, typed: Typed) -> None:
    """The draft, and that somebody is writing."""
    whose = {"client_id": client_id, "account_id": visit.viewer.id}
    service.keep_draft(db, visit.house.vault, **whose, text=typed.text, form=typed.form, now=visit.now)
    if typed.text:
        note_writing(db, **whose, now=visit.now)
    else:
        stop_writing(db, **whose)


def _show(visit: Visit, client_id: str, it: _Refused) -> Response:
    """The form on a page of its own, which serves wherever it stood."""
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        compose = compose_of(db, visit, who, back=it.typed.back, typed=it.typed, errors=it.errors)
        by = names(db, visit.house.vault, [row.account_id for row in it.since if row.account_id])
    page = PREFIX + _PAGES[it.typed.back].format(client_id)
    return visit.page(
        "compose_page.html", status=it.status, who=who, compose=compose, since=it.since, by=by, page=page
    )


def _lead(back: str, client_id: str, done: str) -> RedirectResponse:
    """Back to where the form stood."""
    path, _, anchor = _PAGES.get(back, _PAGES["inbox"]).format(client_id).partition("#")
    place = f"#{anchor}" if anchor else ""
    return RedirectResponse(f"{PREFIX}{path}?done={done}{place}", status_code=303)
