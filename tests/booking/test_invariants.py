"""Each invariant holds while people live with the desk, and finds what offends against it."""

from datetime import timedelta

import sqlalchemy as sa

from desk.booking import service, waiting, waiting_list
from desk.clients.erasing import erase_client, finish_erasures
from desk.people.service import add_account
from desk.roster.service import assign
from tests.booking.story import Story


def _spoil(story: Story, *statements: str) -> None:
    with story.database.transaction() as db:
        for statement in statements:
            db.execute(sa.text(statement))


def _two_booked(story: Story) -> tuple[str, str]:
    ten, eleven, *_ = story.times()
    first = story.book(story.person("sora"), ten.slot_id)
    return first.id, story.book(story.person("yama"), eleven.slot_id).id


def test_a_slot_given_twice_is_found(story: Story) -> None:
    first, second = _two_booked(story)
    slot_id = story.booking(first).slot_id
    _spoil(
        story,
        "DROP INDEX uq_booking_live_slot",
        f"UPDATE booking SET slot_id = '{slot_id}' WHERE id = '{second}'",
        f"UPDATE booking_change SET slot_id = '{slot_id}' WHERE booking_id = '{second}'",
    )
    assert story.broken() == ["I1"]


def test_a_person_with_two_bookings_is_found(story: Story) -> None:
    _two_booked(story)
    _spoil(story, "DROP INDEX uq_booking_live_quota", "UPDATE booking SET quota_key = 'somebody'")
    assert story.broken() == ["I2"]


def test_a_hold_that_nobody_swept_is_found(story: Story) -> None:
    story.hold(story.person("sora"), story.times()[0].slot_id)
    story.now += timedelta(minutes=11)
    assert story.broken() == []
    story.now += timedelta(minutes=2)
    assert story.broken() == ["I4"]


def test_a_booking_that_lost_its_reminders_is_found_and_one_that_wants_none_is_not(story: Story) -> None:
    first, _ = _two_booked(story)
    with story.database.transaction() as db:
        service.set_reminders(db, booking_id=first, choice="none", now=story.now)
    assert story.broken() == []
    _spoil(story, "DELETE FROM reminder")
    assert story.broken() == ["I5"]


def test_an_officer_written_down_for_another_day_is_found(story: Story) -> None:
    with story.database.transaction() as db:
        officer, _ = add_account(db, story.vault, role="officer", desk_id=None, name="小林", now=story.now)
        day = story.sessions()[0]
        assign(db, session_id=day, table_no=1, seat=1, account_id=officer, now=story.now)
    assert story.broken() == []
    _spoil(story, "UPDATE duty SET date = '2026-11-28'")
    assert story.broken() == ["I6"]


def test_a_change_that_was_not_written_down_is_found(story: Story) -> None:
    first, _ = _two_booked(story)
    _spoil(
        story,
        f"UPDATE booking SET state = 'attended', guard = NULL WHERE id = '{first}'",
    )
    assert story.broken() == ["I7"]


def test_an_erased_person_is_found_while_anything_of_them_is_left(story: Story) -> None:
    sora = story.person("sora")
    booked = story.book(sora, story.times()[0].slot_id)
    with story.database.transaction() as db:
        service.cancel(db, booking_id=booked.id, by="client", now=story.now)
        erase_client(db, story.vault, client_id=sora, why="asked", by=None, now=story.now)
    assert story.broken() == []
    story.now += timedelta(minutes=11)
    assert story.broken() == ["I8"]
    with story.database.transaction() as db:
        finish_erasures(db, now=story.now)
    assert story.broken() == []
    assert story.booking(booked.id).called_name is None
    _spoil(story, f"UPDATE client SET phone_index = 'x' WHERE id = '{sora}'")
    assert story.broken() == ["I8"]


def test_a_place_held_for_nobody_on_the_list_is_found_and_so_is_one_promised_and_gone(story: Story) -> None:
    sora = story.person("sora")
    with story.database.transaction() as db:
        waiting_list.join(db, client_id=sora, desk_id=None, now=story.now)
        assert waiting.fill(db, desk_id=story.desk_id, now=story.now) == 1
    assert story.broken() == []
    _spoil(story, "UPDATE waiting SET state = 'active'")
    assert story.broken() == ["I9"]
    _spoil(story, "UPDATE waiting SET state = 'offered'")
    assert story.broken() == []
    gone = "UPDATE booking SET state = 'declined', guard = NULL, expires_at = NULL, ended_at = '2026-11-12 12:00:00+00'"
    _spoil(story, gone, "UPDATE booking_change SET to_state = 'declined'")
    assert story.broken() == ["I9"]
