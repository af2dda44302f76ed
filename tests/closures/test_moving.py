"""A day is moved: the same time is held elsewhere for everybody, with their name and number; or it only shifts."""

from datetime import date, datetime, time, timedelta

import pytest

from desk.booking import service as booking
from desk.booking.offered import accept_place, decline_place
from desk.calendar.queries import session_by_id
from desk.clock import at_tokyo
from desk.closures.rules import place_held_until
from desk.errors import SessionClosed, WrongCalendar
from tests.calendar.leaving_out import leave_out
from tests.closures.scene import DECEMBER, Day


def test_everybody_has_the_same_time_on_the_new_day(day: Day) -> None:
    sora, hana = day.book("そら"), day.book("はな")
    numbers = [day.story.booking(each).number for each in (sora, hana)]
    old = day.session_id
    closure_id = day.move(starts=time(18), place="村役場")
    rows = day.ledger(closure_id)
    offers = [day.story.booking(row.offer_id) for row in rows if row.offer_id]
    assert [offer.starts_at for offer in offers] == [at_tokyo(DECEMBER, 18), at_tokyo(DECEMBER, 19)]
    assert [(offer.state, offer.place) for offer in offers] == [("offered", "村役場")] * 2
    assert [offer.number for offer in offers] == numbers
    assert (day.status(old), day.story.booking(sora).state) == ("closing", "revoked")
    (said,) = day.says("そら")
    assert said["kind"] == "day_moved"
    assert said["facts"] == {
        "from": "2026-11-27T10:00",
        "starts": "2026-12-04T18:00",
        "until": "2026-11-19T20:00",
        "way": "place",
        "ref": offers[0].id,
    }
    assert day.story.broken() == []


def test_a_yes_books_with_the_old_number_and_name(day: Day) -> None:
    lost = day.story.booking(day.book("そら"))
    old = day.session_id
    closure_id = day.move()
    offer_id = day.ledger(closure_id)[0].offer_id
    assert offer_id is not None
    with day.story.database.transaction() as db:
        booked = accept_place(
            db, day.story.vault, booking_id=offer_id, client_id=lost.writer_id, now=day.story.now
        )
    assert (booked.state, booked.number, booked.called_name) == ("confirmed", lost.number, "そら")
    day.settle()
    assert (day.standings(closure_id), day.status(old)) == (["done"], "closed")
    assert day.story.reminders(offer_id) == {"three_days": "planned", "day_before": "planned"}
    assert day.story.broken() == []


def test_a_no_frees_the_time_and_a_silence_is_telephoned(day: Day) -> None:
    lost = day.story.booking(day.book("そら"))
    day.book("はな")
    closure_id = day.move()
    first, second = day.ledger(closure_id)
    assert first.offer_id is not None
    assert second.offer_id is not None
    with day.story.database.transaction() as db:
        decline_place(db, booking_id=first.offer_id, client_id=lost.writer_id, now=day.story.now)
    day.settle()
    assert day.standings(closure_id) == ["done", "waiting"]
    assert at_tokyo(DECEMBER, 10) in [free.starts_at for free in day.story.times()]
    day.line_says("はな", "accepted")
    day.story.now += timedelta(days=7)
    with day.story.database.transaction() as db:
        booking.expire_holds(db, now=day.story.now)
    day.settle()
    assert day.standings(closure_id) == ["done", "telephone"]


def test_who_was_only_choosing_is_told_and_holds_nothing(day: Day) -> None:
    day.story.hold(day.story.person("やま"), day.story.times()[0].slot_id)
    closure_id = day.move()
    (row,) = day.ledger(closure_id)
    assert (row.offer_id, day.says("やま")[0]["kind"]) == (None, "day_closed")


def test_who_found_another_time_before_answering_is_done(day: Day) -> None:
    lost = day.story.booking(day.book("そら"))
    closure_id = day.move()
    offer_id = day.ledger(closure_id)[0].offer_id
    assert offer_id is not None
    day.press("そら", offer_id, "other_day")
    with day.story.database.transaction() as db:
        decline_place(db, booking_id=offer_id, client_id=lost.writer_id, now=day.story.now)
    day.settle()
    assert day.standings(closure_id) == ["pressed"]
    day.book("そら", -1)
    day.settle()
    assert day.standings(closure_id) == ["done"]


def test_nobody_can_be_booked_on_the_old_day(day: Day) -> None:
    slots = day.story.slots_of(day.session_id)
    day.move()
    with pytest.raises(SessionClosed):
        day.story.hold(day.story.person("やま"), slots[0])


@pytest.mark.parametrize(
    ("to", "fault"),
    [
        ((date(2026, 11, 11), time(10)), "past"),
        ((date(2026, 11, 27), time(10)), "same_day"),
        ((date(2027, 1, 29), time(10)), "taken"),
        ((date(2026, 12, 11), time(10)), "left_out"),
        ((date(2026, 12, 4), time(22, 30)), "next_day"),
    ],
)
def test_a_date_that_cannot_be_changes_nothing(day: Day, to: tuple[date, time], fault: str) -> None:
    booking_id = day.book("そら")
    with day.story.database.transaction() as db:
        story = day.story
        leave_out(db, story.vault, desk_id=story.desk_id, day=date(2026, 12, 11), now=story.now)
    sessions = day.story.sessions()
    with pytest.raises(WrongCalendar) as refused:
        day.move(*to)
    assert refused.value.fault == fault
    assert (day.story.booking(booking_id).state, day.says("そら")) == ("confirmed", [])
    assert day.story.sessions() == sessions


def test_a_moved_day_can_be_moved_again_and_closed(day: Day) -> None:
    day.book("そら")
    day.move()
    (second,) = [each for each in day.story.sessions() if _is_on(day, each, DECEMBER)]
    closure_id = day.close(second)
    assert [row.called_name for row in day.ledger(closure_id)] == ["そら"]
    assert (day.story.live(), day.story.broken()) == (0, [])


def test_other_hours_take_the_bookings_along(day: Day) -> None:
    sora = day.book("そら")
    before = day.story.booking(sora)
    closure_id = day.shift(time(11), "市民館 1階")
    after = day.story.booking(sora)
    assert (after.state, after.number, after.place) == ("confirmed", before.number, "市民館 1階")
    assert after.starts_at - before.starts_at == timedelta(hours=1)
    assert day.says("そら")[0]["kind"] == "plan_changed"
    assert day.standings(closure_id) == ["waiting"]
    day.line_says("そら", "accepted")
    day.settle()
    assert (day.standings(closure_id), day.status(day.session_id)) == (["done"], "open")
    assert day.story.reminders(sora) == {"three_days": "planned", "day_before": "planned"}
    assert day.story.broken() == []


@pytest.mark.parametrize(("starts", "fault"), [(time(10), "same_day"), (time(23), "next_day")])
def test_hours_that_cannot_be_change_nothing(day: Day, starts: time, fault: str) -> None:
    with pytest.raises(WrongCalendar) as refused:
        day.shift(starts)
    assert refused.value.fault == fault


def test_a_day_that_shifted_can_still_be_closed(day: Day) -> None:
    day.book("そら")
    day.shift(time(11))
    closure_id = day.close()
    assert [said["kind"] for said in day.says("そら")] == ["plan_changed", "day_closed"]
    assert day.standings(closure_id) == ["waiting"]


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (at_tokyo(date(2026, 11, 12), 9), at_tokyo(date(2026, 11, 19), 20)),
        (at_tokyo(date(2026, 12, 1), 9), at_tokyo(date(2026, 12, 3), 20)),
        (at_tokyo(date(2026, 12, 3), 19), at_tokyo(DECEMBER, 10)),
    ],
)
def test_how_long_the_new_time_is_held(moment: datetime, until: datetime) -> None:
    assert place_held_until(at_tokyo(DECEMBER, 10), moment) == until


def _is_on(day: Day, session_id: str, when: date) -> bool:
    with day.story.database.reading() as db:
        found = session_by_id(db, session_id)
    return found is not None and found.date == when
