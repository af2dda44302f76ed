"""Decides when words may go, whether somebody was quicker, and how the fields of a canned text are filled; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from desk.booking.rules import decent_time
from desk.errors import DeskError

#: For so long after 送る nothing has left the house, and one press takes it back.
UNDO = timedelta(seconds=10)
#: Words for later are for the weeks ahead: nobody remembers what was written half a year ago.
LATEST = timedelta(days=92)
#: Words for a day say 「あした…」: later than this they would be wrong, and are not sent.
GOOD_FOR = timedelta(days=1)
LONGEST_MESSAGE = 500
LONGEST_TITLE = 60

#: The only fields a canned text can have, each looked up by its name.
FIELDS = {
    "date": "次の予定の日と時間",
    "place": "会う場所",
    "desk": "窓口の名前",
    "hours": "その日に開いている時間",
}
# Also in full width, as a Japanese keyboard writes it.
_FIELD = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")
_SEEN = re.compile(r"(\d{1,18})-([0-9a-f]{32})?")

TimeFault = Literal["past", "night", "far"]


class SentMeanwhile(DeskError):
    """Somebody of the house wrote, or the person did, since the form was opened: the writer is told before sending."""


class TakenBackBefore(DeskError):
    """This very form was sent and taken back; it goes out only if it is sent once more."""


class OtherWordsBefore(DeskError):
    """This very form has sent other words: these go out only if they are sent once more."""


@dataclass(frozen=True)
class Seen:
    """How far a form knew the conversation: the last that was sent, by its number in the outbox, and the last heard."""

    sent: int = 0
    heard: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """As a form carries it; nothing seen where it cannot be read."""
        found = _SEEN.fullmatch(text)
        return cls(int(found[1]), found[2] or "") if found else cls()

    def __str__(self) -> str:
        return f"{self.sent}-{self.heard}"

    def misses(self, last: "Seen") -> bool:
        """Whether something has come since; what was taken back or unsent is no news."""
        return last.sent > self.sent or (bool(last.heard) and last.heard != self.heard)


def fault_of_time(at: datetime, *, now: datetime) -> TimeFault | None:
    """Why words cannot go at that time: it is over, at night (21:00 to 08:00), or too far ahead."""
    if at < now + UNDO:
        return "past"
    if at > now + LATEST:
        return "far"
    return "night" if decent_time(at) != at else None


def goes_at(at: datetime | None, *, now: datetime) -> datetime:
    """When the words go: on the day that was chosen, else in ten seconds; never at night."""
    return decent_time(at or now + UNDO)


def unknown_fields(words: str) -> tuple[str, ...]:
    """What stands in braces and is no field of ours."""
    return tuple(name for name in _FIELD.findall(words) if name not in FIELDS)


def left_open(words: str) -> str | None:
    """The first place in braces: in words that go to a person nobody fills it any more."""
    found = _FIELD.search(words)
    return found[0] if found else None


def filled(words: str, known: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The words with their fields looked up, and the names of those nobody knows here, which are left as they stand."""
    wanted = dict.fromkeys(_FIELD.findall(words))
    missing = tuple(name for name in wanted if name in FIELDS and name not in known)
    return _FIELD.sub(lambda found: known.get(found[1], found[0]), words), missing
