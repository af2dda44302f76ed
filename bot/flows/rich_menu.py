"""The rich menu, which stands under the chat: one for everybody, and one for who has a booking.

It lies open where others may look on, so its words tell nothing (`desk/discretion.py`); each of them can be typed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from bot.flows.offers import SILENT, command_data

# The largest size LINE takes, for phones of today; three areas in each of two rows.
WIDTH, HEIGHT = 2500, 1686
COLUMNS, ROWS = 3, 2

Sign = Literal["calendar", "move", "place", "now", "write", "who", "help"]


@dataclass(frozen=True)
class Area:
    """One field of the menu: the lines that stand on it, the drawing above them, and the command a press means."""

    lines: tuple[str, ...]
    sign: Sign
    command: str

    @property
    def words(self) -> str:
        """The same as one word to type."""
        return "".join(self.lines)


_NOW = Area(("いま", "困っている"), "now", "urgent")
_PLACE = Area(("場所と", "日にち"), "place", "places")
_WRITE = Area(("職員に", "書く"), "write", "write_to_staff")
_HELP = Area(("ヘルプ",), "help", "help")

USUAL, BOOKED = "usual", "booked"
#: What is in both stands at the same place in both.
MENUS: dict[str, tuple[Area, ...]] = {
    USUAL: (
        Area(("日にちを", "きめる"), "calendar", "book"),
        _PLACE,
        _NOW,
        _WRITE,
        Area(("だれが", "読みますか"), "who", "who_reads"),
        _HELP,
    ),
    BOOKED: (
        Area(("わたしの", "予定"), "calendar", "view_booking"),
        _PLACE,
        _NOW,
        _WRITE,
        Area(("日にちを", "変える"), "move", "move_booking"),
        _HELP,
    ),
}


def alias_of(kind: str) -> str:
    """By which alias LINE knows the menu of this kind."""
    return f"tomarigi-{kind}"


def boxes() -> Iterator[tuple[int, int, int, int]]:
    """Where the areas lie, in pixels and in reading order: left, top, width, height. Nothing is left between them."""
    lefts = [WIDTH * column // COLUMNS for column in range(COLUMNS + 1)]
    tops = [HEIGHT * row // ROWS for row in range(ROWS + 1)]
    for top, bottom in pairwise(tops):
        for left, right in pairwise(lefts):
            yield left, top, right - left, bottom - top


def definition(kind: str, *, name: str) -> Mapping[str, Any]:
    """The menu as LINE takes it; `name` is for whoever keeps the account, nobody else sees it."""
    areas = [
        {
            "bounds": {"x": left, "y": top, "width": width, "height": height},
            "action": _action(area),
        }
        for area, (left, top, width, height) in zip(MENUS[kind], boxes(), strict=True)
    ]
    size = {"width": WIDTH, "height": HEIGHT}
    return {"size": size, "selected": True, "name": name, "chatBarText": "メニュー", "areas": areas}


def _action(area: Area) -> Mapping[str, str]:
    action = {"type": "postback", "label": area.words, "data": command_data(area.command, "")}
    return action if area.command in SILENT else action | {"displayText": area.words}
