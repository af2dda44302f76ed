"""空きを待つ人: the list in the order in which places are given; staff put people on it, offer by hand, take them off."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import FormId, PathId, whole_number
from admin.free import free_days, place_in_sight
from admin.persons import Person, person, person_to_change, persons
from admin.policy import WAITING, Needs, Shows, note_person
from desk.booking import offered, waiting, waiting_list
from desk.booking.contact import contacts_of
from desk.booking.waiting_queries import WaitingRow
from desk.booking.waiting_queries import waiting_list as list_of
from desk.calendar.queries import list_desks
from desk.clients.queries import client_by_number
from desk.database import Connection
from desk.errors import AlreadyBooked, HoldGone, NoSuchBooking, SessionClosed, SlotTaken
from desk.people import sight
from desk.people.rules import Permission

router = APIRouter()

_ListVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=(Shows.PERSON,)))]
_EntryVisit = Annotated[
    Visit, Depends(Needs(Permission.CASES, about=(WAITING,), shows=(Shows.PERSON, Shows.ANSWERS)))
]

_ANYWHERE = "anywhere"
_NOT_FOUND = "その番号の人は見つかりません。番号をたしかめてください。"
_NOT_OFFERED: dict[type[Exception], str] = {
    SlotTaken: "その時間は、いま埋まりました。ほかの時間を選んでください。",
    SessionClosed: "その時間は、もう使えません。ほかの時間を選んでください。",
    AlreadyBooked: "この人は、いまほかの時間を選んでいます。少し待ってください。",
    NoSuchBooking: "もう待っていないか、とってある場所への返事がまだです。開きなおしてください。",
}


@router.get("/waiting")
def show_list(visit: _ListVisit) -> Response:
    """Everybody who waits at the desks in sight."""
    return _show_list(visit, {}, {})


@router.post("/waiting")
def put_on_list(
    visit: _ListVisit, number: Annotated[str, Form()] = "", where: Annotated[str, Form()] = ""
) -> Response:
    """Somebody asked for it by telephone or at the door; who is on the list already keeps the place in it."""
    wanted = whole_number(number)
    with visit.house.database.transaction() as db:
        client = client_by_number(db, wanted) if wanted is not None else None
        own = sight.clients_to_change(db, visit.viewer, [client.id] if client else [])
        found = next(iter(own), None)
        desk_ids = [value for value, _ in _desk_options(db, visit)]
        if found and where in desk_ids:
            person_to_change(db, visit, found)
            desk_id = None if where == _ANYWHERE else where
            waiting_list.join(db, client_id=found, desk_id=desk_id, now=visit.now)
            note_person(db, visit, found)
            return go("/waiting", done="waits")
    errors = {} if found else {"number": _NOT_FOUND}
    errors |= {} if where in desk_ids else {"where": "窓口を選んでください。"}
    return _show_list(visit, {"number": number, "where": where}, errors)


@router.get("/waiting/{entry_id}")
def show_entry(visit: _EntryVisit, entry_id: PathId) -> Response:
    """One person on the list, and what can be done for them."""
    return _show_entry(visit, entry_id, {}, {})


@router.post("/waiting/{entry_id}/offer")
def offer_place(visit: _EntryVisit, entry_id: PathId, slot: FormId = "") -> Response:
    """Holds a time for somebody whom staff telephone."""
    with visit.house.database.reading() as db:
        _entry(db, visit, entry_id)
        in_sight = place_in_sight(db, visit, slot)
    if not in_sight:
        return _show_entry(visit, entry_id, {}, {"slot": "日時を選んでください。"})
    try:
        with visit.house.database.transaction() as db:
            waiting.offer_by_hand(db, entry_id=entry_id, slot_id=slot, by=visit.viewer.id, now=visit.now)
    except (SlotTaken, SessionClosed, AlreadyBooked, NoSuchBooking) as fault:
        return _show_entry(visit, entry_id, {"slot": slot}, {"slot": _NOT_OFFERED[type(fault)]})
    return go(f"/waiting/{entry_id}", done="place_held")


@router.post("/waiting/{entry_id}/answer")
def note_answer(visit: _EntryVisit, entry_id: PathId, takes: Annotated[str, Form()] = "") -> Response:
    """What the person said to the place that is held for them, on the telephone."""
    try:
        with visit.house.database.transaction() as db:
            entry = _entry(db, visit, entry_id)
            if entry.offer_id is None or takes not in ("yes", "no"):
                return go("/waiting", done="place_gone")
            about: dict[str, Any] = {"booking_id": entry.offer_id, "client_id": entry.client_id}
            if takes == "no":
                offered.decline_place(db, **about, now=visit.now)
            else:
                offered.accept_place(db, visit.house.vault, **about, now=visit.now)
    except (HoldGone, SessionClosed, NoSuchBooking, AlreadyBooked):
        return go("/waiting", done="place_gone")
    return go("/waiting", done="booked" if takes == "yes" else "place_declined")


@router.post("/waiting/{entry_id}/leave")
def take_off_list(visit: _EntryVisit, entry_id: PathId) -> Response:
    """The person waits no longer; a place that is held for them goes to the next one."""
    with visit.house.database.transaction() as db:
        entry = _entry(db, visit, entry_id)
        waiting.leave(db, client_id=entry.client_id, by=visit.viewer.id, now=visit.now)
    return go("/waiting", done="waits_no_more")


def rows_in_sight(db: Connection, visit: Visit) -> tuple[tuple[WaitingRow, ...], dict[str, Person]]:
    """The list, and those on it whom the viewer may know; the others only have their place in the order."""
    rows = list_of(db, desk_id=visit.viewer.desk_id)
    return rows, persons(db, visit, [row.client_id for row in rows])


def _entry(db: Connection, visit: Visit, entry_id: str) -> WaitingRow:
    rows, people = rows_in_sight(db, visit)
    found = next((row for row in rows if row.id == entry_id and row.client_id in people), None)
    if found is None:
        raise NotFound
    return found


def _desk_options(db: Connection, visit: Visit) -> list[tuple[str, str]]:
    own = sight.desks_in_sight(db, visit.viewer)
    return [(desk.id, desk.name) for desk in list_desks(db) if desk.id in own] + [(_ANYWHERE, "どこでもよい")]


def _show_list(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        rows, people = rows_in_sight(db, visit)
        options = _desk_options(db, visit)
    facts = {"rows": rows, "people": people, "desk_options": options}
    usual = {"where": options[0][0]}
    return visit.page(
        "waiting.html", status=422 if errors else 200, values=usual | values, errors=errors, **facts
    )


def _show_entry(visit: Visit, entry_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        entry = _entry(db, visit, entry_id)
        facts = {
            "row": entry,
            "who": person(db, visit, entry.client_id),
            "contact": contacts_of(db, visit.house.vault, [entry.client_id])[entry.client_id],
            "days": free_days(db, visit),
        }
    return visit.page(
        "waiting_person.html", status=422 if errors else 200, values=values, errors=errors, **facts
    )
