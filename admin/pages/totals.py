"""件数: totals by month and desk; the only page of the prefecture, and nobody stands in it."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from admin.policy import TotalsVisit
from desk.clock import local_date
from desk.follow_up.queries import yearly_follow_ups
from desk.intake.figures import need_counts
from desk.people.sight import desks_in_sight
from desk.people.totals import monthly_totals, yearly_totals
from desk.voices.queries import yearly_voices

router = APIRouter()

# A year, so that no row is about one person in one month.
_NEEDS_BACK = timedelta(days=365)


@router.get("/totals")
def show_totals(visit: TotalsVisit) -> Response:
    """How many came, stayed away, gave back, or are still to come; and how well needs are recognised."""
    with visit.house.database.reading() as db:
        desk_ids = desks_in_sight(db, visit.viewer)
        rows = monthly_totals(db, desk_ids=desk_ids)
        years = yearly_totals(db, desk_ids=desk_ids)
        follow_ups = yearly_follow_ups(db, desk_ids=desk_ids)
        voices = yearly_voices(db, desk_ids=desk_ids, today=local_date(visit.now))
        since = visit.now - _NEEDS_BACK
        organisation_id = visit.viewer.organisation_id
        needs = need_counts(db, visit.house.vault, organisation_id=organisation_id, since=since)
    return visit.page(
        "totals.html",
        rows=rows,
        years=years,
        follow_ups=follow_ups,
        voices=voices,
        needs=needs,
        since=local_date(since),
    )
