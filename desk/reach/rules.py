"""What is still to be said to somebody LINE does not reach, and when staff need not think of it any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["booking", "place", "change", "message", "follow_up", "unsent"]

#: What staff may note. After `no_answer` it is still to be done.
RESULTS = ("reached", "no_answer", "no_means")
CLOSING = ("reached", "no_means")


@dataclass(frozen=True)
class ToSay:
    """Something we would have told a person over LINE.

    booking: a visit they are reminded of; place: one that is kept for them until then; change: a visit that was moved
    or cancelled; message: they asked us something; follow_up: one that is due; unsent: what LINE did not take.
    `since`: from when it is to be said; `at`: the time it is about, if it is about one.
    """

    kind: Kind
    since: datetime
    desk_id: str | None = None
    at: datetime | None = None


def still_to_say(things: Iterable[ToSay], *, settled_at: datetime | None) -> tuple[ToSay, ...]:
    """What staff have not told them yet: all that is newer than the last time it was settled."""
    return tuple(each for each in things if settled_at is None or each.since > settled_at)
