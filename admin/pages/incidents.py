"""事故: something leaked or may have. What happened, who is affected, by when it is reported, and drafts of the words."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import FormId, PathId, a_day, a_time, some_lines
from admin.policy import INCIDENT, Act, Needs
from desk.audit.incidents import (
    MARKS,
    Incident,
    Told,
    affected,
    incident_by_id,
    incidents,
    keep_incident,
    mark,
    open_incidents,
)
from desk.audit.queries import review_due
from desk.audit.rules import NIGHTLY, Clocks, clocks
from desk.clock import at_tokyo, local, local_date
from desk.database import Connection
from desk.messaging.jobs import last_count
from desk.people.queries import AccountRow, accounts
from desk.people.rules import Permission

router = APIRouter()

_ListVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, act=Act.VIEW, fresh=True))]
_NewVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, fresh=True))]
_LookVisit = Annotated[
    Visit, Depends(Needs(Permission.READING_LOG, about=(INCIDENT,), act=Act.VIEW, fresh=True))
]
_IncidentVisit = Annotated[Visit, Depends(Needs(Permission.READING_LOG, about=(INCIDENT,), fresh=True))]

_LONGEST = 4000
# As far back as the log goes.
_BACK = timedelta(days=6 * 365)
_A_DAY = timedelta(days=1)


class _Typed:
    """The form of an incident as it was typed: the same for a new one and for what is known better by now."""

    def __init__(
        self,
        what: Annotated[str, Form()] = "",
        malicious: Annotated[str, Form()] = "",
        found_day: Annotated[str, Form()] = "",
        found_time: Annotated[str, Form()] = "",
        log_from: Annotated[str, Form()] = "",
        log_to: Annotated[str, Form()] = "",
        suspect: FormId = "",
    ) -> None:
        self.values = {
            "what": some_lines(what),
            "malicious": "yes" if malicious == "yes" else "no",
            "found_day": found_day,
            "found_time": found_time,
            "log_from": log_from,
            "log_to": log_to,
            "suspect": suspect,
        }

    def read(self, visit: Visit) -> tuple[Told | None, dict[str, str]]:
        """What was told, or what is to be mended."""
        typed, today = self.values, local_date(visit.now)
        found, at = a_day(typed["found_day"]), a_time(typed["found_time"])
        first, last = a_day(typed["log_from"]), a_day(typed["log_to"])
        errors = {}
        if not typed["what"] or len(typed["what"]) > _LONGEST:
            errors["what"] = f"何があったかを、{_LONGEST}文字までで書いてください。"
        if found is None or at is None or not _in_time(found, today):
            errors["found_day"] = "気づいた日と時刻を入れてください。きょうより後の日は、入れられません。"
        if (typed["log_from"] or typed["log_to"]) and not _is_stretch(first, last, today):
            errors["log_from"] = "はじまりとおわりの日を、両方入れてください。おわりは、きょうまでです。"
        if errors or found is None or at is None:
            return None, errors
        told = Told(
            what=typed["what"],
            malicious=typed["malicious"] == "yes",
            found_at=at_tokyo(found, at.hour, at.minute),
            log_from=at_tokyo(first, 0) if first else None,
            log_to=at_tokyo(last + _A_DAY, 0) if last else None,
            suspect_id=typed["suspect"] or None,
        )
        return told, errors


_Form = Annotated[_Typed, Depends()]


@router.get("/incidents")
def list_incidents(visit: _ListVisit) -> Response:
    """All of them, and the form for a new one."""
    return _show_list(visit, _fresh_values(visit.now), {})


@router.post("/incidents")
def write_down(visit: _NewVisit, typed: _Form) -> Response:
    """A new one; the clocks of the law have begun when it was noticed."""
    told, errors = typed.read(visit)
    if told is None:
        return _show_list(visit, typed.values, errors)
    house = visit.house
    with house.database.transaction() as db:
        _check_suspect(_colleagues(db, visit), told)
        incident_id = keep_incident(db, house.vault, told=told, by=visit.viewer.id)
    return go(f"/incidents/{incident_id}", done="incident")


@router.get("/incidents/{incident_id}")
def show_incident(visit: _LookVisit, incident_id: PathId) -> Response:
    """One of them: how many are affected, by when what is due, whom to tell, and drafts."""
    return _show(visit, incident_id, None, {})


@router.post("/incidents/{incident_id}")
def write_more(visit: _IncidentVisit, incident_id: PathId, typed: _Form) -> Response:
    """What is known better by now."""
    told, errors = typed.read(visit)
    if told is None:
        return _show(visit, incident_id, typed.values, errors)
    house = visit.house
    with house.database.transaction() as db:
        _check_suspect(_colleagues(db, visit), told)
        keep_incident(db, house.vault, told=told, by=visit.viewer.id, incident_id=incident_id)
    return go(f"/incidents/{incident_id}", done="incident")


@router.post("/incidents/{incident_id}/mark")
def mark_done(visit: _IncidentVisit, incident_id: PathId, what: Annotated[str, Form()] = "") -> Response:
    """速報済み, 確報済み, 閉じた."""
    if what not in MARKS:
        raise NotFound
    with visit.house.database.transaction() as db:
        mark(db, incident_id=incident_id, what=what, now=visit.now)
    return go(f"/incidents/{incident_id}", done=f"incident_{what}")


def supervising(db: Connection, visit: Visit) -> dict[str, int]:
    """For 今週すること of a supervisor: open incidents, and whether the reading log is broken or waits for a look."""
    if not visit.may(Permission.READING_LOG):
        return {"incidents": 0, "log_broken": 0, "log_unread": 0}
    ours = visit.viewer.organisation_id
    return {
        "incidents": open_incidents(db, organisation_id=ours),
        "log_broken": last_count(db, name=NIGHTLY),
        "log_unread": int(review_due(db, organisation_id=ours, now=visit.now)),
    }


def _in_time(day: date, today: date) -> bool:
    return today - _BACK <= day <= today


def _is_stretch(first: date | None, last: date | None, today: date) -> bool:
    return first is not None and last is not None and _in_time(first, today) and first <= last <= today


def _colleagues(db: Connection, visit: Visit) -> tuple[AccountRow, ...]:
    return accounts(db, visit.house.vault, organisation_id=visit.viewer.organisation_id)


def _check_suspect(ours: tuple[AccountRow, ...], told: Told) -> None:
    if told.suspect_id is not None and told.suspect_id not in {row.id for row in ours}:
        raise NotFound


def _fresh_values(now: datetime) -> dict[str, str]:
    at = local(now)
    return {"malicious": "no", "found_day": at.date().isoformat(), "found_time": f"{at:%H:%M}"}


def _values_of(told: Told) -> dict[str, str]:
    at = local(told.found_at)
    return {
        "what": told.what,
        "malicious": "yes" if told.malicious else "no",
        "found_day": at.date().isoformat(),
        "found_time": f"{at:%H:%M}",
        "log_from": local_date(told.log_from).isoformat() if told.log_from else "",
        "log_to": (local_date(told.log_to) - _A_DAY).isoformat() if told.log_to else "",
        "suspect": told.suspect_id or "",
    }


def _show_list(visit: Visit, values: Mapping[str, str], errors: dict[str, str]) -> Response:
    house = visit.house
    with house.database.reading() as db:
        rows = incidents(db, house.vault, organisation_id=visit.viewer.organisation_id)
        people = _colleagues(db, visit)
    return visit.page(
        "incidents.html",
        status=422 if errors else 200,
        rows=[(row, _clocks(row)) for row in rows],
        suspects=_suspects(people),
        values=values,
        errors=errors,
    )


def _show(
    visit: Visit, incident_id: str, values: Mapping[str, str] | None, errors: dict[str, str]
) -> Response:
    house = visit.house
    with house.database.reading() as db:
        row = incident_by_id(db, house.vault, incident_id)
        people = _colleagues(db, visit)
        counted = affected(db, row.told)
    return visit.page(
        "incident.html",
        status=422 if errors else 200,
        row=row,
        clocks=_clocks(row),
        today=local_date(visit.now),
        affected=counted,
        suspects=_suspects(people),
        values=_values_of(row.told) if values is None else values,
        errors=errors,
    )


def _clocks(row: Incident) -> Clocks:
    return clocks(found_on=local_date(row.told.found_at), malicious=row.told.malicious)


def _suspects(people: tuple[AccountRow, ...]) -> list[tuple[str, str]]:
    return [("", "わからない・みんな"), *((row.id, f"{row.number}　{row.name}さん") for row in people)]
