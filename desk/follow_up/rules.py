"""When a step after a visit is due, until when nobody is asked again, and what an answer means. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desk.calendar.rules import TOKYO

WAYS = ("message", "telephone", "visit")
#: つながった, だいじょうぶ, 返事なし, 困りごとあり, 辞退.
RESULTS = ("reached", "fine", "no_answer", "trouble", "declined")
#: So long nobody is asked by message after a word between them and the desk, a visit, a call, or another question.
AT_PEACE = timedelta(days=7)
#: A question that found no answer for so long is over: 返事なし.
ANSWER_WITHIN = timedelta(days=7)
#: No step stands farther ahead: what is planned keeps a person's record from being let go.
FARTHEST = timedelta(days=730)

_NOON = time(12)
# The end of a message that never came to the person.
_NOT_TAKEN = frozenset({"blocked", "set_aside"})


@dataclass(frozen=True)
class Step:
    """One step of a desk's usual plan: so many days after a visit, as message, telephone or visit."""

    after_days: int
    way: str


#: What a desk does that has chosen nothing else: after a week, a month, three months and half a year.
USUAL_STEPS = tuple(Step(days, "message") for days in (7, 30, 90, 180))


def days_ahead(steps: Iterable[Step], since: date, today: date) -> tuple[tuple[date, str], ...]:
    """The day and the way of each step that is still ahead; one whose day has come already is left out."""
    days = ((since + timedelta(days=step.after_days), step.way) for step in steps)
    return tuple((day, way) for day, way in days if day > today)


def asked_until(now: datetime) -> date:
    """The last day whose questions go out by now: each day's at noon."""
    wall = now.astimezone(TOKYO)
    return wall.date() if wall.time() >= _NOON else wall.date() - timedelta(days=1)


def put_off_to(touched_on: date | None, today: date) -> date | None:
    """The day a question waits for, since there was or will be a word a few days from it; None: it goes today."""
    if touched_on is None or touched_on + AT_PEACE <= today:
        return None
    return touched_on + AT_PEACE


def end_of_question(*, message: str | None, heard_since: bool) -> tuple[str, str | None]:
    """State and result of a question whose time is over; `message`: what became of what was sent.

    Moved: nothing was to spare for it in its week, or the machine stood still; it was promised, and is asked later.
    """
    if message == "dropped":
        return "moved", None
    if message in _NOT_TAKEN:
        return "stopped", None
    return "done", "reached" if heard_since else "no_answer"


def group_of(due_on: date, today: date) -> str:
    """Where a step stands in the list of staff: `now` until today, `week` until Sunday, `later`."""
    sunday = today + timedelta(days=6 - today.weekday())
    if due_on <= today:
        return "now"
    return "week" if due_on <= sunday else "later"
