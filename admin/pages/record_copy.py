"""A copy of all that is kept of one person, for somebody without LINE; and erasing them because they ask."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from admin.auth import Visit, go
from admin.forms import PathId
from admin.paper import paper
from admin.persons import bookings_shown, person, person_to_change
from admin.policy import CLIENT, EVERYTHING, Act, Needs, Shows
from admin.printing import as_pdf
from admin.view import on_paper
from desk.clients.queries import agencies_told, numbers_of
from desk.notices.service import announce_news
from desk.people.rules import Permission
from desk.record import service as record
from desk.record.parts import Tell
from desk.record.queries import kept_of

router = APIRouter()

_CopyVisit = Annotated[
    Visit,
    Depends(
        Needs(Permission.CASES, about=(CLIENT,), shows=EVERYTHING, act=Act.EXPORT, fresh=True),
    ),
]
_AskedVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=(Shows.PERSON,)))]
_EraseVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), fresh=True))]


@router.get("/clients/{client_id}/record.pdf")
def print_copy(visit: _CopyVisit, client_id: PathId) -> Response:
    """Everything that is kept, on paper, to be handed to the person themselves; all of it or no copy."""
    with visit.house.database.reading() as db:
        person(db, visit, client_id)
        kept = kept_of(db, visit.house.vault, client_id)
        shown = {row.id for each in numbers_of(db, client_id) for row in bookings_shown(db, visit, each)}
        if not shown.issuperset(row.id for row in kept.bookings):
            return go(f"/clients/{client_id}", done="copy_elsewhere")
    tell: Tell = visit.request.app.state.tell
    html = on_paper("paper/record.html", number=kept.number, parts=tell(kept), printed=visit.now)
    return paper(visit, lambda: as_pdf(html), "kiroku.pdf")


@router.get("/clients/{client_id}/erase")
def before_erasing(visit: _AskedVisit, client_id: PathId) -> Response:
    """What goes and what stays, before anything is done."""
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        told = agencies_told(db, client_id)
    return visit.page("erase.html", who=who, told=told)


@router.post("/clients/{client_id}/erase")
def erase(visit: _EraseVisit, client_id: PathId) -> Response:
    """Forgets the person; what they have booked is cancelled first. Nobody can take it back."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        record.erase(db, visit.house.vault, client_id=client_id, by=visit.viewer.id, now=visit.now)
        announce_news(db)
    return go("/clients", done="erased")
