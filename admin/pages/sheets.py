"""Paper: the sheet of a day and a blank form, as PDF for the printer of the hall."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from admin.auth import NotFound, Visit
from admin.forms import PathId
from admin.paper import paper
from admin.policy import EVERYTHING, SESSION, Act, DutyVisit, Needs
from admin.printing import as_pdf
from admin.sheet import make_sheet, nobody_comes
from admin.view import on_paper
from desk.calendar.queries import session_by_id
from desk.people.rules import Permission

router = APIRouter()

_PrintVisit = Annotated[
    Visit,
    Depends(
        Needs(
            Permission.DUTY,
            about=(SESSION,),
            shows=EVERYTHING,
            act=Act.PRINT,
        )
    ),
]


@router.get("/sessions/{session_id}/sheet.pdf")
def print_sheet(visit: _PrintVisit, session_id: PathId) -> Response:
    """The same facts as 本日, for somebody who works with paper."""
    with visit.house.database.reading() as db:
        session = session_by_id(db, session_id)
        if session is None:
            raise NotFound
        sheet = make_sheet(db, visit, session)
    nothing = nobody_comes(sheet, now=visit.now)
    html = on_paper("paper/sheet.html", sheet=sheet, session=session, nothing=nothing, printed=visit.now)
    return paper(visit, lambda: as_pdf(html), f"youshi-{session.date:%Y-%m-%d}.pdf")


@router.get("/paper-form.pdf")
def print_form(visit: DutyVisit) -> Response:
    """A blank form for a caller, or for officers without a device."""
    return paper(visit, _blank_form, "youshi.pdf")


@lru_cache
def _blank_form() -> bytes:
    """Printed once: it is the same for everybody and every day."""
    return as_pdf(on_paper("paper/form.html"))
