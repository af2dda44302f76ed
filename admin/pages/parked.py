"""送受信: what could not be handled or sent; staff try it again or set it aside. No content is shown."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from admin.auth import NotFound, go
from admin.forms import Sequence
from admin.policy import MachineVisit
from desk.invariants import last_check
from desk.messaging import queries, service
from desk.notices import mails
from desk.people import queries as people
from desk.writing import service as writing

router = APIRouter()

_MAILS_SHOWN = timedelta(days=30)


@router.get("/parked")
def list_parked(visit: MachineVisit) -> Response:
    """Everything that stands still, and how much is on its way."""
    with visit.house.database.reading() as db:
        events, messages = queries.parked_events(db), queries.parked_messages(db)
        counts, check = queries.counts(db), last_check(db, now=visit.now)
        unsent = mails.troubled(db, since=visit.now - _MAILS_SHOWN)
        readers = people.names(db, visit.house.vault, {mail.account_id for mail in unsent})
    return visit.page(
        "parked.html",
        events=events,
        messages=messages,
        counts=counts,
        check=check,
        mails=unsent,
        readers=readers,
    )


@router.post("/parked/{kind}/{number}/again")
def try_again(visit: MachineVisit, kind: str, number: Sequence) -> Response:
    """Once more, please."""
    with visit.house.database.transaction() as db:
        if kind == "event":
            service.try_event_again(db, event_id=number)
        elif kind == "message":
            writing.try_again(db, outbound_id=number, now=visit.now)
        else:
            raise NotFound
    return go("/parked", done="again")


@router.post("/parked/{kind}/{number}/aside")
def set_aside(visit: MachineVisit, kind: str, number: Sequence) -> Response:
    """Somebody has looked at it: nothing more is to be done."""
    with visit.house.database.transaction() as db:
        if kind == "event":
            service.set_event_aside(db, event_id=number, now=visit.now)
        elif kind == "message":
            service.set_message_aside(db, message_id=number, now=visit.now)
        else:
            raise NotFound
    return go("/parked", done="aside")
