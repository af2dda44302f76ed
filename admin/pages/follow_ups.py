"""フォロー: whom to telephone or visit, by day, and what became of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.following import day_fault, task_of, tasks
from admin.forms import PathId, a_day, some_lines
from admin.persons import person, person_to_change
from admin.policy import FOLLOW_UP, Needs, Shows
from desk.clock import local_date
from desk.database import Connection
from desk.follow_up import service
from desk.follow_up.queries import FollowUpRow, follow_up_by_id, plan_of
from desk.follow_up.rules import RESULTS
from desk.notices.service import announce_news
from desk.people.rules import Permission

router = APIRouter()

_ListVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=(Shows.PERSON,)))]
_StepVisit = Annotated[
    Visit, Depends(Needs(Permission.CASES, about=(FOLLOW_UP,), shows=(Shows.PERSON, Shows.ANSWERS)))
]

_LONGEST_NOTE = 500
_GROUPS = {"now": "今日まで", "week": "今週", "later": "そのあと"}
# What is said above the next page, where a result means more than itself.
_SAID = {"trouble": "follow_up_trouble", "declined": "follow_up_declined"}
_IS_OVER = "もう やめたか、日を変えたものです。この人のフォローを見てください。"
_SAME_DAY = "もう その日に入っています。変える時は、ほかの日を選んでください。"
_NOT_SENT = "まだ送っていない連絡には、結果を書けません。"
_NOT_SURE = "これから何も連絡しないことを、本人に たしかめましたか。下に印をつけて、もう一度「辞退」を押してください。"


@router.get("/follow-ups")
def list_tasks(visit: _ListVisit) -> Response:
    """Calls and visits that are due, this week's, and those after."""
    with visit.house.database.reading() as db:
        return visit.page("follow_ups.html", groups=_GROUPS, tasks=tasks(db, visit, *_GROUPS))


@router.get("/follow-ups/{follow_up_id}")
def show_step(visit: _StepVisit, follow_up_id: PathId) -> Response:
    """One step: whom, how, what came of the steps before, and what there is to press."""
    return _show(visit, follow_up_id, {}, {})


@router.post("/follow-ups/{follow_up_id}/result")
def record_result(
    visit: _StepVisit,
    follow_up_id: PathId,
    result: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    sure: Annotated[str, Form()] = "",
) -> Response:
    """What came of it; may be corrected by pressing again. 辞退 ends all, and so is pressed with a mark beside it."""
    said = some_lines(note)
    errors = _faults(result, said, sure=sure == "yes")
    if errors:
        return _show(visit, follow_up_id, {"note": note}, errors)
    with visit.house.database.transaction() as db:
        row = _to_change(db, visit, follow_up_id)
        kept = row.takes_result and service.record_result(
            db,
            visit.house.vault,
            follow_up_id=row.id,
            result=result,
            note=said,
            account_id=visit.viewer.id,
            now=visit.now,
        )
        announce_news(db)
    if not kept:
        fault = _NOT_SENT if row.state == "planned" else _IS_OVER
        return _show(visit, follow_up_id, {"note": note}, {"result": fault})
    # After trouble staff go on with the person.
    where = f"/clients/{row.client_id}" if result == "trouble" else "/follow-ups"
    return go(where, done=_SAID.get(result, "follow_up"))


@router.post("/follow-ups/{follow_up_id}/day")
def put_off(visit: _StepVisit, follow_up_id: PathId, day: Annotated[str, Form()] = "") -> Response:
    """Another day for this one step."""
    due_on = a_day(day)
    fault = day_fault(due_on, local_date(visit.now))
    if due_on is None or fault:
        return _show(visit, follow_up_id, {"day": day}, {"day": fault})
    with visit.house.database.transaction() as db:
        row = _to_change(db, visit, follow_up_id)
        moved = service.put_off(
            db, follow_up_id=row.id, due_on=due_on, account_id=visit.viewer.id, now=visit.now
        )
        announce_news(db)
    if not moved:
        fault = _IS_OVER if row.state != "planned" else _SAME_DAY
        return _show(visit, follow_up_id, {"day": day}, {"day": fault})
    return go(f"/clients/{row.client_id}/plan", done="follow_up_moved")


@router.post("/follow-ups/{follow_up_id}/leave-out")
def leave_out(visit: _StepVisit, follow_up_id: PathId) -> Response:
    """This one step is not done; the others stay."""
    with visit.house.database.transaction() as db:
        row = _to_change(db, visit, follow_up_id)
        service.leave_out(db, follow_up_id=row.id, account_id=visit.viewer.id, now=visit.now)
        announce_news(db)
    return go(f"/clients/{row.client_id}/plan", done="follow_up_left_out")


def _faults(result: str, said: str, *, sure: bool) -> dict[str, str]:
    """Why a result cannot be kept as it was sent."""
    if result not in RESULTS:
        return {"result": "どうだったかを、選んで押してください。"}
    if len(said) > _LONGEST_NOTE:
        return {"note": f"{_LONGEST_NOTE}文字までにしてください（いま{len(said)}文字）。"}
    return {"sure": _NOT_SURE} if result == "declined" and not sure else {}


def _to_change(db: Connection, visit: Visit, follow_up_id: str) -> FollowUpRow:
    """The step, of a person whom nobody else changes meanwhile."""
    row = _row(db, visit, follow_up_id)
    person_to_change(db, visit, row.client_id)
    return row


def _row(db: Connection, visit: Visit, follow_up_id: str) -> FollowUpRow:
    row = follow_up_by_id(db, visit.house.vault, follow_up_id)
    if row is None:
        raise NotFound
    return row


def _show(visit: Visit, follow_up_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        row = _row(db, visit, follow_up_id)
        plan = plan_of(db, visit.house.vault, row.client_id)
        facts: dict[str, Any] = {
            "task": task_of(db, visit, row, person(db, visit, row.client_id)),
            "before": [each for each in plan if each.result and each.id != row.id],
        }
    known = {"note": row.note} | values
    return visit.page("follow_up.html", status=422 if errors else 200, values=known, errors=errors, **facts)
