"""Another day, no day after all, and whether somebody comes."""

from datetime import timedelta

import pytest

from desk.booking import service
from desk.booking.queries import BookingRow
from desk.errors import NoSuchBooking, SessionClosed, SlotTaken
from tests.booking.story import Story

STAFF = "0" * 32


def _move(story: Story, booking_id: str, slot_id: str, by: str = "client") -> BookingRow:
    with story.database.transaction() as db:
        return service.move(db, story.vault, booking_id=booking_id, slot_id=slot_id, by=by, now=story.now)


def _cancel(story: Story, booking_id: str, by: str = "client", reason: str = "") -> None:
    with story.database.transaction() as db:
        service.cancel(db, booking_id=booking_id, by=by, reason=reason, now=story.now)


def _answer(story: Story, booking_id: str, *, attends: bool) -> None:
    with story.database.transaction() as db:
        service.answer_reminder(db, booking_id=booking_id, attends=attends, now=story.now)


def test_a_moved_booking_keeps_its_number_and_frees_its_old_place(story: Story) -> None:
    ten, eleven, *_ = story.times()
    booked = story.book(story.person("sora"), ten.slot_id)
    moved = _move(story, booked.id, eleven.slot_id)
    assert (moved.id, moved.number, moved.called_name) == (booked.id, booked.number, "そら")
    assert (moved.starts_at, moved.version) == (eleven.starts_at, 2)
    assert ten in story.times()
    assert story.told() == ["booked", "moved"]
    assert story.broken() == []


def test_officers_of_both_days_hear_of_a_move_to_another_day(story: Story) -> None:
    ten, _, other_day, _ = story.times()
    booked = story.book(story.person("sora"), ten.slot_id)
    _move(story, booked.id, other_day.slot_id)
    assert story.told() == ["booked", "moved", "moved"]


def test_a_place_that_is_taken_leaves_the_booking_where_it_was(story: Story) -> None:
    ten, eleven, *_ = story.times()
    booked = story.book(story.person("sora"), ten.slot_id)
    story.book(story.person("yama"), eleven.slot_id, "やま")
    with pytest.raises(SlotTaken):
        _move(story, booked.id, eleven.slot_id)
    assert story.booking(booked.id) == booked
    assert story.broken() == []


def test_moving_to_the_same_time_changes_nothing(story: Story) -> None:
    ten = story.times()[0]
    booked = story.book(story.person("sora"), ten.slot_id)
    assert _move(story, booked.id, ten.slot_id) == booked
    assert story.told() == ["booked"]


def test_what_somebody_answered_for_the_old_day_is_not_said_of_the_new_one(story: Story) -> None:
    ten, _, other_day, _ = story.times()
    booked = story.book(story.person("sora"), ten.slot_id)
    _answer(story, booked.id, attends=False)
    assert _move(story, booked.id, other_day.slot_id).attends is None


def test_staff_may_move_somebody_after_the_closing_time_and_a_client_may_not(story: Story) -> None:
    ten, eleven, *_ = story.times()
    booked = story.book(story.person("sora"), ten.slot_id)
    story.now = ten.starts_at - timedelta(hours=1)
    with pytest.raises(SessionClosed):
        _move(story, booked.id, eleven.slot_id)
    assert _move(story, booked.id, eleven.slot_id, by=STAFF).starts_at == eleven.starts_at


def test_who_cancels_needs_no_reason_and_the_place_is_free(story: Story) -> None:
    ten = story.times()[0]
    sora = story.person("sora")
    booked = story.book(sora, ten.slot_id)
    _cancel(story, booked.id)
    assert story.booking(booked.id).state == "excused"
    assert ten in story.times()
    assert story.told() == ["booked", "cancelled"]
    assert story.book(sora, ten.slot_id).number != booked.number
    assert story.broken() == []


def test_a_client_cancels_until_the_start_and_staff_at_any_time(story: Story) -> None:
    ten = story.times()[0]
    booked = story.book(story.person("sora"), ten.slot_id)
    story.now = ten.starts_at
    with pytest.raises(SessionClosed):
        _cancel(story, booked.id)
    _cancel(story, booked.id, by=STAFF, reason="建物が閉まった")
    assert story.booking(booked.id).state == "revoked"
    assert story.changes(booked.id)[-1] == ("confirmed", "revoked", STAFF)


def test_what_is_over_cannot_be_moved_cancelled_or_answered(story: Story) -> None:
    ten, eleven, *_ = story.times()
    booked = story.book(story.person("sora"), ten.slot_id)
    _cancel(story, booked.id)
    with pytest.raises(NoSuchBooking):
        _cancel(story, booked.id)
    with pytest.raises(NoSuchBooking):
        _move(story, booked.id, eleven.slot_id)
    with pytest.raises(NoSuchBooking):
        _answer(story, booked.id, attends=True)
    with pytest.raises(NoSuchBooking):
        _answer(story, "0" * 32, attends=True)


def test_an_answer_is_told_once_and_a_change_of_mind_again(story: Story) -> None:
    booked = story.book(story.person("sora"), story.times()[0].slot_id)
    for attends in (True, True, False, True):
        story.now += timedelta(minutes=1)
        _answer(story, booked.id, attends=attends)
    assert story.told() == ["booked", "attends", "attends_not", "attends"]
    assert story.booking(booked.id).attends is True


def test_somebody_running_late_can_still_say_that_they_come(story: Story) -> None:
    ten = story.times()[0]
    booked = story.book(story.person("sora"), ten.slot_id)
    story.now = ten.starts_at + timedelta(minutes=5)
    _answer(story, booked.id, attends=True)
    assert story.booking(booked.id).attends is True
