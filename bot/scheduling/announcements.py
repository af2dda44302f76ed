"""News by the clock: the next batch of what staff have sent, by day only."""

from datetime import datetime, timedelta

from desk.announcements import service as announcements
from desk.booking.rules import decent_time
from desk.database import Connection
from desk.house import House

# Before the night begins there is time for a batch to go out, and to be tried again.
_TO_GO_OUT = timedelta(minutes=10)


def hand_over(db: Connection, house: House, now: datetime) -> int:
    """Hands news to its next people, nobody at night; says to how many."""
    by_day = all(decent_time(moment) == moment for moment in (now, now + _TO_GO_OUT))
    return announcements.hand_over_next(db, house.vault, now=now) if by_day else 0
