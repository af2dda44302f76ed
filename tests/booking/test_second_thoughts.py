"""What people do after they have answered, or have not: nothing is offered back, said late, or taken unasked."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from desk.booking import offered, service
from desk.booking.offering import offer_place
from desk.booking.telling import tell_of_offer
from desk.calendar.queries import desk_by_id
from desk.calendar.rules import closing_time
from desk.clock import local_date
from desk.errors import HoldGone, SessionClosed
from desk.tables.messaging import outbound_message
from tests.booking.story import FIRST_DAY, Story
from tests.booking.test_waiting import accepts, cancels, fill_up, joins, states, waits

LATE_EVENING = timedelta(hours=10)


def messages(story: Story) -> list[str]:
    query = sa.select(outbound_message.c.state).order_by(outbound_message.c.id)
    with story.database.reading() as db:
        return list(db.execute(query).scalars())


def offer(story: Story, person: str, slot_id: str) -> str:
    """Staff hold this time for somebody for a day, and tell them."""
    with story.database.transaction() as db:
        until = story.now + timedelta(days=1)
        made = offer_place(
            db, client_id=person, slot_id=slot_id, offered_for="wish", until=until, by="staff", now=story.now
        )
        tell_of_offer(db, story.vault, booking_id=made, now=story.now)
    return made


def test_who_gives_a_time_back_is_not_offered_it(story: Story) -> None:
    first, *_ = fill_up(story)
    giver = story.booking(first).writer_id
    waits(story, giver, anywhere=False)
    yama = joins(story, "yama")
    cancels(story, first)
    assert states(story, giver, yama) == ["active", "offered"]
    with story.database.transaction() as db:
        offered.let_go(db, client_id=yama, now=story.now)
    assert states(story, giver, yama) == ["active", "active"]
    assert story.broken() == []


def test_an_answer_in_the_night_leaves_nothing_to_say_in_the_morning(story: Story) -> None:
    fill = fill_up(story)
    story.now += LATE_EVENING
    cancels(story, fill[0])
    sora = story.person("sora")
    place = offer(story, sora, story.times()[0].slot_id)
    assert messages(story) == ["queued"]
    accepts(story, sora, place)
    assert messages(story) == ["dropped"]


def test_an_offer_that_ran_out_is_no_way_in_after_the_closing_time(story: Story) -> None:
    sora = story.person("sora")
    place = offer(story, sora, story.times()[0].slot_id)
    with story.database.transaction() as db:
        desk = desk_by_id(db, story.desk_id)
        story.now = closing_time(FIRST_DAY, desk.cutoff_days, desk.cutoff_at) + timedelta(minutes=1)
        service.expire_holds(db, now=story.now)
    assert local_date(story.now) < FIRST_DAY
    with pytest.raises(SessionClosed):
        accepts(story, sora, place)


def test_a_yes_to_a_hold_never_books_what_was_offered(story: Story) -> None:
    sora, (chosen, *_, other) = story.person("sora"), story.times()
    story.hold(sora, chosen.slot_id)
    story.now += timedelta(minutes=11)
    with story.database.transaction() as db:
        service.expire_holds(db, now=story.now)
    offer(story, sora, other.slot_id)
    story.now += timedelta(days=2)
    with story.database.transaction() as db:
        service.expire_holds(db, now=story.now)
    assert story.confirm(sora).slot_id == chosen.slot_id


def test_who_is_erased_has_nothing_booked_any_more(story: Story) -> None:
    sora, (one, other, *_) = story.person("sora"), story.times()
    story.book(sora, one.slot_id)
    with story.database.transaction() as db:
        db.execute(sa.text("UPDATE booking SET quota_key = NULL"))
    story.book(sora, other.slot_id)
    assert story.live() == 2
    with story.database.transaction() as db:
        service.give_up_all(db, client_id=sora, now=story.now)
    assert story.live() == 0
    with pytest.raises(HoldGone):
        story.confirm(sora)
