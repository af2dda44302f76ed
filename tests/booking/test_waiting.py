"""空き待ち: who waits gets the place that becomes free, in order, with time to answer."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from desk.booking import offered, service, waiting, waiting_list
from desk.booking import waiting_queries as queries
from desk.booking.waiting_queries import Entry, WaitingRow
from desk.calendar.service import add_extra_date
from desk.clients.service import block
from desk.clock import at_tokyo
from desk.errors import HoldGone, NoSuchBooking, SlotTaken
from desk.tables.wishes import waiting as waiting_table
from tests.booking.story import Story

NOON = at_tokyo(date(2026, 11, 12), 12)
DAY = timedelta(days=1)


def fill_up(story: Story) -> list[str]:
    """Every place there is has somebody: their bookings, in order of time."""
    story.now = NOON
    return [story.book(story.person(f"guest {n}"), free.slot_id).id for n, free in enumerate(story.times())]


def joins(story: Story, name: str, *, anywhere: bool = False, lost_place: bool = False) -> str:
    person = story.person(name)
    waits(story, person, anywhere=anywhere, lost_place=lost_place)
    return person


def waits(story: Story, person: str, *, anywhere: bool = True, lost_place: bool = False) -> None:
    """A minute later, so that it is clear who came first."""
    story.now += timedelta(minutes=1)
    desk_id = None if anywhere else story.desk_id
    with story.database.transaction() as db:
        waiting_list.join(db, client_id=person, desk_id=desk_id, lost_place=lost_place, now=story.now)


def cancels(story: Story, booking_id: str, by: str = "client") -> None:
    with story.database.transaction() as db:
        service.cancel(db, booking_id=booking_id, by=by, now=story.now)


def entry(story: Story, person: str) -> Entry | None:
    with story.database.reading() as db:
        return queries.entry_of(db, person)


def offer_of(story: Story, person: str) -> str:
    """The place on offer for somebody who must have one."""
    found = entry(story, person)
    assert found is not None
    assert found.state == "offered"
    assert found.booking_id is not None
    return found.booking_id


def states(story: Story, *people: str) -> list[str | None]:
    return [found.state if (found := entry(story, person)) else None for person in people]


def line(story: Story) -> tuple[WaitingRow, ...]:
    with story.database.reading() as db:
        return queries.waiting_list(db, desk_id=story.desk_id)


def accepts(story: Story, person: str, booking_id: str) -> str:
    with story.database.transaction() as db:
        return offered.accept_place(
            db, story.vault, booking_id=booking_id, client_id=person, now=story.now
        ).id


def declines(story: Story, person: str) -> None:
    with story.database.transaction() as db:
        offered.decline_place(db, booking_id=offer_of(story, person), client_id=person, now=story.now)


def sweeps(story: Story) -> None:
    """What the timetable does each minute."""
    with story.database.transaction() as db:
        service.expire_holds(db, now=story.now)
        waiting.fill(db, desk_id=story.desk_id, now=story.now)


def test_a_place_given_back_is_held_at_once_for_who_came_first(story: Story) -> None:
    first, *_ = fill_up(story)
    sora, yama = joins(story, "sora"), joins(story, "yama")
    cancels(story, first)
    assert states(story, sora, yama) == ["offered", "active"]
    held = story.booking(offer_of(story, sora))
    assert held.starts_at == story.booking(first).starts_at
    assert held.expires_at is not None
    assert story.times() == ()
    with pytest.raises(SlotTaken):
        story.hold(story.person("stranger"), held.slot_id)
    accepts(story, sora, held.id)
    assert states(story, sora, yama) == [None, "active"]
    assert story.booking(held.id).state == "confirmed"
    assert story.broken() == []


def test_who_lost_a_place_by_a_closure_comes_first_and_a_cancelled_place_puts_nobody_back(
    story: Story,
) -> None:
    first, second, *_ = fill_up(story)
    sora, yama = joins(story, "sora"), joins(story, "yama", lost_place=True)
    cancels(story, first)
    assert states(story, sora, yama) == ["active", "offered"]
    mine = accepts(story, yama, offer_of(story, yama))
    cancels(story, mine)
    assert states(story, sora, yama) == ["offered", None]
    cancels(story, second)
    assert [free.starts_at for free in story.times()] == [story.booking(second).starts_at]


def test_who_is_on_the_list_keeps_the_date_and_there_is_one_entry_for_each(story: Story) -> None:
    fill_up(story)
    sora, _yama = joins(story, "sora"), joins(story, "yama")
    joins(story, "sora", anywhere=True)
    assert [(row.client_id == sora, row.desk_id) for row in line(story)] == [
        (True, None),
        (False, story.desk_id),
    ]
    joins(story, "yama", lost_place=True)
    assert [row.client_id == sora for row in line(story)] == [False, True]


def test_declined_goes_to_the_next_in_the_same_instant_and_is_not_asked_again(story: Story) -> None:
    first, second, *_ = fill_up(story)
    sora, yama = joins(story, "sora"), joins(story, "yama")
    cancels(story, first)
    declines(story, sora)
    assert states(story, sora, yama) == ["active", "offered"]
    declines(story, yama)
    sweeps(story)
    assert states(story, sora, yama) == ["active", "active"]
    assert len(story.times()) == 1
    cancels(story, second)
    assert states(story, sora, yama) == ["offered", "active"]
    assert story.broken() == []


def test_silence_goes_to_the_next_and_after_two_the_list_rests(story: Story) -> None:
    first, second, third, _ = fill_up(story)
    sora, yama = joins(story, "sora"), joins(story, "yama")
    cancels(story, first)
    story.now += 2 * DAY
    sweeps(story)
    assert states(story, sora, yama) == ["active", "offered"]
    declines(story, yama)
    cancels(story, second)
    assert states(story, sora, yama) == ["offered", "active"]
    story.now += 2 * DAY
    sweeps(story)
    assert states(story, sora, yama) == ["paused", "offered"]
    declines(story, yama)
    cancels(story, third)
    assert states(story, sora, yama) == ["paused", "offered"]
    with story.database.transaction() as db:
        assert [found.client_id for found in queries.resting(db, since=story.now - DAY)] == [sora]
        assert waiting_list.go_on(db, client_id=sora)
    assert states(story, sora) == ["active"]
    assert story.broken() == []


def test_a_late_yes_still_counts_while_the_time_is_free_and_not_when_the_next_has_it(story: Story) -> None:
    first, second, *_ = fill_up(story)
    sora = joins(story, "sora")
    cancels(story, first)
    late = offer_of(story, sora)
    story.now += 2 * DAY
    sweeps(story)
    assert accepts(story, sora, late) == late
    assert states(story, sora) == [None]

    yama, mori = joins(story, "yama"), joins(story, "mori")
    cancels(story, second)
    late = offer_of(story, yama)
    story.now += 2 * DAY
    sweeps(story)
    assert states(story, yama, mori) == ["active", "offered"]
    with pytest.raises(HoldGone):
        accepts(story, yama, late)


def test_a_hold_that_ran_out_goes_to_who_waits_and_not_to_the_stranger_who_presses_it(story: Story) -> None:
    *_, last = story.times()
    story.now = NOON
    for n, free in enumerate(story.times()[:-1]):
        story.book(story.person(f"guest {n}"), free.slot_id)
    story.hold(story.person("slow"), last.slot_id)
    sora = joins(story, "sora")
    story.now += timedelta(minutes=11)
    with pytest.raises(SlotTaken):
        story.hold(story.person("stranger"), last.slot_id)
    sweeps(story)
    assert story.booking(offer_of(story, sora)).slot_id == last.slot_id


def test_a_dropped_hold_and_a_booking_that_moved_leave_their_place_to_who_waits(story: Story) -> None:
    story.now = NOON
    ten, eleven, *_ = story.times()
    slow = story.person("slow")
    story.hold(slow, ten.slot_id)
    sora = joins(story, "sora")
    with story.database.transaction() as db:
        waiting.leave_free(
            db, client_id=sora, slot_ids=[free.slot_id for free in story.times()], now=story.now
        )
        service.drop_hold(db, client_id=slow, now=story.now)
    assert story.booking(offer_of(story, sora)).slot_id == ten.slot_id
    declines(story, sora)

    mori = story.book(story.person("mori"), eleven.slot_id)
    yama = joins(story, "yama")
    with story.database.transaction() as db:
        service.move(db, story.vault, booking_id=mori.id, slot_id=ten.slot_id, by="client", now=story.now)
    assert story.booking(offer_of(story, yama)).slot_id == eleven.slot_id
    assert story.broken() == []


def test_an_earlier_place_is_offered_without_losing_the_one_they_have(story: Story) -> None:
    first, second, third, _ = fill_up(story)
    sora = story.booking(third).writer_id
    waits(story, sora)
    yama = joins(story, "yama")
    cancels(story, second)
    mine = offer_of(story, sora)
    assert (story.booking(third).state, story.booking(mine).state) == ("confirmed", "offered")
    number, early = story.booking(third).number, story.booking(mine).starts_at
    assert accepts(story, sora, mine) == third
    row = story.booking(third)
    assert (row.number, row.starts_at) == (number, early)
    assert states(story, sora, yama) == [None, "offered"], "what they left goes to the next one"
    cancels(story, first)
    assert states(story, sora) == [None]
    assert story.broken() == []


def test_nobody_is_offered_a_later_place_than_their_own(story: Story) -> None:
    first, second, *_ = fill_up(story)
    sora = story.booking(first).writer_id
    waits(story, sora)
    cancels(story, second)
    assert states(story, sora) == ["active"]
    assert len(story.times()) == 1


def test_a_new_date_goes_to_the_line_and_who_finds_a_place_by_themselves_waits_no_longer(
    story: Story,
) -> None:
    fill_up(story)
    sora, yama = joins(story, "sora"), joins(story, "yama", anywhere=True)
    with story.database.transaction() as db:
        day, desk_id, now = date(2026, 11, 20), story.desk_id, story.now
        ten, noon = time(10), time(12)
        add_extra_date(db, desk_id=desk_id, day=day, starts=ten, ends=noon, account_id=None, now=now)
        assert waiting.fill(db, desk_id=story.desk_id, now=story.now) == 2
    assert states(story, sora, yama) == ["offered", "offered"]
    declines(story, sora)
    sweeps(story)
    assert [free.starts_at for free in story.times()] == [at_tokyo(day, 10)]
    story.book(sora, story.times()[0].slot_id)
    assert states(story, sora, yama) == [None, "offered"]


def test_who_does_not_answer_to_line_is_called_by_staff(story: Story) -> None:
    first, *_ = fill_up(story)
    sora, yama = joins(story, "sora"), joins(story, "yama")
    with story.database.transaction() as db:
        block(db, client_id=sora, now=story.now)
    cancels(story, first)
    assert states(story, sora, yama) == ["active", "offered"]
    assert [row.by_line for row in line(story)] == [False, True]
    declines(story, yama)
    with story.database.transaction() as db:
        found = entry(story, sora)
        assert found is not None
        slot_id = story.booking(first).slot_id
        held = waiting.offer_by_hand(db, entry_id=found.id, slot_id=slot_id, by="0", now=story.now)
    assert offer_of(story, sora) == held
    with story.database.transaction() as db, pytest.raises(NoSuchBooking):
        waiting.offer_by_hand(db, entry_id=found.id, slot_id=slot_id, by="0", now=story.now)
    accepts(story, sora, held)
    assert states(story, sora) == [None]
    assert story.broken() == []


def test_who_leaves_gives_the_place_on_offer_to_the_next(story: Story) -> None:
    first, *_ = fill_up(story)
    sora, yama = joins(story, "sora"), joins(story, "yama")
    cancels(story, first)
    with story.database.transaction() as db:
        waiting.leave(db, client_id=sora, now=story.now)
    assert states(story, sora, yama) == [None, "offered"]
    assert story.broken() == []


def test_after_the_closing_time_nobody_is_offered_anything(story: Story) -> None:
    first, *_ = fill_up(story)
    sora = joins(story, "sora")
    story.now = at_tokyo(date(2026, 11, 26), 17)
    cancels(story, first)
    assert states(story, sora) == ["active"]
    sweeps(story)
    assert story.booking(offer_of(story, sora)).starts_at == at_tokyo(date(2027, 2, 26), 10), (
        "by now bookable"
    )


def test_a_place_taken_back_by_a_closing_is_forgotten_on_the_list_too(story: Story) -> None:
    first, *_ = fill_up(story)
    sora = joins(story, "sora")
    cancels(story, first)
    with story.database.transaction() as db:
        gone = "UPDATE booking SET state = 'revoked', guard = NULL, expires_at = NULL, ended_at = :now WHERE id = :id"
        ended = sa.text(gone).bindparams(sa.bindparam("now", type_=waiting_table.c.entered_at.type))
        db.execute(ended, {"now": story.now, "id": offer_of(story, sora)})
        assert waiting_list.settle_strays(db, now=story.now) == 1
    assert states(story, sora) == ["active"]


def test_who_waited_in_vain_is_asked_once_a_month_and_keeps_the_date(story: Story) -> None:
    story.now = NOON
    guests = fill_up(story)
    sora = joins(story, "sora")
    came = story.booking(guests[0]).writer_id
    waits(story, came)
    before = entry(story, sora)
    assert before is not None

    def ask(day: date) -> list[str]:
        story.now = at_tokyo(day, 17, 30)
        with story.database.transaction() as db:
            ended = queries.ended_sessions(db, since=day - DAY, now=story.now)
            return [
                found.client_id for each in ended for found in waiting_list.ask_after(db, each, now=story.now)
            ]

    assert ask(date(2026, 11, 27)) == [sora]
    assert ask(date(2026, 11, 28)) == []
    assert states(story, came) == [None], "they came that day"
    assert ask(date(2027, 1, 29)) == [sora]
    assert ask(date(2027, 2, 26)) == []
    after = entry(story, sora)
    assert after is not None
    assert (after.state, after.entered_at) == ("paused", before.entered_at)
    with story.database.transaction() as db:
        waiting_list.go_on(db, client_id=sora)
    assert ask(date(2027, 3, 26)) == [sora]
