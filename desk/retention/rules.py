"""How long people are kept, within which bounds that may be changed, and what a hold must say.

No official period for such a desk was found. The defaults are the design's: 90 days where only a booking is known,
a year after the last contact where somebody told something, five years for the reading log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from desk.errors import DeskError

#: How far ahead a desk is told.
WARNED_EARLY = timedelta(days=30)
WARNED_LATE = timedelta(days=7)
#: A hold without the second person's yes protects for so long, and with it for a year at most.
HOLD_WAITS = timedelta(days=14)
HOLD_LONGEST = timedelta(days=366)


class WrongLifetime(DeskError):
    """The number of days lies outside what this kind allows."""


class WrongHold(DeskError):
    """A hold needs a reason, an end within a year, and a second person; `why` is reason, end, kept, same or over."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Lifetime:
    """How many days a kind of data is kept, and between which bounds a supervisor may change it."""

    kind: str
    days: int
    fewest: int
    most: int


#: visit: people of whom only bookings are kept; record: people who told something; log: the reading log.
LIFETIMES = (
    Lifetime("visit", 90, 30, 400),
    Lifetime("record", 365, 90, 1826),
    Lifetime("log", 1826, 366, 3653),
)
_BY_KIND = {row.kind: row for row in LIFETIMES}


def lifetimes_with(changed: Mapping[str, int]) -> dict[str, int]:
    """Days by kind: what the desk has changed, else the default."""
    return {row.kind: changed.get(row.kind, row.days) for row in LIFETIMES}


def check_days(kind: str, days: int) -> None:
    """Raises WrongLifetime for an unknown kind, or days outside its bounds."""
    bounds = _BY_KIND.get(kind)
    if bounds is None or not bounds.fewest <= days <= bounds.most:
        raise WrongLifetime(f"{kind}: {days} days")


def check_hold(reason: str, *, until: date, today: date) -> None:
    """Raises WrongHold without a reason, or with an end that is past or more than a year away."""
    if not reason.strip():
        raise WrongHold("reason")
    if not today < until <= today + HOLD_LONGEST:
        raise WrongHold("end")


def goes_on(last: date, days: int) -> date:
    """The day in whose night somebody is let go: so many whole days after the last contact."""
    return last + timedelta(days=days + 1)
