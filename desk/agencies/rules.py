"""What a row of the agencies file must look like, and when an agency must be looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desk.errors import DeskError
from desk.needs.codes import NEED_BY_CODE, NEEDS

CHECK_AGAIN_AFTER = timedelta(days=180)
# The heads of the columns as they stand in the file, and the longest text of each.
COLUMNS = {
    "名前": ("name", 120),
    "窓口": ("window", 120),
    "受付時間": ("hours", 120),
    "電話": ("telephone", 40),
    "伝えることば": ("words_to_say", 200),
    "困りごと": ("needs", 400),
    "確認した日": ("checked_on", 10),
}
_CODE_OF = {need.name: need.code for need in NEEDS} | {code: code for code in NEED_BY_CODE}
# A cell that begins so is run as a formula when somebody opens the list in a spreadsheet.
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Fault:
    """What is wrong in which line of the file, counted from 1 with its head; `words` are for staff, in Japanese."""

    line: int
    words: str


class WrongAgencies(DeskError):
    """The file cannot be taken; `faults` lists everything that must be mended. Nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults in the agencies file")
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Agency:
    """A place that can help: its window and hours, what to say there, which needs it serves."""

    name: str
    window: str
    hours: str
    telephone: str
    words_to_say: str
    needs: tuple[str, ...]
    checked_on: date | None


def read_agency(row: Mapping[str, str | None], line: int) -> tuple[Agency | None, list[Fault]]:
    """One line of the file as an agency, or what is wrong with it."""
    cells = {field: (row.get(head) or "").strip() for head, (field, _) in COLUMNS.items()}
    faults = [Fault(line, words) for words in _faults(cells)]
    if faults:
        return None, faults
    found = Agency(
        name=cells["name"],
        window=cells["window"],
        hours=cells["hours"],
        telephone=cells["telephone"],
        words_to_say=cells["words_to_say"],
        needs=tuple(dict.fromkeys(_CODE_OF[word] for word in cells["needs"].split())),
        checked_on=read_day(cells["checked_on"]),
    )
    return found, []


def read_day(text: str) -> date | None:
    """2026-11-21 or 2026/11/21; empty: nobody has checked yet. Raises ValueError."""
    return (
        date.fromisoformat("-".join(part.zfill(2) for part in text.replace("/", "-").split("-")))
        if text
        else None
    )


def needs_check(checked_on: date | None, *, today: date) -> bool:
    """Whether nobody has looked at it for 180 days."""
    return checked_on is None or today - checked_on > CHECK_AGAIN_AFTER


def _faults(cells: Mapping[str, str]) -> list[str]:
    faults = []
    if not cells["name"]:
        faults.append("「名前」を入れてください。")
    for head, (field, longest) in COLUMNS.items():
        if len(cells[field]) > longest:
            faults.append(f"「{head}」は{longest}文字までにしてください。")
        if cells[field].startswith(_FORMULA):
            faults.append(f"「{head}」の先頭の {cells[field][0]} を取ってください。")
    unknown = [word for word in cells["needs"].split() if word not in _CODE_OF]
    if unknown:
        faults.append(
            f"「困りごと」の「{unknown[0]}」は、決まった言葉ではありません。下の一覧から選んでください。"
        )
    try:
        read_day(cells["checked_on"])
    except ValueError:
        faults.append("「確認した日」は 2026-11-21 のように入れてください。")
    return faults
