"""Until when a place held for a wish waits for an answer. Pure."""

from datetime import datetime, timedelta

from desk.booking.rules import after_decent_hours

#: Hours of the day in which one may disturb somebody; the first is what is usual.
HOURS_TO_ANSWER = (24, 39, 91)


def deadline(hours: int, now: datetime) -> datetime:
    """When so many of those hours are over, at the full hour, as people say it."""
    over = after_decent_hours(now, hours)
    full = over.replace(minute=0, second=0, microsecond=0)
    return full if full == over else full + timedelta(hours=1)


def answer_until(starts_at: datetime, hours: int, now: datetime) -> datetime:
    """The deadline of an offer made now: never after the time itself begins."""
    return min(starts_at, deadline(hours, now))
