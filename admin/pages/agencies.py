"""紹介先: where people can be led to; taken in from a file, looked at again every half year."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, UploadFile
from starlette.responses import Response

from admin.auth import Visit, go
from admin.forms import PathId
from admin.policy import AGENCY, DeskVisit, Needs
from desk.agencies.queries import agencies, as_csv
from desk.agencies.rules import COLUMNS, Fault, WrongAgencies, needs_check
from desk.agencies.service import import_csv, mark_checked
from desk.clock import local_date
from desk.needs.codes import NEEDS
from desk.people.rules import Permission

router = APIRouter()

_AgencyVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(AGENCY,)))]

LARGEST_FILE = 1 << 20


@router.get("/agencies")
def list_agencies(visit: DeskVisit) -> Response:
    """All of them, with what is to be looked at again."""
    return _show(visit, ())


@router.get("/agencies.csv")
def download(visit: DeskVisit) -> Response:
    """The list as a file: to be changed in a spreadsheet and taken in again."""
    with visit.house.database.reading() as db:
        content = as_csv(agencies(db, organisation_id=visit.viewer.organisation_id))
    headers = {"Content-Disposition": 'attachment; filename="agencies.csv"'}
    return Response(content.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/agencies")
def take_in(visit: DeskVisit, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """The file takes the place of the list; with a single fault in it nothing changes."""
    content = file.file.read(LARGEST_FILE + 1) if file is not None else b""
    if not content:
        return _show(visit, (Fault(0, "CSVファイルを選んでください。"),))
    if len(content) > LARGEST_FILE:
        return _show(visit, (Fault(0, "ファイルが大きすぎます（1MBまで）。"),))
    try:
        with visit.house.database.transaction() as db:
            import_csv(db, organisation_id=visit.viewer.organisation_id, content=content)
    except WrongAgencies as fault:
        return _show(visit, fault.faults)
    return go("/agencies", done="agencies")


@router.post("/agencies/{agency_id}/checked")
def check(visit: _AgencyVisit, agency_id: PathId) -> Response:
    """What stands there is still true."""
    with visit.house.database.transaction() as db:
        mark_checked(
            db,
            organisation_id=visit.viewer.organisation_id,
            agency_id=agency_id,
            today=local_date(visit.now),
        )
    return go("/agencies", done="checked")


def _show(visit: Visit, faults: tuple[Fault, ...]) -> Response:
    today = local_date(visit.now)
    with visit.house.database.reading() as db:
        rows = agencies(db, organisation_id=visit.viewer.organisation_id)
    return visit.page(
        "agencies.html",
        status=422 if faults else 200,
        rows=[(row, needs_check(row.checked_on, today=today)) for row in rows],
        faults=faults,
        heads=list(COLUMNS),
        need_names=[need.name for need in NEEDS],
    )
