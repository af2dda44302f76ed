"""When somebody is asked how a visit was, and which figures may be shown. Pure."""

from datetime import date, datetime, time

from desk.booking.rules import QUIET_FROM, local_day
from desk.calendar.rules import at_wall
from desk.clients.rules import business_year

#: What may be answered: よかった, ふつう, つらかった.
ANSWERS = ("good", "so_so", "hard")
#: With fewer answers somebody could be guessed.
FEWEST = 5

_ASKED_FROM = time(17)


def asked_until(ends_at: datetime) -> datetime:
    """From then on nobody is asked about this visit: the evening of its day."""
    return at_wall(local_day(ends_at), QUIET_FROM)


def is_time_to_ask(ends_at: datetime, now: datetime) -> bool:
    """On the day of the visit, when it is over, from 17:00 until the quiet hours begin."""
    begins = max(ends_at, at_wall(local_day(ends_at), _ASKED_FROM))
    return begins <= now < asked_until(ends_at)


def last_year_to_show(today: date) -> int:
    """The 年度 that ended last: figures that still grow would tell, answer by answer, who gave which."""
    return business_year(today) - 1
