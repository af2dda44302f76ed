"""件数: totals by month and desk; the only page of the prefecture, and nobody stands in it."""

from fastapi import APIRouter
from starlette.responses import Response

from admin.auth import TotalsVisit
from desk.people.sight import desks_in_sight
from desk.people.totals import monthly_totals

router = APIRouter()


@router.get("/totals")
def show_totals(visit: TotalsVisit) -> Response:
    """How many came, stayed away, gave back, or are still to come."""
    with visit.house.database.reading() as db:
        rows = monthly_totals(db, desk_ids=desks_in_sight(db, visit.viewer))
    return visit.page("totals.html", rows=rows)
