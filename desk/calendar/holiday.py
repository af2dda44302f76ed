"""Public holidays of Japan, from the maintained library `holidays` (振替休日 and 国民の休日 included)."""

from datetime import date
from functools import lru_cache

import holidays

# The library reckons the equinoxes until 2099; a plan looks one year beyond its end.
LAST_YEAR = 2098


@lru_cache
def _holidays_of(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("JP", years=year, language="ja"))


def holidays_between(start: date, end: date) -> dict[date, str]:
    """Each public holiday of the years from `start` to `end`, with its Japanese name."""
    return {day: name for year in range(start.year, end.year + 1) for day, name in _holidays_of(year).items()}
