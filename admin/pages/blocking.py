"""枠: the times of one session at each table, to be kept empty or opened again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import PathId
from admin.policy import PLACE, SESSION, Needs
from admin.wording import BLOCK_REASONS
from desk.booking import waiting
from desk.booking.service import expire_holds
from desk.calendar.blocking import block_slot, places_of_session, unblock_slot
from desk.calendar.queries import SlotRow, session_by_id, slot_by_id
from desk.database import Connection
from desk.errors import SlotTaken
from desk.people.rules import Permission

router = APIRouter()

_SessionVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(SESSION,)))]
_PlaceVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(PLACE,)))]

_BOOKED = "ここには、もう人がいます。先に、その予約を動かすか、取り消してください。"


@router.get("/sessions/{session_id}/places")
def show_places(visit: _SessionVisit, session_id: PathId) -> Response:
    """Which times are free, booked or blocked."""
    return _show(visit, session_id, {}, {})


@router.post("/places/{slot_id}/block")
def block(visit: _PlaceVisit, slot_id: PathId, why: Annotated[str, Form()] = "") -> Response:
    """Keeps a time empty, for a reason about the room; refused where somebody is booked."""
    field = f"why-{slot_id}"
    with visit.house.database.reading() as db:
        place = _place(db, slot_id)
    if why not in BLOCK_REASONS:
        return _show(visit, place.session_id, {}, {field: "ふさぐわけを選んでください。"})
    try:
        with visit.house.database.transaction() as db:
            expire_holds(db, now=visit.now)
            block_slot(db, slot_id=slot_id, reason=why)
    except SlotTaken:
        return _show(visit, place.session_id, {field: why}, {field: _BOOKED})
    return go(f"/sessions/{place.session_id}/places", done="blocked")


@router.post("/places/{slot_id}/unblock")
def unblock(visit: _PlaceVisit, slot_id: PathId) -> Response:
    """The time can be booked again; whoever waits for a place of this desk is offered it first."""
    with visit.house.database.transaction() as db:
        place = _place(db, slot_id)
        unblock_slot(db, slot_id=slot_id)
        waiting.fill(db, desk_id=place.desk_id, now=visit.now)
    return go(f"/sessions/{place.session_id}/places", done="unblocked")


def _place(db: Connection, slot_id: str) -> SlotRow:
    place = slot_by_id(db, slot_id)
    if place is None:
        raise NotFound
    return place


def _show(visit: Visit, session_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        session = session_by_id(db, session_id)
        if session is None:
            raise NotFound
        places = places_of_session(db, session_id)
    return visit.page(
        "places.html",
        status=422 if errors else 200,
        session=session,
        places=places,
        tables=len({place.table_no for place in places}),
        values=values,
        errors=errors,
    )
