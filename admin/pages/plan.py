"""1年の予定: the days of a year on one page, to be approved and printed; each day leads to where it is changed."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import a_day
from admin.policy import DeskVisit, PromiseVisit
from desk.calendar.queries import DeskRow, list_desks
from desk.calendar.service import make_day
from desk.calendar.year import approve_year, holidays_met, plan_of_year
from desk.clock import local_date
from desk.database import Connection
from desk.errors import WrongCalendar
from desk.people import queries as people
from desk.people import sight

router = APIRouter()

_YEARS_AHEAD = 12
_MOST_DIGITS = 4

Text = Annotated[str, Form()]


@router.get("/plan")
def show_plan(visit: DeskVisit, desk: str = "", year: str = "") -> Response:
    """A year of a desk; without a year the present one, or from October on the next."""
    with visit.house.database.reading() as db:
        desks = desks_of(db, visit)
        chosen = next((each for each in desks if each.code == desk), desks[0])
        today = local_date(visit.now)
        shown = plan_of_year(db, desk_id=chosen.id, year=_year(year, today))
        approver = [shown.approval.account_id] if shown.approval else []
        return visit.page(
            "plan.html",
            desk=chosen,
            desk_options=[(each.code, each.name) for each in desks],
            values={"desk": chosen.code, "year": str(shown.year)},
            plan=shown,
            first_day=date(shown.year, 1, 1),
            today=today,
            names=people.names(db, visit.house.vault, approver),
            met=holidays_met(db, desk_id=chosen.id, today=today),
        )


@router.post("/plan/approve")
def approve(visit: PromiseVisit, desk: Text = "", year: Text = "", days: Text = "") -> Response:
    """Somebody stands for the days they have just seen."""
    with visit.house.database.transaction() as db:
        chosen = desk_of(db, visit, desk)
        wanted = _year(year, local_date(visit.now))
        try:
            approve_year(
                db,
                desk_id=chosen.id,
                year=wanted,
                days_hash=days,
                account_id=visit.viewer.id,
                now=visit.now,
            )
        except WrongCalendar:
            return _back(chosen, wanted, "plan_changed")
    return _back(chosen, wanted, "approved")


@router.post("/plan/day")
def change_day(visit: DeskVisit, desk: Text = "", day: Text = "") -> Response:
    """On to the page on which a day is closed or moved; one not made yet is made first."""
    when = a_day(day)
    if when is None:
        raise NotFound
    with visit.house.database.transaction() as db:
        try:
            session_id = make_day(db, desk_id=desk_of(db, visit, desk).id, day=when, now=visit.now)
        except WrongCalendar as fault:
            raise NotFound from fault
    return go(f"/sessions/{session_id}/change")


def desks_of(db: Connection, visit: Visit) -> list[DeskRow]:
    """The desks somebody works for, in the order in which they opened."""
    own = sight.desks_in_sight(db, visit.viewer)
    return [desk for desk in list_desks(db) if desk.id in own]


def desk_of(db: Connection, visit: Visit, code: str) -> DeskRow:
    """The desk with this short name, if it is one of them."""
    found = [desk for desk in desks_of(db, visit) if desk.code == code]
    if not found:
        raise NotFound
    return found[0]


def _back(desk: DeskRow, year: int, done: str) -> Response:
    answer = go("/plan", done=done)
    answer.headers["location"] += f"&desk={desk.code}&year={year}"
    return answer


def _year(text: str, today: date) -> int:
    if text.isascii() and text.isdecimal() and len(text) == _MOST_DIGITS:
        return min(max(int(text), today.year - 1), today.year + _YEARS_AHEAD)
    return today.year + (today.month >= 10)
