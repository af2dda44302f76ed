"""設定: what the desk promises to clients, approved by name, and what it says about its door and telephones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import FormId, a_time, one_line, some_lines
from admin.pages.plan import desk_of, desks_of
from admin.policy import DESK, DeskVisit, Needs
from desk.calendar.particulars import Particulars, set_particulars
from desk.calendar.queries import DeskRow, PromiseRow, promises
from desk.calendar.service import set_promise
from desk.clock import local_date
from desk.database import Connection
from desk.notices import urgent
from desk.people import queries as people
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
    """A desk with its promises, whom it tells of danger at once, and whom it may name for that."""

    desk: DeskRow
    promises: dict[str, PromiseRow]
    contact: urgent.Contact | None
    may_be_named: dict[str, str]


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
        typed = texts | {"weekday": "".join(map(str, days)), "read_at": read_at}
        return _show(visit, {f"{field}-{code}": text for field, text in typed.items()}, errors)
    with visit.house.database.transaction() as db:
        given = Particulars(**texts, reading_hours=[(day, at) for day in days])
        set_particulars(db, desk_id=desk_of(db, visit, code).id, given=given)
    return go("/settings", done="settings")


@router.post("/settings/{code}/urgent")
def name_contact(visit: _DeskVisit, code: str, account_id: FormId = "") -> Response:
    """緊急サインを受ける人: one of those who can be told by mail, or nobody."""
    with visit.house.database.transaction() as db:
        desk = desk_of(db, visit, code)
        (known,) = _settings_of(db, visit, [desk])
        if account_id and account_id not in known.may_be_named:
            raise NotFound
        urgent.name_contact(db, desk_id=desk.id, account_id=account_id)
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
        desks = _settings_of(db, visit, desks_of(db, visit))
    known: dict[str, str] = {}
    for each in desks:
        code = each.desk.code
        known |= {f"{field}-{code}": str(getattr(each.desk, field)) for field in _LONGEST}
        known |= {f"{key}-{code}": each.promises[key].text for key in PROMISES if key in each.promises}
        hours = each.desk.reading_hours
        known[f"weekday-{code}"] = "".join(str(day) for day, _ in hours)
        known[f"read_at-{code}"] = (hours[0][1] if hours else _USUAL_READING).strftime("%H:%M")
        known[f"urgent-{code}"] = each.contact.account_id if each.contact else ""
    return visit.page(
        "settings.html",
        status=422 if errors else 200,
        desks=desks,
        promise_names=PROMISES,
        sends_mail=bool(visit.house.settings.smtp_url),
        values=known | values,
        errors=errors,
    )


def _settings_of(db: Connection, visit: Visit, desks: Sequence[DeskRow]) -> list[DeskSettings]:
    contacts = urgent.contacts(db, sends_mail=bool(visit.house.settings.smtp_url))
    readers = people.readers_of_mail(db, visit.house.vault)
    # Who is named stays among the choices when no mail can go to them: saving would take them away unasked.
    names = people.names(db, visit.house.vault, [each.account_id for each in contacts.values()])
    found = []
    for desk in desks:
        contact, house = contacts.get(desk.id), {"organisation_id": desk.organisation_id, "desk_id": desk.id}
        choices = {row.id: f"{row.name}さん" for row in readers if urgent.may_be_named(row, **house)}
        if contact and contact.account_id not in choices:
            choices[contact.account_id] = f"{names[contact.account_id]}さん（メールを送れません）"
        found.append(DeskSettings(desk, promises(db, desk.id), contact, choices))
    return found


def contacts_unsure(db: Connection, visit: Visit) -> list[str]:
    """緊急サインを受ける人 who cannot be counted on to get a mail, each with the desk in sight that named them."""
    contacts = urgent.contacts(db, sends_mail=bool(visit.house.settings.smtp_url))
    unsure = {desk_id: each.account_id for desk_id, each in contacts.items() if not each.arrives}
    if not unsure:
        return []
    names = people.names(db, visit.house.vault, unsure.values())
    return [f"{desk.name}の{names[unsure[desk.id]]}さん" for desk in desks_of(db, visit) if desk.id in unsure]
