"""A time is held for ten minutes while somebody answers, and nobody loses their own by looking at others."""

from datetime import timedelta

import pytest

from desk.booking import service
from desk.database import new_id
from desk.errors import AlreadyBooked, HoldGone, SessionClosed, SlotTaken
from tests.booking.story import Story

TEN_MINUTES = timedelta(minutes=10)


def test_what_one_person_holds_another_cannot_have(story: Story) -> None:
    sora, yama, slot = story.person("sora"), story.person("yama"), story.times()[0]
    story.hold(sora, slot.slot_id)
    with pytest.raises(SlotTaken):
        story.hold(yama, slot.slot_id)
    assert story.live() == 1


def test_a_refusal_leaves_the_transaction_usable(story: Story) -> None:
    sora, yama, (ten, eleven, *_) = story.person("sora"), story.person("yama"), story.times()
    story.hold(sora, ten.slot_id)
    with story.database.transaction() as db:
        with pytest.raises(SlotTaken):
            service.hold(db, client_id=yama, slot_id=ten.slot_id, now=story.now)
        service.hold(db, client_id=yama, slot_id=eleven.slot_id, now=story.now)
    assert story.live() == 2


def test_choosing_another_time_moves_the_same_hold(story: Story) -> None:
    sora, (ten, eleven, *_) = story.person("sora"), story.times()
    first = story.hold(sora, ten.slot_id)
    second = story.hold(sora, eleven.slot_id)
    assert first == second
    assert ten in story.times()
    assert story.booking(first).slot_id == eleven.slot_id
    assert story.broken() == []


def test_going_back_to_ones_own_time_only_prolongs_it(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    held = story.hold(sora, slot.slot_id)
    story.now += timedelta(minutes=5)
    assert story.hold(sora, slot.slot_id) == held
    assert story.booking(held).expires_at == story.now + TEN_MINUTES
    assert story.booking(held).version == 1


def test_when_the_other_time_is_gone_ones_own_is_still_there(story: Story) -> None:
    sora, yama, (ten, eleven, *_) = story.person("sora"), story.person("yama"), story.times()
    held = story.hold(sora, ten.slot_id)
    story.hold(yama, eleven.slot_id)
    with pytest.raises(SlotTaken):
        story.hold(sora, eleven.slot_id)
    assert (story.booking(held).slot_id, story.booking(held).state) == (ten.slot_id, "held")


def test_a_hold_that_ran_out_gives_way_to_the_next_person_at_once(story: Story) -> None:
    sora, yama, slot = story.person("sora"), story.person("yama"), story.times()[0]
    held = story.hold(sora, slot.slot_id)
    story.now += TEN_MINUTES
    story.hold(yama, slot.slot_id)
    assert story.booking(held).state == "expired"
    assert story.changes(held) == [(None, "held", "client"), ("held", "expired", "system")]


def test_each_answer_prolongs_the_hold(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    held = story.hold(sora, slot.slot_id)
    story.now += timedelta(minutes=9)
    with story.database.transaction() as db:
        service.extend_hold(db, client_id=sora, now=story.now)
        service.extend_hold(db, client_id=new_id(), now=story.now)
    story.now += timedelta(minutes=9)
    with story.database.transaction() as db:
        assert service.expire_holds(db, now=story.now) == 0
    assert story.booking(held).state == "held"


def test_holds_that_ran_out_are_swept_and_their_times_are_free(story: Story) -> None:
    for name, slot in zip(("sora", "yama"), story.times(), strict=False):
        story.hold(story.person(name), slot.slot_id)
    story.now += TEN_MINUTES
    with story.database.transaction() as db:
        assert service.expire_holds(db, now=story.now) == 2
        assert service.expire_holds(db, now=story.now) == 0
    assert len(story.times()) == 4


def test_somebody_who_stops_gives_the_time_back_at_once(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    held = story.hold(sora, slot.slot_id)
    with story.database.transaction() as db:
        service.drop_hold(db, client_id=sora, now=story.now)
        service.drop_hold(db, client_id=sora, now=story.now)
    assert slot in story.times()
    assert story.booking(held).state == "declined"
    with pytest.raises(HoldGone):
        story.confirm(sora)


def test_somebody_with_a_booking_cannot_hold_a_second_time(story: Story) -> None:
    sora, (ten, eleven, *_) = story.person("sora"), story.times()
    story.book(sora, ten.slot_id)
    with pytest.raises(AlreadyBooked):
        story.hold(sora, eleven.slot_id)


def test_after_the_closing_time_and_too_far_ahead_nothing_can_be_held(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    soon = story.now
    story.now = slot.starts_at - timedelta(hours=17)
    with pytest.raises(SessionClosed):
        story.hold(sora, slot.slot_id)
    story.now = soon - timedelta(days=180)
    with pytest.raises(SessionClosed):
        story.hold(sora, slot.slot_id)
    with pytest.raises(SessionClosed):
        story.hold(sora, new_id())
    assert story.live() == 0
