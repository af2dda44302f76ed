"""Reminders: as chosen, once each, at decent hours, gone with the booking."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from desk.booking import queries, reminders, rules, service
from desk.clock import at_tokyo, local
from tests.booking.story import Story

VISIT = at_tokyo(date(2026, 11, 27), 10)
THREE_DAYS = at_tokyo(date(2026, 11, 24), 12)
DAY_BEFORE = at_tokyo(date(2026, 11, 26), 18)


def _due(story: Story) -> list[str]:
    with story.database.reading() as db:
        return [due.kind for due in queries.due_reminders(db, now=story.now)]


def _choose(story: Story, booking_id: str, choice: str) -> None:
    with story.database.transaction() as db:
        service.set_reminders(db, booking_id=booking_id, choice=choice, now=story.now)


def _settle(story: Story, *, sent: bool) -> int:
    with story.database.transaction() as db:
        return sum(
            reminders.settle(db, reminder_id=due.id, sent=sent, now=story.now)
            for due in queries.due_reminders(db, now=story.now)
        )


def test_they_are_due_three_days_before_at_noon_and_the_day_before_at_six() -> None:
    assert rules.reminder_times(VISIT, "both") == {"three_days": THREE_DAYS, "day_before": DAY_BEFORE}
    assert rules.reminder_times(VISIT, "day_before") == {"day_before": DAY_BEFORE}
    assert rules.reminder_times(VISIT, "none") == {}
    assert rules.reminder_times(VISIT, "telephone") == {"day_before": at_tokyo(date(2026, 11, 26), 8)}


@settings(deadline=None)
@given(some.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=some.just(UTC)))
def test_the_next_decent_time_is_never_at_night_never_earlier_and_at_most_eleven_hours_off(
    moment: datetime,
) -> None:
    decent = rules.decent_time(moment)
    assert time(8) <= local(decent).time() < time(21)
    assert timedelta() <= decent - moment <= timedelta(hours=11)
    assert rules.decent_time(decent) == decent


@pytest.mark.parametrize(
    ("wall", "decent"),
    [
        ("20:59", "20:59"),
        ("21:00", "08:00"),
        ("23:59", "08:00"),
        ("00:00", "08:00"),
        ("07:59", "08:00"),
        ("08:00", "08:00"),
    ],
)
def test_nothing_is_pushed_between_nine_and_eight(wall: str, decent: str) -> None:
    hour, minute = map(int, wall.split(":"))
    found = rules.decent_time(at_tokyo(date(2026, 11, 26), hour, minute))
    assert local(found).strftime("%H:%M") == decent


def test_a_booking_plans_both_and_a_late_one_only_what_is_still_to_come(story: Story) -> None:
    ten, eleven, *_ = story.times()
    early = story.book(story.person("sora"), ten.slot_id)
    story.now = THREE_DAYS
    late = story.book(story.person("yama"), eleven.slot_id)
    assert story.reminders(early.id) == {"three_days": "planned", "day_before": "planned"}
    assert story.reminders(late.id) == {"day_before": "planned"}


def test_each_is_due_from_its_time_on_and_once(story: Story) -> None:
    story.book(story.person("sora"), story.times()[0].slot_id)
    story.now = THREE_DAYS - timedelta(minutes=1)
    assert _due(story) == []
    story.now = THREE_DAYS
    assert _due(story) == ["three_days"]
    assert (_settle(story, sent=True), _settle(story, sent=True)) == (1, 0)
    story.now = DAY_BEFORE
    assert _due(story) == ["day_before"]


def test_at_night_nothing_is_due_and_in_the_morning_it_is(story: Story) -> None:
    story.book(story.person("sora"), story.times()[0].slot_id)
    story.now = at_tokyo(date(2026, 11, 26), 22)
    assert _due(story) == []
    story.now = at_tokyo(date(2026, 11, 27), 8)
    assert "day_before" in _due(story)


def test_after_a_long_silence_only_the_latest_is_worth_sending(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    booked = story.book(sora, slot.slot_id)
    story.now = DAY_BEFORE + timedelta(minutes=1)
    with story.database.reading() as db:
        due = {found.kind: found for found in queries.due_reminders(db, now=story.now)}
    assert due["three_days"].not_after <= story.now < due["day_before"].not_after == slot.starts_at
    assert (due["day_before"].client_id, due["day_before"].booking_id) == (sora, booked.id)


def test_who_wants_none_gets_none_and_can_change_their_mind(story: Story) -> None:
    booked = story.book(story.person("sora"), story.times()[0].slot_id)
    _choose(story, booked.id, "none")
    assert set(story.reminders(booked.id).values()) == {"skipped"}
    _choose(story, booked.id, "day_before")
    assert story.reminders(booked.id) == {"three_days": "skipped", "day_before": "planned"}
    assert story.broken() == []


def test_one_that_was_sent_is_not_sent_again_by_choosing_again(story: Story) -> None:
    booked = story.book(story.person("sora"), story.times()[0].slot_id)
    story.now = THREE_DAYS
    _settle(story, sent=True)
    for choice in ("none", "both"):
        _choose(story, booked.id, choice)
    assert story.reminders(booked.id) == {"three_days": "sent", "day_before": "planned"}


def test_a_moved_booking_is_reminded_of_its_new_day_only(story: Story) -> None:
    ten, _, other_day, _ = story.times()
    booked = story.book(story.person("sora"), ten.slot_id)
    with story.database.transaction() as db:
        service.move(
            db, story.vault, booking_id=booked.id, slot_id=other_day.slot_id, by="client", now=story.now
        )
    story.now = DAY_BEFORE
    assert _due(story) == []
    story.now = other_day.starts_at - timedelta(days=2)
    assert _due(story) == ["three_days"]


def test_a_cancelled_booking_is_not_reminded(story: Story) -> None:
    booked = story.book(story.person("sora"), story.times()[0].slot_id)
    with story.database.transaction() as db:
        service.cancel(db, booking_id=booked.id, by="client", now=story.now)
    story.now = DAY_BEFORE
    assert _due(story) == []
    assert set(story.reminders(booked.id).values()) == {"skipped"}
