"""開く日の決まり: which days a desk opens, seen and changed without code."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.fault_words import CALENDAR_FAULTS
from admin.forms import FormId, PathId, a_time, whole_number
from admin.pages.plan import desk_of, desks_of
from admin.policy import RULE, DeskVisit, Needs
from admin.wording import MONTHS_PRESET
from desk.calendar import ruling
from desk.calendar.queries import DeskRow
from desk.calendar.rules import Hours, Rule
from desk.calendar.ruling import RuleRow
from desk.errors import WrongCalendar
from desk.people.rules import Permission

router = APIRouter()

_RuleVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK, about=(RULE,)))]

_PRESETS = {
    "every": frozenset(range(1, 13)),
    "but_december": frozenset(range(1, 12)),
    "odd": frozenset(range(1, 13, 2)),
    "even": frozenset(range(2, 13, 2)),
}
_NEW = {
    "nth": "-1",
    "weekday": "4",
    "preset": "but_december",
    "months": "",
    "starts": "10:00",
    "ends": "12:00",
    "parties": "10:00、11:00",
    "minutes": "50",
    "tables": "1",
}
_BETWEEN = re.compile(r"[\s,、・]+")
_LONGEST_PARTY = 480
_MOST_TABLES = 9
_LONGEST_GAP = 120
#: The field at which each fault of the desk is shown.
_FIELD = {
    "no_months": "months",
    "no_dates": "months",
    "same_rule": "nth",
    "ends_early": "ends",
    "no_weekday": "nth",
}

Text = Annotated[str, Form()]


@dataclass(frozen=True)
class _Typed:
    """A rule as somebody typed it; what cannot be read is None."""

    values: Mapping[str, str]
    months: frozenset[int]
    starts: time | None
    ends: time | None
    parties: tuple[time, ...] | None
    numbers: Mapping[str, int | None]

    def faults(self) -> dict[str, str]:
        """What cannot be read, by field."""
        checks = (
            ("starts", self.starts is None, "はじまる時刻を入れてください（例：10:00）。"),
            ("ends", self.ends is None, "おわる時刻を入れてください（例：12:00）。"),
            ("parties", self.parties is None, "会う時刻を入れてください（例：10:00、11:00）。"),
            ("minutes", self.numbers["minutes"] is None, "1組の分数を、1から480の数で入れてください。"),
            ("tables", self.numbers["tables"] is None, "机の数を、1から9の数で入れてください。"),
            ("nth", self.numbers["nth"] is None, CALENDAR_FAULTS["no_weekday"]),
        )
        return {field: words for field, wrong, words in checks if wrong}

    def rule(self) -> Rule:
        """The rule, where nothing is wrong with it."""
        assert self.starts is not None
        assert self.ends is not None
        assert self.parties is not None
        minutes, tables = self.numbers["minutes"] or 0, self.numbers["tables"] or 0
        hours = Hours(self.starts, self.ends, self.parties, minutes, tables)
        return Rule(self.numbers["weekday"] or 0, self.numbers["nth"] or 0, self.months, hours)


@router.get("/rules")
def show_rules(visit: DeskVisit, desk: str = "", rule: str = "") -> Response:
    """The rules of a desk, and the form for one more or for the one that is to be changed."""
    with visit.house.database.reading() as db:
        desks = desks_of(db, visit)
        chosen = next((each for each in desks if each.code == desk), desks[0])
        changed = next((row for row in ruling.list_rules(db, chosen.id) if row.id == rule), None)
    return _page(visit, chosen, changed.id if changed else "", _values(changed), {})


@router.post("/rules")
def keep_rule(
    visit: DeskVisit,
    desk: Text = "",
    rule: FormId = "",
    nth: Text = "",
    weekday: Text = "",
    preset: Text = "",
    month: Annotated[list[str] | None, Form()] = None,
    starts: Text = "",
    ends: Text = "",
    parties: Text = "",
    minutes: Text = "",
    tables: Text = "",
) -> Response:
    """Adds or changes a rule; only days to come that nobody has booked follow it."""
    told = {"nth": nth, "weekday": weekday, "preset": preset, "months": ",".join(month or [])}
    told |= {"starts": starts, "ends": ends, "parties": parties, "minutes": minutes, "tables": tables}
    typed, chosen = _read(told), _desk(visit, desk)
    if errors := typed.faults():
        return _page(visit, chosen, rule, told, errors)
    try:
        with visit.house.database.transaction() as db:
            left = ruling.set_rule(
                db, desk_id=chosen.id, rule_id=rule or None, rule=typed.rule(), now=visit.now
            )
    except WrongCalendar as fault:
        errors = {_FIELD.get(fault.fault, "parties"): CALENDAR_FAULTS[fault.fault]}
        return _page(visit, chosen, rule, told, errors)
    return _back(chosen, left, "rule")


@router.post("/rules/{rule_id}/end")
def end_rule(visit: _RuleVisit, rule_id: PathId, desk: Text = "") -> Response:
    """The rule gives no more days."""
    with visit.house.database.transaction() as db:
        chosen = desk_of(db, visit, desk)
        if rule_id not in {row.id for row in ruling.list_rules(db, chosen.id)}:
            raise NotFound
        left = ruling.end_rule(db, desk_id=chosen.id, rule_id=rule_id, now=visit.now)
    return _back(chosen, left, "rule_ended")


@router.post("/rules/manners")
def keep_manners(visit: DeskVisit, desk: Text = "", on_holiday: Text = "", gap: Text = "") -> Response:
    """What happens on a public holiday, and the minutes between two parties."""
    minutes, chosen, values = _within(gap, 0, _LONGEST_GAP), _desk(visit, desk), _NEW | {"gap": gap}
    if minutes is None or on_holiday not in ("close", "move"):
        return _page(visit, chosen, "", values, {"gap": "間の分数を、0から120の数で入れてください。"})
    try:
        with visit.house.database.transaction() as db:
            left = ruling.set_manners(
                db, desk_id=chosen.id, on_holiday=on_holiday, gap_minutes=minutes, now=visit.now
            )
    except WrongCalendar as fault:
        return _page(visit, chosen, "", values, {"gap": CALENDAR_FAULTS[fault.fault]})
    return _back(chosen, left, "rule")


def _desk(visit: Visit, code: str) -> DeskRow:
    with visit.house.database.reading() as db:
        return desk_of(db, visit, code)


def _page(
    visit: Visit, desk: DeskRow, rule_id: str, values: Mapping[str, str], errors: dict[str, str]
) -> Response:
    with visit.house.database.reading() as db:
        desks, rules = desks_of(db, visit), ruling.list_rules(db, desk.id)
    known = {"desk": desk.code, "gap": str(desk.gap_minutes), "on_holiday": desk.on_holiday, **values}
    return visit.page(
        "calendar_rules.html",
        status=422 if errors else 200,
        desk=desk,
        desks=desks,
        rules=rules,
        rule_id=rule_id,
        values=known,
        months={int(month) for month in known["months"].split(",") if month.isdecimal()},
        presets=MONTHS_PRESET,
        preset_of=_preset_of,
        errors=errors,
    )


def _read(told: Mapping[str, str]) -> _Typed:
    ticked = {whole_number(month) for month in told["months"].split(",")}
    months = _PRESETS.get(told["preset"], frozenset(month for month in ticked if month is not None))
    walls = [a_time(wall) for wall in _BETWEEN.split(unicodedata.normalize("NFKC", told["parties"]).strip())]
    read = [wall for wall in walls if wall is not None]
    numbers = {
        "minutes": _within(told["minutes"], 1, _LONGEST_PARTY),
        "tables": _within(told["tables"], 1, _MOST_TABLES),
        "nth": -1 if told["nth"] == "-1" else _within(told["nth"], 1, 5),
        "weekday": _within(told["weekday"], 0, 6),
    }
    if numbers["weekday"] is None:
        numbers["nth"] = None
    parties = tuple(sorted(read)) if len(read) == len(walls) else None
    return _Typed(told, months, a_time(told["starts"]), a_time(told["ends"]), parties, numbers)


def _within(text: str, least: int, most: int) -> int | None:
    number = whole_number(text)
    return number if number is not None and least <= number <= most else None


def _values(row: RuleRow | None) -> dict[str, str]:
    """A rule as its form shows it; for a new one what is usual."""
    if row is None:
        return dict(_NEW)
    rule, hours = row.rule, row.rule.hours
    return {
        "nth": str(rule.nth),
        "weekday": str(rule.weekday),
        "preset": _preset_of(rule.months),
        "months": ",".join(map(str, sorted(rule.months))),
        "starts": f"{hours.starts:%H:%M}",
        "ends": f"{hours.ends:%H:%M}",
        "parties": "、".join(f"{wall:%H:%M}" for wall in hours.party_starts),
        "minutes": str(hours.party_minutes),
        "tables": str(hours.tables),
    }


def _preset_of(months: frozenset[int]) -> str:
    return next((name for name, preset in _PRESETS.items() if preset == months), "own")


def _back(desk: DeskRow, left: tuple[date, ...], done: str) -> Response:
    answer = go("/rules", done="rule_booked" if left else done)
    answer.headers["location"] += f"&desk={desk.code}"
    return answer
