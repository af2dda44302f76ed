"""Paper: the sheet of a day and a blank form, as PDF for the printer of the hall."""

from collections.abc import Callable
from functools import lru_cache

from fastapi import APIRouter
from starlette.responses import Response

from admin.auth import DutyVisit, NotFound, Visit
from admin.forms import PathId
from admin.printing import PARTS, CannotPrint, as_pdf, missing_parts
from admin.sheet import make_sheet
from admin.view import on_paper
from desk.calendar.queries import session_by_id
from desk.people import sight

router = APIRouter()


@router.get("/sessions/{session_id}/sheet.pdf")
def print_sheet(visit: DutyVisit, session_id: PathId) -> Response:
    """The same facts as 本日, for somebody who works with paper."""
    with visit.house.database.reading() as db:
        seen = sight.sees_session(db, visit.viewer, session_id)
        session = session_by_id(db, session_id) if seen else None
        if session is None:
            raise NotFound
        sheet = make_sheet(db, visit, session)
    html = on_paper("paper/sheet.html", sheet=sheet, session=session, printed=visit.now)
    return _paper(visit, lambda: as_pdf(html), f"youshi-{session.date:%Y-%m-%d}.pdf")


@router.get("/paper-form.pdf")
def print_form(visit: DutyVisit) -> Response:
    """A blank form for a caller, or for officers without a device."""
    return _paper(visit, _blank_form, "youshi.pdf")


@lru_cache
def _blank_form() -> bytes:
    """Printed once: it is the same for everybody and every day."""
    return as_pdf(on_paper("paper/form.html"))


def _paper(visit: Visit, make: Callable[[], bytes], name: str) -> Response:
    """The PDF, or a page that says what this machine lacks and how to get it."""
    missing = missing_parts()
    if missing:
        return visit.page("no_paper.html", status=503, missing=[PARTS[part] for part in missing])
    try:
        content = make()
    except CannotPrint:
        return visit.page("no_paper.html", status=503, missing=[])
    shown = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=shown)
