"""つながり: two people who belong together, as staff know it, and what each lets the other know."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.finding import writer_in_sight
from admin.forms import PathId, whole_number
from admin.persons import Person, person_to_change, persons
from admin.policy import CLIENT, OTHER_CLIENT, Needs
from desk.clients import relations
from desk.clients.queries import client_by_number
from desk.clients.relations import Relation
from desk.database import Connection
from desk.people.rules import Permission
from desk.people.sight import clients_to_change

router = APIRouter()

_ClientVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,)))]
_PairVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT, OTHER_CLIENT)))]


@dataclass(frozen=True, repr=False)
class Related:
    """Somebody who belongs to the person on the page, and what each side has said."""

    who: Person
    said: Relation


def related(db: Connection, visit: Visit, client_id: str) -> list[Related]:
    """Everybody in sight who belongs to this person."""
    found = relations.relations_of(db, client_id)
    seen = persons(db, visit, [each.other_id for each in found])
    return [Related(seen[each.other_id], each) for each in found if each.other_id in seen]


@router.post("/clients/{client_id}/relations")
def relate(visit: _ClientVisit, client_id: PathId, number: Annotated[str, Form()] = "") -> Response:
    """Notes that another person, named by 相談者番号 or 予約番号, belongs to this one."""
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        other_id = _by_number(db, visit, number)
        if other_id is None or other_id == client_id:
            return go(f"/clients/{client_id}", done="oneself" if other_id else "nobody")
        relations.relate(
            db, client_id=client_id, other_id=other_id, account_id=visit.viewer.id, now=visit.now
        )
    return go(f"/clients/{client_id}", done="related")


@router.post("/clients/{client_id}/relations/{other_id}")
def change(
    visit: _PairVisit, client_id: PathId, other_id: PathId, said: Annotated[str, Form()] = ""
) -> Response:
    """What this person said: the other may know, may not, or they do not belong together after all."""
    if said not in ("may_know", "may_not", "apart"):
        raise NotFound
    with visit.house.database.transaction() as db:
        person_to_change(db, visit, client_id)
        if said == "apart":
            relations.part(db, client_id=client_id, other_id=other_id)
        else:
            relations.let_know(
                db,
                client_id=client_id,
                other_id=other_id,
                may=said == "may_know",
                account_id=visit.viewer.id,
                now=visit.now,
            )
    return go(f"/clients/{client_id}", done="parted" if said == "apart" else "related")


def _by_number(db: Connection, visit: Visit, number: str) -> str | None:
    """The person staff may do something for, with this 相談者番号, or who wrote the booking with this 予約番号."""
    wanted = whole_number(number)
    client = client_by_number(db, wanted) if wanted is not None else None
    ids = [found for found in (client and client.id, writer_in_sight(db, visit, number)) if found]
    own = clients_to_change(db, visit.viewer, ids)
    return next((found for found in ids if found in own), None)
