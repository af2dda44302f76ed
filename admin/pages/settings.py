"""設定: what the desk promises to clients, approved by name, and what it says about its door and telephones."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import a_time, one_line, some_lines
from admin.pages.plan import desk_of, desks_of
from admin.policy import DESK, DeskVisit, Needs
from desk.calendar.particulars import Particulars, set_particulars
from desk.calendar.queries import DeskRow, PromiseRow, promises
from desk.calendar.service import set_promise
from desk.clock import local_date
from desk.database import Connection
from desk.people.rules import Permission

router = APIRouter()

_PromiseVisit = Annotated[Visit, Depends(Needs(Permission.PROMISES, about=(DESK,)))]
_DeskVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(DESK,)))]

# The promises that must be approved before the desk goes live, and how staff call them.
PROMISES = {
    "who_reads": "だれが読むか、秘密とその限り",
    "kept": "何が残り、いつ消えるか",
    "read_log": "読んだ人の記録",
}
_LONGEST_PROMISE = 400
_LONGEST = {
    "way_in": 300,
    "door": 300,
    "map_url": 500,
    "building_phone": 40,
    "staff_phone": 40,
}
_USUAL_READING = time(10)


@dataclass(frozen=True)
class DeskSettings:
    """A desk with its promises and the weekdays on which messages are read."""

    desk: DeskRow
    promises: dict[str, PromiseRow]
    weekdays: frozenset[int]
    read_at: str


@router.get("/settings")
def show_settings(visit: DeskVisit) -> Response:
    """The settings of every desk in sight."""
    return _show(visit, {}, {})


@router.post("/settings/{code}/promises/{key}")
def approve(visit: _PromiseVisit, code: str, key: str, text: Annotated[str, Form()] = "") -> Response:
    """The supervisor approves a promise; name and day are kept with it."""
    if key not in PROMISES:
        raise NotFound
    said, field = some_lines(text), f"{key}-{code}"
    if not said or len(said) > _LONGEST_PROMISE:
        fault = f"約束の文を、{_LONGEST_PROMISE}文字までで書いてください。"
        return _show(visit, {field: text}, {field: fault})
    with visit.house.database.transaction() as db:
        set_promise(
            db,
            desk_id=desk_of(db, visit, code).id,
            key=key,
            text=said,
            approved_by=visit.viewer.name,
            approved_on=local_date(visit.now),
        )
    return go("/settings", done="settings")


@router.post("/settings/{code}/desk")
def describe(
    visit: _DeskVisit,
    code: str,
    weekday: Annotated[list[int] | None, Form()] = None,
    read_at: Annotated[str, Form()] = "",
    way_in: Annotated[str, Form()] = "",
    door: Annotated[str, Form()] = "",
    map_url: Annotated[str, Form()] = "",
    building_phone: Annotated[str, Form()] = "",
    staff_phone: Annotated[str, Form()] = "",
) -> Response:
    """What clients are told about the door, and when somebody reads what they write."""
    days = sorted({day for day in weekday or () if 0 <= day <= 6})
    at = a_time(read_at)
    texts = {
        "way_in": one_line(way_in),
        "door": one_line(door),
        "map_url": one_line(map_url),
        "building_phone": one_line(building_phone),
        "staff_phone": one_line(staff_phone),
    }
    errors = _faults(code, texts, days, at)
    if errors or at is None:
        return _show(visit, {f"{field}-{code}": text for field, text in texts.items()}, errors)
    with visit.house.database.transaction() as db:
        given = Particulars(**texts, reading_hours=[(day, at) for day in days])
        set_particulars(db, desk_id=desk_of(db, visit, code).id, given=given)
    return go("/settings", done="settings")


def _faults(code: str, texts: dict[str, str], days: list[int], at: time | None) -> dict[str, str]:
    errors = {
        f"{field}-{code}": f"{_LONGEST[field]}文字までにしてください。"
        for field, text in texts.items()
        if len(text) > _LONGEST[field]
    }
    if texts["map_url"] and not texts["map_url"].startswith("https://"):
        errors[f"map_url-{code}"] = "地図のアドレスは https:// から始めてください。"
    if not days:
        errors[f"weekday-{code}"] = "メッセージを読む曜日を、1つは選んでください。"
    if at is None:
        errors[f"read_at-{code}"] = "読みはじめる時刻を入れてください（例：10:00）。"
    return errors


def _show(visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Response:
    with visit.house.database.reading() as db:
        desks = [_settings_of(db, desk) for desk in desks_of(db, visit)]
    known: dict[str, str] = {}
    for each in desks:
        code = each.desk.code
        known |= {f"{field}-{code}": str(getattr(each.desk, field)) for field in _LONGEST}
        known |= {f"{key}-{code}": each.promises[key].text for key in PROMISES if key in each.promises}
        known[f"read_at-{code}"] = each.read_at
    return visit.page(
        "settings.html",
        status=422 if errors else 200,
        desks=desks,
        promise_names=PROMISES,
        values=known | values,
        errors=errors,
    )


def _settings_of(db: Connection, desk: DeskRow) -> DeskSettings:
    times = [at for _, at in desk.reading_hours] or [_USUAL_READING]
    weekdays = frozenset(day for day, _ in desk.reading_hours)
    return DeskSettings(desk, promises(db, desk.id), weekdays, times[0].strftime("%H:%M"))
