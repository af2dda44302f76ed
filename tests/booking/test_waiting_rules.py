"""Until when a place from the waiting list is kept, whatever the hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.booking.rules import decent_time, local_day
from desk.booking.waiting_rules import is_asked_again, last_working_day, offer_deadline
from desk.calendar.holiday import holidays_between
from desk.clock import at_tokyo

HOUR = timedelta(hours=1)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)).map(
    lambda found: found.replace(tzinfo=UTC)
)


@given(now=MOMENTS, ahead=st.integers(1, 60 * 24 * 60))
def test_there_is_time_to_answer_by_day_and_never_beyond_the_closing_time(now: datetime, ahead: int) -> None:
    closes_at = now + timedelta(minutes=ahead)
    holidays = holidays_between(now.date(), closes_at.date())
    until = offer_deadline(now, closes_at, holidays)
    told = decent_time(now)
    at_last = local_day(told) >= last_working_day(local_day(closes_at), holidays)
    if until is None:
        assert closes_at - told < timedelta(minutes=30)
    else:
        assert timedelta(minutes=30) <= until - told
        assert until <= closes_at
        given, hours = _hours_by_day(told, until), 2 if at_last else 24
        assert given < hours + 1
        assert until == closes_at or (given >= hours and until.minute == 0)


def _hours_by_day(since: datetime, until: datetime) -> float:
    """Hours between 8:00 and 21:00 in Japan, minute by minute: another way than the rule's."""
    minute = timedelta(minutes=1)
    count = sum(8 <= (since + n * minute + 9 * HOUR).hour < 21 for n in range(int((until - since) / minute)))
    seconds = (until - since) % minute
    return (count * 60 + seconds.total_seconds()) / 3600


@pytest.mark.parametrize(
    ("offered_at", "until"),
    [
        (at_tokyo(date(2026, 11, 12), 12), at_tokyo(date(2026, 11, 14), 10)),
        (at_tokyo(date(2026, 11, 12), 23), at_tokyo(date(2026, 11, 14), 19)),
        (at_tokyo(date(2026, 11, 25), 20), at_tokyo(date(2026, 11, 26), 17)),
        (at_tokyo(date(2026, 11, 26), 9), at_tokyo(date(2026, 11, 26), 11)),
        (at_tokyo(date(2026, 11, 26), 16), at_tokyo(date(2026, 11, 26), 17)),
        (at_tokyo(date(2026, 11, 26), 16, 45), None),
        (at_tokyo(date(2026, 11, 26), 22), None),
    ],
)
def test_the_deadlines_of_one_session(offered_at: datetime, until: datetime | None) -> None:
    assert offer_deadline(offered_at, at_tokyo(date(2026, 11, 26), 17), {}) == until


def test_the_last_working_day_before_a_monday_is_the_friday_or_earlier() -> None:
    assert last_working_day(date(2026, 11, 29), {}) == date(2026, 11, 27)
    assert last_working_day(date(2026, 11, 23), {date(2026, 11, 23)}) == date(2026, 11, 20)


def test_once_a_month_however_many_sessions_there_are() -> None:
    assert is_asked_again(None, date(2026, 11, 27))
    assert not is_asked_again(date(2026, 11, 20), date(2026, 11, 27))
    assert is_asked_again(date(2026, 11, 27), date(2027, 1, 29))
