"""How somebody who lost a place is told, and where each of them stands. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from desk.booking.rules import local_day
from desk.calendar.rules import at_wall

#: Where somebody stands whom staff have to tell.
FOR_STAFF = frozenset({"blocked", "telephone"})

_HELD_FOR = timedelta(days=7)
_ANSWER_BY = time(20)
_IN_TIME = timedelta(hours=2)
_UNDER_WAY = frozenset({"queued", "sending"})


@dataclass(frozen=True)
class Traces:
    """What is known of one person: what became of the message, what they pressed.

    `sent` is the state of the message (None: there is none), `offer` that of the place held for them elsewhere.
    """

    sent: str | None
    due_at: datetime | None
    starts_at: datetime
    answer: str | None
    offer: str | None
    done: bool


def goes_by_line(*, has_address: bool, blocked: bool, reminders: str) -> bool:
    """Whether the person is told over LINE: they can be reached there and did not ask for silence."""
    return has_address and not blocked and reminders not in ("none", "telephone")


def standing(of: Traces) -> str:
    """done, pressed, telephone, blocked, waiting or sent. Nobody knows what was seen: it is never said here.

    Nothing is pushed at night, also not for the next morning: a telephone that lights up is read by others. Whom
    the morning would reach too late is to be telephoned from the first minute on, and gets the message as well.
    """
    if of.done:
        return "done"
    if of.answer == "telephone" or of.sent is None or of.offer == "expired":
        return "telephone"
    if of.sent == "blocked":
        return "blocked"
    if of.answer is not None:
        return "pressed"
    if of.sent in _UNDER_WAY:
        return "telephone" if _comes_too_late(of) else "waiting"
    return "sent" if of.sent == "accepted" else "telephone"


def place_held_until(starts_at: datetime, now: datetime) -> datetime:
    """How long a place at the new date is kept: a week, until 20:00, or the evening before; at most to the start."""
    evenings = (local_day(now + _HELD_FOR), local_day(starts_at) - timedelta(days=1))
    evening = at_wall(min(evenings), _ANSWER_BY)
    return evening if evening > now + _IN_TIME else starts_at


def _comes_too_late(of: Traces) -> bool:
    return of.due_at is not None and of.due_at > of.starts_at - _IN_TIME
