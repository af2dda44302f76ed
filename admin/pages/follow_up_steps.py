"""フォローの段どり: what a desk usually does after a visit, and after how many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.following import desks_in_sight
from admin.forms import whole_number
from admin.policy import DESK, DeskVisit, Needs
from admin.wording import FOLLOW_UP_WAYS
from desk.calendar.queries import desk_by_code, list_desks
from desk.database import Connection
from desk.follow_up.queries import usual_steps
from desk.follow_up.rules import FARTHEST, Step
from desk.follow_up.service import keep_usual_steps
from desk.people.rules import Permission

router = APIRouter()

_DeskVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(DESK,)))]

_MOST_STEPS = 8
_LONGEST = FARTHEST.days
_SPARE_ROWS = 2


@dataclass(frozen=True)
class DeskSteps:
    """The steps of one desk as the form shows them: days and way, empty ones to fill in at the end."""

    code: str
    name: str
    rows: tuple[tuple[str, str], ...]


@router.get("/follow-up-steps")
def show_steps(visit: DeskVisit) -> Response:
    """The usual steps of each desk in sight."""
    return _show(visit, "", (), {})


@router.post("/follow-up-steps/{code}")
def keep_steps(
    visit: _DeskVisit,
    code: str,
    days: Annotated[list[str] | None, Form()] = None,
    way: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """All steps of a desk anew; a line without days is left out. Plans that were begun stay as they are."""
    typed = tuple(zip(days or (), way or (), strict=False))[:_MOST_STEPS]
    read = [(whole_number(number), how) for number, how in typed if number.strip()]
    steps = [Step(number, how) for number, how in read if number is not None and how in FOLLOW_UP_WAYS]
    fault = _fault(read, steps)
    if fault:
        return _show(visit, code, typed, {f"days-{code}-1": fault})
    with visit.house.database.transaction() as db:
        desk = desk_by_code(db, code)
        assert desk is not None  # the policy has found it
        keep_usual_steps(db, desk_id=desk.id, steps=sorted(steps, key=lambda step: step.after_days))
    return go("/follow-up-steps", done="settings")


def _fault(read: Sequence[tuple[int | None, str]], steps: Sequence[Step]) -> str:
    """Why these steps cannot be kept; empty: they can."""
    if not read:
        return "1つは書いてください。"
    if len(steps) < len(read) or any(not 1 <= step.after_days <= _LONGEST for step in steps):
        return f"日数は、1から{_LONGEST}までの数字で書いてください。"
    if len({step.after_days for step in steps}) < len(steps):
        return "同じ日数が、2つあります。ちがう日数にしてください。"
    return ""


def _show(visit: Visit, code: str, typed: Sequence[tuple[str, str]], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        own = desks_in_sight(db, visit)
        desks = [
            DeskSteps(desk.code, desk.name, _rows(typed if desk.code == code else _kept(db, desk.id)))
            for desk in list_desks(db)
            if desk.id in own
        ]
    return visit.page("follow_up_steps.html", status=422 if errors else 200, desks=desks, errors=errors)


def _kept(db: Connection, desk_id: str) -> Sequence[tuple[str, str]]:
    return [(str(step.after_days), step.way) for step in usual_steps(db, desk_id)]


def _rows(filled: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    spare = min(_SPARE_ROWS, _MOST_STEPS - len(filled))
    return (*filled, *[("", "message")] * spare)
