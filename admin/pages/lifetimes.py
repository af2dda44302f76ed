"""のこす期間: how long people are kept, who goes when, and who is kept longer, with a reason and two people."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import Visit, go
from admin.forms import a_day, some_lines, whole_number
from admin.persons import Person, person, person_to_change, persons
from admin.policy import CLIENT, Needs, Shows
from desk.clock import local_date
from desk.database import Connection
from desk.people import queries as people
from desk.people.rules import Permission
from desk.retention import queries, service
from desk.retention.going import Going, going
from desk.retention.rules import (
    HOLD_LONGEST,
    LIFETIMES,
    WARNED_EARLY,
    WARNED_LATE,
    WrongHold,
    WrongLifetime,
)

router = APIRouter()

_ListVisit = Annotated[Visit, Depends(Needs(Permission.CASES, shows=(Shows.PERSON,)))]
_RuleVisit = Annotated[Visit, Depends(Needs(Permission.PROMISES, fresh=True))]
_KeepVisit = Annotated[Visit, Depends(Needs(Permission.CASES, about=(CLIENT,), shows=(Shows.PERSON,)))]

_LONGEST_REASON = 500
_NIGHTS = timedelta(days=14)
_MOST_SHOWN = 300
_HOLD_FAULTS = {
    "reason": {"reason": "わけを書いてください。"},
    "end": {"until": f"あしたから{HOLD_LONGEST.days}日先までの日を、2026-11-27のように書いてください。"},
    "kept": {"reason": "この人は、もう消さないことになっています。"},
    "same": {"agree": "頼んだ人と別の人が、「わたしも同じ考えです」を押してください。"},
    "over": {"agree": "この頼みは、もう終わっています。"},
}


@router.get("/lifetimes")
def show_lifetimes(visit: _ListVisit) -> Response:
    """The periods, who goes in the next month, who is kept, and what the last nights did."""
    return _show(visit, {}, {})


@router.post("/lifetimes")
def change_lifetime(
    visit: _RuleVisit, kind: Annotated[str, Form()] = "", days: Annotated[str, Form()] = ""
) -> Response:
    """A supervisor keeps a kind longer or shorter, from tonight on."""
    try:
        with visit.house.database.transaction() as db:
            service.set_lifetime(
                db, kind=kind, days=whole_number(days) or 0, account_id=visit.viewer.id, now=visit.now
            )
    except WrongLifetime:
        return _show(visit, {kind: days}, {kind: "その日数にはできません。下に書いた間の数にしてください。"})
    return go("/lifetimes", done="lifetime")


@router.get("/clients/{client_id}/keep")
def show_hold(visit: _KeepVisit, client_id: str) -> Response:
    """Why this person is kept longer, or the form for it."""
    return _show_hold(visit, client_id, {}, {})


@router.post("/clients/{client_id}/keep")
def change_hold(
    visit: _KeepVisit,
    client_id: str,
    act: Annotated[str, Form()] = "ask",
    reason: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Asks for it, agrees to it as the second person, or ends it."""
    said = some_lines(reason)[:_LONGEST_REASON]
    try:
        with visit.house.database.transaction() as db:
            person_to_change(db, visit, client_id)
            _act_on_hold(db, visit, client_id, act, said, until)
    except WrongHold as fault:
        return _show_hold(visit, client_id, {"reason": said, "until": until}, _HOLD_FAULTS[fault.why])
    return go(
        f"/clients/{client_id}/keep",
        done={"agree": "hold_agreed", "end": "hold_ended"}.get(act, "hold_asked"),
    )


def rows_for_week(db: Connection, visit: Visit) -> dict[str, Any]:
    """For 今週すること: how many go within a week and a month, and whose keeping waits for a second yes."""
    if not visit.may(Permission.CASES):
        return {"week": 0, "month": 0, "holds": ()}
    week, month = queries.foretold(db)
    asked = persons(db, visit, queries.held_people(db, today=local_date(visit.now), waiting_only=True))
    return {"week": week, "month": month, "holds": tuple(asked.values())}


def _act_on_hold(db: Connection, visit: Visit, client_id: str, act: str, reason: str, until: str) -> None:
    if act == "agree":
        service.agree_to_hold(db, client_id=client_id, account_id=visit.viewer.id, now=visit.now)
        return
    if act == "end":
        service.end_hold(db, client_id=client_id, now=visit.now)
        return
    day = a_day(until)
    if day is None:
        raise WrongHold("end")
    service.ask_hold(
        db,
        visit.house.vault,
        client_id=client_id,
        reason=reason,
        until=day,
        account_id=visit.viewer.id,
        now=visit.now,
    )


def _going(db: Connection, visit: Visit) -> tuple[tuple[Going, ...], dict[str, Person]]:
    today = local_date(visit.now)
    rows = going(db, by=today + WARNED_EARLY, at_most=_MOST_SHOWN)
    seen = persons(db, visit, [row.client_id for row in rows])
    return tuple(row for row in rows if row.client_id in seen), seen


def _soon(visit: Visit, rows: tuple[Going, ...]) -> int:
    return sum(row.on <= local_date(visit.now) + WARNED_LATE for row in rows)


def _show(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        rows, seen = _going(db, visit)
        changed = queries.rules_changed(db)
        facts: dict[str, Any] = {
            "lifetimes": LIFETIMES,
            "days": queries.lifetimes(db),
            "changed": changed,
            "names": people.names(db, visit.house.vault, [by for by, _ in changed.values()]),
            "going": rows,
            "people": seen,
            "soon": _soon(visit, rows),
            "tonight": sum(row.on <= local_date(visit.now) for row in rows),
            "held": persons(db, visit, queries.held_people(db, today=local_date(visit.now))),
            "nights": queries.runs(db, since=visit.now - _NIGHTS),
            "may_change": visit.may(Permission.PROMISES),
        }
    status = 422 if errors else 200
    return visit.page("lifetimes.html", status=status, values=values, errors=errors, **facts)


def _show_hold(visit: Visit, client_id: str, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        hold = queries.hold_of(db, visit.house.vault, client_id, today=local_date(visit.now))
        known = [each for each in (hold.asked_by, hold.agreed_by) if each] if hold else []
        facts: dict[str, Any] = {
            "who": person(db, visit, client_id),
            "hold": hold,
            "names": people.names(db, visit.house.vault, known),
        }
    status = 422 if errors else 200
    return visit.page("keep.html", status=status, values=values, errors=errors, **facts)
