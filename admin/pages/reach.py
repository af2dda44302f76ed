"""別の手だてで伝える人: whom LINE does not reach, with what they agreed to, and what staff did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import PathId, some_lines
from admin.persons import Person, persons
from admin.policy import REACH, Needs
from desk.booking.contact import Contact, contacts_of
from desk.database import Connection
from desk.people.rules import Permission
from desk.reach import queries
from desk.reach.queries import Task
from desk.reach.rules import RESULTS, ToSay, still_to_say
from desk.reach.service import note_result

router = APIRouter()

_ReachVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(REACH,)))]

LONGEST_NOTE = 200


@dataclass(frozen=True, repr=False)
class ReachTask:
    """One person to reach: what is to be said, and what is known of reaching them."""

    task: Task
    who: Person
    things: tuple[ToSay, ...]
    contact: Contact


def reach_tasks(db: Connection, visit: Visit) -> list[ReachTask]:
    """Whom the viewer may reach, the oldest first."""
    vault = visit.house.vault
    tasks = queries.open_tasks(db, vault)
    if not tasks:
        return []
    people = persons(db, visit, [task.client_id for task in tasks])
    things, told = queries.to_say(db, people, now=visit.now), queries.settled_at(db, people)
    contacts = contacts_of(db, vault, people)
    return [
        _to_reach(task, people[task.client_id], contacts[task.client_id], things, told)
        for task in tasks
        if task.client_id in people
    ]


def _to_reach(
    task: Task,
    who: Person,
    contact: Contact,
    things: Mapping[str, tuple[ToSay, ...]],
    told: Mapping[str, datetime],
) -> ReachTask:
    return ReachTask(
        task=task,
        who=who,
        things=still_to_say(things.get(task.client_id, ()), settled_at=told.get(task.client_id)),
        contact=contact,
    )


@router.post("/reach/{task_id}")
def note(
    visit: _ReachVisit,
    task_id: PathId,
    result: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """What came of it: reached, nobody answered, or there is no means."""
    if result not in RESULTS:
        raise NotFound
    with visit.house.database.transaction() as db:
        note_result(
            db,
            visit.house.vault,
            task_id=task_id,
            result=result,
            note=some_lines(note)[:LONGEST_NOTE],
            account_id=visit.viewer.id,
            now=visit.now,
        )
    return go("/week", done=f"reach_{result}")
