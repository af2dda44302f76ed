"""A day is closed: everybody loses their place in the same instant, is told, and is followed until reached."""

from datetime import date, datetime, time, timedelta

import pytest

from desk.booking import service as booking
from desk.calendar.service import make_sessions
from desk.clients.erasing import erase_client
from desk.clients.service import block
from desk.clock import at_tokyo, local_date
from desk.errors import SessionClosed, WrongCalendar
from desk.wishes.service import keep_wish, settle_wish
from tests.closures.scene import Day

MORNING = at_tokyo(date(2026, 11, 13), 8)


def test_everybody_loses_the_place_and_is_told_in_the_morning(day: Day) -> None:
    sora, hana = day.book("そら"), day.book("はな")
    closure_id = day.close()
    assert [day.story.booking(each).state for each in (sora, hana)] == ["revoked", "revoked"]
    assert (day.status(day.session_id), day.story.live()) == ("closing", 0)
    (said,) = day.says("そら")
    assert said == {
        "kind": "day_closed",
        "facts": {"starts": "2026-11-27T10:00", "ref": sora},
        "due": MORNING,
    }
    assert day.standings(closure_id) == ["waiting", "waiting"]
    assert day.story.told()[-1] == "closed"
    assert day.story.broken() == []


def test_from_then_on_nobody_can_be_booked_there(day: Day) -> None:
    slots = day.story.slots_of(day.session_id)
    day.close()
    for slot_id in slots:
        with pytest.raises(SessionClosed):
            day.story.hold(day.story.person("やま"), slot_id)
    with pytest.raises(SessionClosed):
        day.offer("もり", slots[0])


def test_a_day_nobody_had_booked_is_closed_at_once_and_stays_so(day: Day) -> None:
    closure_id = day.close()
    assert (day.status(day.session_id), day.closure(closure_id).finished_at) == ("closed", day.story.now)
    with day.story.database.transaction() as db:
        assert make_sessions(db, today=local_date(day.story.now)) == 0
    assert day.status(day.session_id) == "closed"


def test_who_is_choosing_and_who_has_an_offer_are_told_too(day: Day) -> None:
    ten, eleven = day.story.slots_of(day.session_id)
    day.story.hold(day.story.person("やま"), ten)
    day.offer("もり", eleven)
    closure_id = day.close()
    assert [len(day.says(name)) for name in ("やま", "もり")] == [1, 1]
    assert len(day.ledger(closure_id)) == 2


def test_a_place_offered_in_exchange_takes_nothing_away(day: Day) -> None:
    """はな waits for an earlier day and keeps what she has: that day is not her loss."""
    later = day.story.book(day.story.person("はな"), day.story.times()[2].slot_id, "はな")
    day.offer("はな", day.story.times()[0].slot_id, replaces_id=later.id)
    closure_id = day.close()
    assert (day.ledger(closure_id), day.says("はな")) == ((), [])
    assert day.story.booking(later.id).state == "confirmed"


@pytest.mark.parametrize("choice", ["none", "telephone"])
def test_who_wished_no_messages_is_telephoned(day: Day, choice: str) -> None:
    booking_id = day.book("そら")
    with day.story.database.transaction() as db:
        booking.set_reminders(db, booking_id=booking_id, choice=choice, now=day.story.now)
    closure_id = day.close()
    assert (day.says("そら"), day.standings(closure_id)) == ([], ["telephone"])


def test_who_has_blocked_us_is_telephoned(day: Day) -> None:
    client_id = day.story.booking(day.book("そら")).writer_id
    with day.story.database.transaction() as db:
        block(db, client_id=client_id, now=day.story.now)
    closure_id = day.close()
    assert (day.says("そら"), day.standings(closure_id)) == ([], ["telephone"])


def test_what_line_says_of_the_message_stands_in_the_ledger(day: Day) -> None:
    day.book("そら")
    closure_id = day.close()
    not_sure = dict.fromkeys(("unknown", "parked", "set_aside", "dropped"), "telephone")
    for state, standing in {"accepted": "sent", "blocked": "blocked", **not_sure}.items():
        day.line_says("そら", state)
        assert day.standings(closure_id) == [standing]


def test_a_day_is_finished_when_everybody_is(day: Day) -> None:
    sora = day.book("そら")
    day.book("はな")
    closure_id = day.close()
    day.line_says("そら", "accepted")
    assert day.press("そら", sora, "not_now")
    assert day.standings(closure_id) == ["done", "waiting"]
    assert (day.closure(closure_id).finished_at, day.status(day.session_id)) == (None, "closing")
    day.call(closure_id, 1)
    assert (day.standings(closure_id), day.status(day.session_id)) == (["done", "done"], "closed")
    assert day.closure(closure_id).finished_at == day.story.now


def test_another_day_counts_once_it_is_booked(day: Day) -> None:
    sora = day.book("そら")
    closure_id = day.close()
    day.press("そら", sora, "other_day")
    assert day.standings(closure_id) == ["pressed"]
    day.story.now += timedelta(hours=1)
    day.book("そら")
    day.settle()
    assert (day.standings(closure_id), day.status(day.session_id)) == (["done"], "closed")


def test_who_wants_a_call_waits_for_it_even_after_having_said_not_now(day: Day) -> None:
    sora = day.book("そら")
    day.book("はな")
    closure_id = day.close()
    day.press("そら", sora, "not_now")
    day.press("そら", sora, "telephone")
    assert day.standings(closure_id)[0] == "telephone"
    assert day.closure(closure_id).to_tell == 1


def test_a_call_that_is_settled_among_the_wishes_counts(day: Day) -> None:
    sora = day.book("そら")
    closure_id = day.close()
    day.press("そら", sora, "telephone")
    client_id, now = day.story.booking(sora).writer_id, day.story.now
    with day.story.database.transaction() as db:
        wish_id = keep_wish(
            db, day.story.vault, client_id=client_id, desk_code="suwa", kind="call_me", note="", now=now
        )
    assert day.standings(closure_id) == ["telephone"]
    with day.story.database.transaction() as db:
        settle_wish(db, wish_id=wish_id, account_id=day.staff, now=now + timedelta(hours=1))
    day.settle()
    assert (day.standings(closure_id), day.status(day.session_id)) == (["done"], "closed")


def test_nobody_answers_for_somebody_else(day: Day) -> None:
    sora = day.book("そら")
    closure_id = day.close()
    assert not day.press("はな", sora, "not_now")
    assert day.standings(closure_id) == ["waiting"]


def test_late_in_the_evening_before_people_are_telephoned_as_well(day: Day) -> None:
    """The message waits for the morning, and would come when somebody is on the way already."""
    booking_id = day.book("そら")
    day.story.now = at_tokyo(date(2026, 11, 26), 22)
    closure_id = day.close()
    assert day.says("そら")[0]["due"] == at_tokyo(date(2026, 11, 27), 8)
    assert day.standings(closure_id) == ["waiting"]
    assert day.story.booking(booking_id).starts_at == at_tokyo(date(2026, 11, 27), 10)


def test_whom_the_morning_reaches_too_late_is_telephoned(day: Day) -> None:
    day.shift(starts=time(9))
    day.book("そら")
    day.story.now = at_tokyo(date(2026, 11, 26), 22)
    assert day.standings(day.close()) == ["telephone"]


def test_who_is_erased_is_waited_for_no_more(day: Day) -> None:
    day.book("そら")
    closure_id = day.close()
    client_id = day.story.person("そら")
    with day.story.database.transaction() as db:
        erase_client(db, day.story.vault, client_id=client_id, why="asked", by=None, now=day.story.now)
    day.settle()
    assert (day.ledger(closure_id), day.status(day.session_id)) == ((), "closed")


@pytest.mark.parametrize("moment", [at_tokyo(date(2026, 11, 27), 12), at_tokyo(date(2026, 12, 1), 9)])
def test_a_past_day_is_not_closed(day: Day, moment: datetime) -> None:
    day.book("そら")
    day.story.now = moment
    with pytest.raises(WrongCalendar) as refused:
        day.close()
    assert refused.value.fault == "past"
    assert day.status(day.session_id) == "open"


def test_a_day_is_closed_once(day: Day) -> None:
    day.book("そら")
    day.close()
    with pytest.raises(WrongCalendar) as refused:
        day.close()
    assert (refused.value.fault, len(day.says("そら"))) == ("closed", 1)
