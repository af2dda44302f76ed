"""Why somebody cannot sit somewhere, and for how long one may be away. Pure."""

from datetime import date, timedelta

from desk.errors import WrongRoster

PAST = "past"
NO_SUCH_SEAT = "no_such_seat"
NO_OFFICER = "no_officer"
ELSEWHERE = "elsewhere"
AWAY = "away"
MUST_NOT_MEET = "must_not_meet"
CHANGED = "changed"
ONESELF = "oneself"
ASKED_ALREADY = "asked_already"
ENDS_BEFORE = "ends_before"
TOO_LONG = "too_long"

LONGEST_ABSENCE = timedelta(days=366)


def check_period(first_day: date, last_day: date, today: date) -> None:
    """Raises WrongRoster for days away that end before they begin, are over, or last longer than a year."""
    if last_day < first_day:
        raise WrongRoster(ENDS_BEFORE)
    if last_day < today:
        raise WrongRoster(PAST)
    if last_day - first_day > LONGEST_ABSENCE:
        raise WrongRoster(TOO_LONG)
