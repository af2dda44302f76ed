"""つなぎなおし: who comes back with a new LINE account, checked by asking, linked, and parted again if it was wrong."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.finding import people_found
from admin.forms import PathId
from admin.persons import Person, bookings_shown, person, person_to_change, persons
from admin.policy import CLIENT, OTHER_CLIENT, RELINK, Act, Needs, Shows
from desk.clients.queries import address_of, phone_of
from desk.clients.relinking import Link, NotToBeLinked, links_of
from desk.clients.spoken import code_of
from desk.database import Connection
from desk.people.rules import Permission
from desk.reach import asking
from desk.reach.queries import Request, open_requests, request_of

router = APIRouter()

_LookVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=(Shows.PERSON,)))]
_FindVisit = Annotated[
    Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=(Shows.PERSON,), act=Act.SEARCH))
]
_DeclineVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,)))]
_PairVisit = Annotated[
    Visit,
    Depends(Needs(Permission.CASES, about=(CLIENT, OTHER_CLIENT), shows=(Shows.DATES, Shows.PERSON))),
]
_LinkVisit = Annotated[
    Visit,
    Depends(
        Needs(Permission.CASES, about=(CLIENT, OTHER_CLIENT), shows=(Shows.DATES, Shows.PERSON), fresh=True)
    ),
]
_PartVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(RELINK,), fresh=True))]

_NOBODY = "その番号や言葉の人は見つかりません。もう一度聞いて、たしかめてください。"
_UNCHECKED = "本人に聞いて、2つ合ってから、しるしをつけてください。"


@dataclass(frozen=True, repr=False)
class Linked:
    """A link that stands, and the person at its other end where the viewer may see them."""

    link: Link
    other: Person | None


def links_shown(db: Connection, visit: Visit, client_id: str) -> list[Linked]:
    """The links of one person, whichever way."""
    found = links_of(db, client_id, now=visit.now)
    others = {link.id: link.from_id if link.client_id == client_id else link.client_id for link in found}
    seen = persons(db, visit, others.values())
    return [Linked(link, seen.get(others[link.id])) for link in found]


def requests_shown(db: Connection, visit: Visit) -> tuple[list[Request], dict[str, Person]]:
    """Who asks to be linked, of those in sight."""
    waiting = open_requests(db)
    seen = persons(db, visit, [each.client_id for each in waiting])
    return [each for each in waiting if each.client_id in seen], seen


@router.get("/clients/{client_id}/relink")
def show(visit: _LookVisit, client_id: PathId) -> Response:
    """What they asked for, and a way to find who they were."""
    return _show(visit, client_id, wanted="", found=[], errors={})


@router.post("/clients/{client_id}/relink")
def find(visit: _FindVisit, client_id: PathId, wanted: Annotated[str, Form()] = "") -> Response:
    """Those in sight whom these words may mean."""
    with visit.house.database.reading() as db:
        found = [each for each in people_found(db, visit, wanted) if each.client.id != client_id]
    return _show(visit, client_id, wanted=wanted, found=found, errors={} if found else {"wanted": _NOBODY})


@router.post("/clients/{client_id}/relink-declined")
def decline(visit: _DeclineVisit, client_id: PathId) -> Response:
    """Nobody was found whom they could be."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        asking.decline(db, visit.house.vault, client_id=client_id, account_id=visit.viewer.id, now=visit.now)
    return go("/week", done="relink_declined")


@router.get("/clients/{client_id}/relink/{other_id}")
def compare(visit: _PairVisit, client_id: PathId, other_id: PathId) -> Response:
    """Both side by side, with what to ask; `other_id` is who they may have been."""
    return _compare(visit, client_id, other_id, {})


@router.post("/clients/{client_id}/relink/{other_id}")
def link(
    visit: _LinkVisit, client_id: PathId, other_id: PathId, checked: Annotated[str, Form()] = ""
) -> Response:
    """Links them: both are one person from now on."""
    if checked != "yes":
        return _compare(visit, client_id, other_id, {"checked": _UNCHECKED})
    by: dict[str, Any] = {"account_id": visit.viewer.id, "now": visit.now}
    try:
        with visit.house.database.transaction() as db:
            for each in sorted((client_id, other_id)):  # as they are locked for the link
                person_to_change(db, visit, each)
            whose = asking.link(db, visit.house.vault, client_id=other_id, from_id=client_id, **by)
    except NotToBeLinked as fault:
        return go(f"/clients/{client_id}", done=f"relink_{fault.why}")
    return go(f"/clients/{whose}", done="relinked")


@router.post("/relinks/{relink_id}/undo")
def part(visit: _PartVisit, relink_id: PathId) -> Response:
    """It was somebody else after all."""
    try:
        with visit.house.database.transaction() as db:
            from_id = asking.part(db, visit.house.vault, link_id=relink_id, now=visit.now)
    except NotToBeLinked as fault:
        return go("/clients", done=f"relink_{fault.why}")
    return go(f"/clients/{from_id}", done="unlinked")


def _show(
    visit: Visit, client_id: str, *, wanted: str, found: list[Person], errors: dict[str, str]
) -> Response:
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        asked = request_of(db, client_id)
        meant = persons(db, visit, [asked.meant_id]) if asked and asked.meant_id else {}
    return visit.page(
        "relink.html",
        status=422 if errors else 200,
        who=who,
        asked=asked,
        meant=next(iter(meant.values()), None),
        found=found,
        values={"wanted": wanted},
        errors=errors,
    )


def _compare(visit: Visit, client_id: str, other_id: str, errors: dict[str, str]) -> Response:
    vault = visit.house.vault
    with visit.house.database.reading() as db:
        who, other = person(db, visit, client_id), person(db, visit, other_id)
        facts = {
            "visits": bookings_shown(db, visit, other_id),
            "phone": phone_of(db, vault, other_id),
            "code": code_of(db, vault, other_id),
            "address": address_of(db, vault, other_id),
        }
    status = 422 if errors else 200
    return visit.page("relink_check.html", status=status, who=who, other=other, errors=errors, **facts)
