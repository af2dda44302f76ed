"""Which numbers a person in danger is shown: a table with source and date, and a pure choice from it.

What is shown follows the desk's rules: free numbers first, a paid 0570 number never alone, always one
way without a voice, somebody who answers at night, and at most three; 119 and 110 stand apart.
"""

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from desk.errors import DeskError
from desk.needs.codes import NEED_BY_CODE, SIGN_BY_CODE

NATIONWIDE = "全国"
SHOWN_AT_MOST = 3
CHECK_AGAIN_AFTER = timedelta(days=180)
SHIPPED = Path(__file__).with_name("numbers.csv")
# Shown when nothing is known about the trouble: whoever listens to anybody.
ANY_TROUBLE = frozenset({"listening"})


class WrongNumbers(DeskError):
    """A row of the table of urgent numbers cannot be used; the message names the line and the reason."""


@dataclass(frozen=True, slots=True)
class UrgentNumber:
    """One place to turn to: a telephone number, or an address for writing where `channel` is text.

    `area` is 全国 or the codes of desks; `signs` and `needs` say what it is for; `say` is a sentence a
    person may read out; `checked_on` is the day somebody last compared the row with its source.
    """

    key: str
    name: str
    number: str
    channel: Literal["voice", "text"]
    free: bool
    at_night: bool
    area: tuple[str, ...]
    hours: str
    signs: frozenset[str]
    needs: frozenset[str]
    for_harmed: bool
    emergency: bool
    by_day: bool
    say: str
    source: str
    checked_on: date

    @property
    def charged(self) -> bool:
        """Whether a call costs by the minute from any telephone and fails from many prepaid ones (0570)."""
        return self.number.startswith("0570")

    def serves(self, desk_code: str | None) -> bool:
        """Whether people of this desk can use the number; without a desk only nationwide ones."""
        return NATIONWIDE in self.area or desk_code in self.area

    def matches(self, codes: Collection[str]) -> int:
        """How many of these needs and signs the number is for."""
        return len((self.signs | self.needs).intersection(codes))


@dataclass(frozen=True, slots=True)
class UrgentChoice:
    """What is shown to one person: up to three `numbers`, 119/110, and places that open in the morning."""

    numbers: tuple[UrgentNumber, ...]
    emergency: tuple[UrgentNumber, ...]
    by_day: tuple[UrgentNumber, ...]


def numbers_for(codes: Collection[str], desk_code: str | None) -> UrgentChoice:
    """The shipped numbers for these signs (and needs) at this desk; with no codes, for any trouble."""
    return choose_numbers(load_numbers(), codes, desk_code)


def numbers_for_harmed(desk_code: str | None) -> tuple[UrgentNumber, ...]:
    """The shipped numbers for a person who was harmed by somebody, at most three."""
    rows = load_numbers()
    return _pick([row for row in rows if row.for_harmed and row.serves(desk_code)], _for_anybody(rows))


def choose_numbers(
    rows: Sequence[UrgentNumber], codes: Collection[str], desk_code: str | None
) -> UrgentChoice:
    """Choose from `rows`: the best fits first, where free goes before fitting more of the codes."""
    wanted = frozenset(codes) or ANY_TROUBLE
    fitting = [row for row in rows if row.serves(desk_code) and row.matches(wanted)]
    fitting.sort(key=lambda row: (not row.free, -row.matches(wanted)))
    emergency = [row for row in fitting if row.emergency] or [row for row in rows if row.emergency]
    return UrgentChoice(
        numbers=_pick([row for row in fitting if not (row.emergency or row.by_day)], _for_anybody(rows)),
        emergency=tuple(emergency),
        by_day=tuple(row for row in fitting if row.by_day),
    )


def stale(rows: Iterable[UrgentNumber], today: date) -> tuple[UrgentNumber, ...]:
    """The rows nobody has compared with their source for more than 180 days."""
    return tuple(row for row in rows if today - row.checked_on > CHECK_AGAIN_AFTER)


@lru_cache(maxsize=4)
def load_numbers(path: Path = SHIPPED) -> tuple[UrgentNumber, ...]:
    """Read the table (CSV, UTF-8, header in the first line); raise `WrongNumbers` for a row that is wrong."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = []
        for row in reader:
            try:
                rows.append(_read_row(row))
            except (KeyError, ValueError, AttributeError) as error:
                raise WrongNumbers(f"{path.name} line {reader.line_num}: {error}") from error
    keys = [row.key for row in rows]
    if doubled := sorted({key for key in keys if keys.count(key) > 1}):
        raise WrongNumbers(f"{path.name}: key used twice: {', '.join(doubled)}")
    return tuple(rows)


def _for_anybody(rows: Sequence[UrgentNumber]) -> list[UrgentNumber]:
    return [row for row in rows if NATIONWIDE in row.area and row.matches(ANY_TROUBLE)]


def _pick(
    candidates: Sequence[UrgentNumber], for_anybody: Sequence[UrgentNumber]
) -> tuple[UrgentNumber, ...]:
    """Two voices, one of which answers at night, and one way to write; never 0570 as the only voice."""
    voices = _of_channel("voice", candidates) or _of_channel("voice", for_anybody)
    texts = _of_channel("text", candidates) or _of_channel("text", for_anybody)
    chosen = voices[: SHOWN_AT_MOST - 1]
    if chosen and not any(row.at_night for row in chosen):
        chosen[1:] = [row for row in voices if row.at_night][:1] or chosen[1:]
    if chosen and all(row.charged for row in chosen):
        chosen = [row for row in voices if not row.charged][:1]
    return (*chosen, *texts[:1])


def _of_channel(channel: str, rows: Sequence[UrgentNumber]) -> list[UrgentNumber]:
    return [row for row in rows if row.channel == channel]


def _read_row(row: dict[str, str]) -> UrgentNumber:
    signs, needs = frozenset(row["signs"].split()), frozenset(row["needs"].split())
    if unknown := (signs - SIGN_BY_CODE.keys()) | (needs - NEED_BY_CODE.keys()):
        raise ValueError(f"unknown code {', '.join(sorted(unknown))}")
    for column in ("key", "name", "number", "area", "hours", "source"):
        if not row[column].strip():
            raise ValueError(f"{column} is empty")
    return UrgentNumber(
        key=row["key"],
        name=row["name"],
        number=row["number"],
        channel=_read_channel(row["channel"], row["number"]),
        free=_read_yes(row["free"]),
        at_night=_read_yes(row["at_night"]),
        area=tuple(row["area"].split()),
        hours=row["hours"],
        signs=signs,
        needs=needs,
        for_harmed=_read_yes(row["for_harmed"]),
        emergency=_read_yes(row["emergency"]),
        by_day=_read_yes(row["by_day"]),
        say=row["say"],
        source=row["source"],
        checked_on=date.fromisoformat(row["checked_on"]),
    )


def _read_channel(channel: str, number: str) -> Literal["voice", "text"]:
    if channel == "text" and number.startswith("https://"):
        return "text"
    if channel == "voice" and not number.startswith("http"):
        return "voice"
    raise ValueError(
        f"channel {channel!r} does not fit {number!r}; voice has a number, text an https address"
    )


def _read_yes(word: str) -> bool:
    if word not in ("yes", "no"):
        raise ValueError(f"expected yes or no, found {word!r}")
    return word == "yes"
