"""From hold to booking: the number, the name, who comes, and a hold that ran out on the way."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from desk.booking import queries, service
from desk.booking.by_hand import book_for_caller
from desk.booking.rules import number_range
from desk.clients.queries import clients_by_phone
from desk.errors import HoldGone, SessionClosed, SlotTaken
from desk.tables.calendar import booking
from tests.booking.story import Story

LATE = timedelta(minutes=11)


def test_a_booking_has_a_number_a_name_and_a_place_and_the_officers_are_told(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    booked = story.book(sora, slot.slot_id)
    assert re.fullmatch(r"[1-9][0-9]{3}", booked.number or "")
    assert (booked.state, booked.called_name, booked.visitor_id) == ("confirmed", "そら", sora)
    assert (booked.desk_name, booked.place, booked.starts_at) == (
        "諏訪",
        "市民館 3階 会議室B",
        slot.starts_at,
    )
    assert story.told() == ["booked"]
    assert story.changes(booked.id) == [(None, "held", "client"), ("held", "confirmed", "client")]
    assert story.broken() == []


def test_a_second_yes_changes_nothing(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    booked = story.book(sora, slot.slot_id)
    assert story.confirm(sora, "やま") == booked
    assert story.told() == ["booked"]


def test_the_name_is_nowhere_in_plain(story: Story) -> None:
    booked = story.book(story.person("sora"), story.times()[0].slot_id, "そらいろ")
    with story.database.reading() as db:
        row = db.execute(sa.select(booking).where(booking.c.id == booked.id)).one()
    assert "そらいろ".encode() not in row.called_name


def test_somebody_without_a_name_is_booked_too(story: Story) -> None:
    assert story.book(story.person("sora"), story.times()[0].slot_id, "").called_name is None


def test_names_taken_that_day_are_known(story: Story) -> None:
    ten, eleven, other_day, *_ = story.times()
    story.book(story.person("sora"), ten.slot_id, "そら")
    story.book(story.person("yama"), eleven.slot_id, "やま")
    story.book(story.person("mori"), other_day.slot_id, "もり")
    with story.database.reading() as db:
        assert queries.names_taken_on(db, story.vault, session_id=ten.session_id) == {"そら", "やま"}


def test_who_books_for_somebody_else_is_not_the_one_who_comes(story: Story) -> None:
    helper = story.person("helper")
    story.hold(helper, story.times()[0].slot_id)
    booked = story.confirm(helper, "もり", about="other")
    assert booked.writer_id == helper != booked.visitor_id
    assert booked.called_name == "もり"
    with story.database.reading() as db:
        assert queries.live_booking(db, story.vault, client_id=helper) == booked
        assert queries.live_booking(db, story.vault, client_id=booked.visitor_id) is None


def test_a_hold_that_ran_out_is_taken_up_again_without_a_word(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    held = story.hold(sora, slot.slot_id)
    story.now += LATE
    with story.database.transaction() as db:
        service.expire_holds(db, now=story.now)
    assert story.confirm(sora).id == held
    assert story.broken() == []


def test_also_before_anybody_has_swept_it(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    story.hold(sora, slot.slot_id)
    story.now += LATE
    assert story.confirm(sora).state == "confirmed"


def test_when_the_time_went_to_somebody_else_the_person_is_told_so(story: Story) -> None:
    sora, yama, slot = story.person("sora"), story.person("yama"), story.times()[0]
    story.hold(sora, slot.slot_id)
    story.now += LATE
    story.book(yama, slot.slot_id, "やま")
    with pytest.raises(HoldGone):
        story.confirm(sora)
    assert story.live() == 1
    assert story.broken() == []


def test_without_a_hold_there_is_nothing_to_confirm(story: Story) -> None:
    with pytest.raises(HoldGone):
        story.confirm(story.person("sora"))


def test_a_hold_taken_before_the_closing_time_is_honoured_after_it(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    story.now = slot.starts_at - timedelta(hours=17, minutes=1)
    story.hold(sora, slot.slot_id)
    story.now += timedelta(minutes=5)
    assert story.confirm(sora).state == "confirmed"


def test_one_that_ran_out_is_not_taken_up_after_the_closing_time(story: Story) -> None:
    sora, slot = story.person("sora"), story.times()[0]
    story.now = slot.starts_at - timedelta(hours=17, minutes=1)
    story.hold(sora, slot.slot_id)
    story.now += LATE
    with pytest.raises(SessionClosed):
        story.confirm(sora)


def test_numbers_grow_longer_only_when_the_short_ones_are_taken(story: Story) -> None:
    assert number_range(0) == number_range(4) == (1000, 9999)
    assert number_range(5) == (10000, 99999)
    numbers = {
        story.book(story.person(str(index)), slot.slot_id).number for index, slot in enumerate(story.times())
    }
    assert len(numbers) == 4


def test_a_booking_is_found_by_its_number_however_it_is_typed(story: Story) -> None:
    booked = story.book(story.person("sora"), story.times()[0].slot_id)
    full_width = (booked.number or "").translate({ord("0") + n: ord("０") + n for n in range(10)})
    with story.database.reading() as db:
        assert queries.booking_by_number(db, story.vault, f" {full_width}") == booked
        assert queries.booking_by_number(db, story.vault, "1") is None


def _call(story: Story, slot_id: str, **fields: str) -> queries.BookingRow:
    account_id = "0" * 32
    asked = {"called_name": "はな", "phone": "0266-00-1234", "about": "family", "source": "phone"} | fields
    with story.database.transaction() as db:
        return book_for_caller(
            db, story.vault, slot_id=slot_id, account_id=account_id, now=story.now, **asked
        )


def test_staff_book_for_a_caller_who_has_no_line(story: Story) -> None:
    booked = _call(story, story.times()[0].slot_id)
    assert (booked.state, booked.called_name, booked.about) == ("confirmed", "はな", "family")
    assert (booked.source, booked.reminders) == ("phone", "telephone")
    assert story.reminders(booked.id) == {"day_before": "planned"}
    assert story.told() == ["booked"]
    with story.database.reading() as db:
        found = clients_by_phone(db, story.vault, "０２６６００１２３４")
    assert [person.id for person in found] == [booked.visitor_id]
    assert story.broken() == []


def test_a_caller_who_asks_for_somebody_else_is_not_the_one_who_comes(story: Story) -> None:
    booked = _call(story, story.times()[0].slot_id, about="other", phone="")
    assert booked.writer_id != booked.visitor_id


def test_staff_have_no_back_door(story: Story) -> None:
    slot = story.times()[0]
    story.book(story.person("sora"), slot.slot_id)
    with story.database.transaction() as db:
        before = clients_by_phone(db, story.vault, "0266-00-1234")
    with pytest.raises(SlotTaken):
        _call(story, slot.slot_id)
    with story.database.transaction() as db:
        assert clients_by_phone(db, story.vault, "0266-00-1234") == before == ()


def test_somebody_at_the_door_gets_a_free_place_until_it_is_over(story: Story) -> None:
    slot = story.times()[0]
    story.now = slot.starts_at + timedelta(minutes=10)
    assert _call(story, slot.slot_id, source="walk_in", phone="").state == "confirmed"
    story.now = slot.ends_at
    with pytest.raises(SessionClosed):
        _call(story, slot.slot_id, source="walk_in")
