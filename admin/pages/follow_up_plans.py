"""One person's plan after a visit: begun with their consent, added to, and seen as a whole."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.following import (
    CONSENT_WORDS,
    Start,
    agree,
    day_fault,
    desks_in_sight,
    has_agreed,
    start_of,
)
from admin.forms import PathId, a_day
from admin.persons import person, person_to_change
from admin.policy import CLIENT, Needs, Shows
from admin.wording import FOLLOW_UP_WAYS, NO_FOLLOW_UP
from desk.booking.contact import contacts_of
from desk.clock import local_date
from desk.database import Connection
from desk.errors import ConsentMissing, WayNotAgreed
from desk.follow_up import service
from desk.follow_up.queries import FollowUpRow, plan_of, usual_steps
from desk.follow_up.rules import Step, days_ahead
from desk.notices.service import announce_news
from desk.people.rules import Permission

router = APIRouter()

_ClientVisit = Annotated[
    Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=(Shows.PERSON, Shows.ANSWERS)))
]

_NOT_ASKED = "文を見せて、いいと言われたら、ここを押してください。"
_NOTHING_NEW = "えらんだものは、もう入っています。下で、ちがう日を足せます。"


@router.get("/clients/{client_id}/plan")
def show_plan(visit: _ClientVisit, client_id: PathId) -> Response:
    """What is planned and what came of it; the desk's usual steps to begin with, and one more to add."""
    return _show(visit, client_id, {}, {})


@router.post("/clients/{client_id}/plan")
def start(
    visit: _ClientVisit,
    client_id: PathId,
    step: Annotated[list[str] | None, Form()] = None,
    agreed: Annotated[str, Form()] = "",
) -> Response:
    """フォローを始める: those of the usual steps that were chosen with the person, who said yes to the words shown."""
    try:
        with visit.house.database.transaction() as db:
            errors = _start(db, visit, client_id, step or [], said_yes=agreed == "yes")
    except WayNotAgreed:
        errors = {"step": "そのしかたでは、いま連絡できません。えらびなおしてください。"}
    if errors:
        return _show(visit, client_id, {"agreed": agreed}, errors, chosen=step or [])
    return go(f"/clients/{client_id}/plan", done="plan_started")


@router.post("/clients/{client_id}/plan/steps")
def add_step(
    visit: _ClientVisit,
    client_id: PathId,
    way: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
) -> Response:
    """One more step, on a day of its own."""
    values, due_on = {"way": way, "day": day}, a_day(day)
    if way not in FOLLOW_UP_WAYS:
        return _show(visit, client_id, values, {"way": "どうやって連絡するかを、選んでください。"})
    fault = day_fault(due_on, local_date(visit.now))
    if due_on is None or fault:
        return _show(visit, client_id, values, {"day": fault})
    try:
        with visit.house.database.transaction() as db:
            begins = _begins(db, visit, client_id)
            if not has_agreed(db, client_id):
                raise ConsentMissing("nobody has said yes to calls and visits")
            where = {"client_id": client_id, "desk_id": begins.desk_id}
            added = service.add_step(db, visit.house.vault, **where, way=way, due_on=due_on, now=visit.now)
            announce_news(db)
    except ConsentMissing:
        return _show(visit, client_id, values, {"way": "先に、上で同意をもらって始めてください。"})
    except WayNotAgreed:
        return _show(visit, client_id, values, {"way": NO_FOLLOW_UP[way]})
    if not added:
        return _show(visit, client_id, values, {"day": "その日には、もう同じ予定があります。"})
    return go(f"/clients/{client_id}/plan", done="follow_up_added")


def _start(
    db: Connection, visit: Visit, client_id: str, chosen: list[str], *, said_yes: bool
) -> dict[str, str]:
    """Begins the plan; says what is to be mended, and then nothing is planned."""
    begins = _begins(db, visit, client_id)
    steps = [each for each in usual_steps(db, begins.desk_id) if _key(each) in chosen]
    if not steps:
        return {"step": "1つは選んでください。"}
    if not said_yes and not has_agreed(db, client_id):
        return {"agreed": _NOT_ASKED}
    if said_yes:
        agree(db, visit, client_id)
    made = service.start_plan(
        db,
        visit.house.vault,
        client_id=client_id,
        desk_id=begins.desk_id,
        booking_id=begins.booking_id,
        steps=steps,
        since=begins.since,
        now=visit.now,
    )
    announce_news(db)
    return {} if made else {"step": _NOTHING_NEW}


def _begins(db: Connection, visit: Visit, client_id: str) -> Start:
    who = person_to_change(db, visit, client_id)
    return start_of(db, visit, who, desks_in_sight(db, visit))


def _key(step: Step) -> str:
    """A usual step as the form names it: 30-message."""
    return f"{step.after_days}-{step.way}"


def _show(
    visit: Visit,
    client_id: str,
    values: dict[str, str],
    errors: dict[str, str],
    *,
    chosen: list[str] | None = None,
) -> Response:
    vault = visit.house.vault
    with visit.house.database.reading() as db:
        who = person(db, visit, client_id)
        begins = start_of(db, visit, who, desks_in_sight(db, visit))
        plan = plan_of(db, vault, client_id)
        steps = _steps_to_offer(usual_steps(db, begins.desk_id), plan, begins.since, local_date(visit.now))
        open_ways = contacts_of(db, vault, [client_id])[client_id].ways
        facts: dict[str, Any] = {
            "who": who,
            "plan": plan,
            "start": begins,
            "steps": steps,
            "chosen": chosen if chosen is not None else [] if plan else list(steps),
            "open_ways": open_ways,
            "way_options": [each for each in FOLLOW_UP_WAYS.items() if each[0] in open_ways],
            "agreed": has_agreed(db, client_id),
            "consent_words": CONSENT_WORDS,
        }
    return visit.page(
        "follow_up_plan.html", status=422 if errors else 200, values=values, errors=errors, **facts
    )


def _steps_to_offer(
    steps: Iterable[Step], plan: Iterable[FollowUpRow], since: date, today: date
) -> dict[str, tuple[date, str]]:
    """Day and way of the usual steps that are ahead and not in the plan already, as the form names them."""
    there = {(row.due_on, row.way) for row in plan if row.state != "stopped"}
    ahead = ((_key(step), days_ahead([step], since, today)) for step in steps)
    return {key: days[0] for key, days in ahead if days and days[0] not in there}
