"""Until when a place from the waiting list is kept, and when somebody is asked whether they still wait. Pure."""

from collections.abc import Container
from datetime import date, datetime, timedelta

from desk.booking.rules import after_decent_hours, decent_time, local_day

#: So many in a row left without an answer, and the list rests until the person speaks.
SILENCES = 2

_HOURS = 24
_HOURS_AT_LAST = 2
# Less than this is no time to answer in: nobody is offered a place then.
_SHORTEST = timedelta(minutes=30)
_DAY = timedelta(days=1)
_SATURDAY = 5


def offer_deadline(now: datetime, closes_at: datetime, holidays: Container[date]) -> datetime | None:
    """Until when somebody may answer: 24 hours, two on the last working day before the closing time.

    Counted from when they can be told, without the hours from 21:00 to 08:00, up to the next full hour, never
    beyond the closing time (`closes_at`). None where no time to answer is left (reference: booking 4.4).
    """
    told = decent_time(now)
    at_last = local_day(told) >= last_working_day(local_day(closes_at), holidays)
    hours = _HOURS_AT_LAST if at_last else _HOURS
    until = min(_whole_hour(after_decent_hours(told, hours)), closes_at)
    return until if until - told >= _SHORTEST else None


def _whole_hour(moment: datetime) -> datetime:
    """That hour, or the next one that is easily said."""
    begun = moment.replace(minute=0, second=0, microsecond=0)
    return begun if begun == moment else begun + timedelta(hours=1)


def last_working_day(day: date, holidays: Container[date]) -> date:
    """That day, or the last one before it that is neither a Saturday, a Sunday nor a holiday."""
    while day.weekday() >= _SATURDAY or day in holidays:
        day -= _DAY
    return day


def is_asked_again(asked_after: date | None, session_day: date) -> bool:
    """Whether somebody who still waits is asked after this session: once a month, however many there are."""
    return asked_after is None or (asked_after.year, asked_after.month) < (
        session_day.year,
        session_day.month,
    )
