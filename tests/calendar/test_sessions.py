"""Sessions are made from the rules ahead of time, again and again, and what staff say of a day wins."""

from datetime import date, datetime, time, timedelta

import pytest

from desk.booking import service as booking
from desk.calendar.queries import (
    DeskRow,
    free_slots,
    free_slots_of_session,
    next_reading,
    promises,
    slot_by_id,
    tables_of_session,
    upcoming_sessions,
)
from desk.calendar.rules import Hours
from desk.calendar.service import (
    NewDesk,
    add_desk,
    add_extra_date,
    make_sessions,
    set_promise,
)
from desk.clients.service import arrive
from desk.clock import at_tokyo, local, local_date
from desk.database import Database
from desk.errors import DeskError, SessionClosed, WrongCalendar
from desk.privacy import Vault
from tests.calendar.leaving_out import leave_out
from tomarigi.sample import LAST_FRIDAY, open_samples

FAR = date(2030, 1, 1)


def _times(database: Database, desk: DeskRow, now: datetime) -> list[str]:
    with database.reading() as db:
        found = free_slots(db, desk_id=desk.id, now=now)
    return [local(slot.starts_at).strftime("%m-%d %H:%M") for slot in found]


def _dates(database: Database, desk: DeskRow) -> list[tuple[str, str]]:
    with database.reading() as db:
        rows = upcoming_sessions(db, desk_id=desk.id, since=date(2026, 1, 1))
    return [(row.date.isoformat(), row.status) for row in rows]


def test_the_sample_offers_what_the_example_shows(database: Database, suwa: DeskRow, now: datetime) -> None:
    assert _times(database, suwa, now) == ["11-27 10:00", "11-27 11:00", "01-29 10:00", "01-29 11:00"]
    assert next_reading(suwa, now) == at_tokyo(date(2026, 11, 17), 10)


def test_samples_go_into_an_empty_database_only(database: Database, suwa: DeskRow, now: datetime) -> None:
    before = _dates(database, suwa)
    with pytest.raises(DeskError):
        open_samples(database, now=now)
    assert _dates(database, suwa) == before


def test_sessions_reach_thirteen_months_ahead(database: Database, suwa: DeskRow) -> None:
    dates = _dates(database, suwa)
    assert len(dates) == 12
    assert (dates[0], dates[-1]) == (("2026-11-27", "open"), ("2027-11-26", "open"))


def test_making_sessions_again_makes_nothing_and_a_month_later_one_a_desk(
    database: Database, suwa: DeskRow, now: datetime
) -> None:
    before = _dates(database, suwa)
    with database.transaction() as db:
        assert make_sessions(db, today=local_date(now)) == 0
    assert _dates(database, suwa) == before
    with database.transaction() as db:
        assert make_sessions(db, today=date(2026, 12, 31)) == 3


def test_each_session_has_its_slots_at_the_places_of_its_table(database: Database, suwa: DeskRow) -> None:
    with database.reading() as db:
        first = upcoming_sessions(db, desk_id=suwa.id, since=date(2026, 11, 1))[0]
        assert (first.places, first.booked, tables_of_session(db, first.id)) == (2, 0, (1,))
        slot = free_slots_of_session(db, session_id=first.id, now=first.starts_at)[0]
        found = slot_by_id(db, slot.slot_id)
    assert found is not None
    assert (found.ends_at - found.starts_at) == timedelta(minutes=50)


def test_two_tables_at_one_time_are_offered_as_one_time(
    database: Database, suwa: DeskRow, now: datetime
) -> None:
    hours = Hours(time(10), time(12), (time(10), time(11)), tables=2)
    rule = type(LAST_FRIDAY)(LAST_FRIDAY.weekday, LAST_FRIDAY.nth, LAST_FRIDAY.months, hours)
    new = NewDesk("okaya", "岡谷", "会館", date(2026, 1, 1), reading_hours=[(1, time(10))])
    with database.transaction() as db:
        desk_id = add_desk(db, organisation_id=suwa.organisation_id, new=new, rules_given=[rule])
        make_sessions(db, today=local_date(now))
        assert len(free_slots(db, desk_id=desk_id, now=now)) == 4
        assert len(free_slots(db, desk_id=desk_id, now=now, limit=3)) == 3


def test_a_desk_needs_reading_hours_and_a_code_of_its_own(database: Database, suwa: DeskRow) -> None:
    unread = NewDesk("okaya", "岡谷", "会館", date(2026, 1, 1), reading_hours=[])
    twice = NewDesk("suwa", "諏訪", "会館", date(2026, 1, 1), reading_hours=[(1, time(10))])
    for new in (unread, twice):
        with database.transaction() as db, pytest.raises(WrongCalendar):
            add_desk(db, organisation_id=suwa.organisation_id, new=new, rules_given=[LAST_FRIDAY])


def test_until_the_evening_before_one_can_book_and_not_after(database: Database, suwa: DeskRow) -> None:
    minute_before = at_tokyo(date(2026, 11, 26), 16, 59)
    assert _times(database, suwa, minute_before)[0] == "11-27 10:00"
    assert _times(database, suwa, minute_before + timedelta(minutes=1))[0] == "01-29 10:00"


def test_staff_can_still_give_a_time_to_somebody_at_the_door(database: Database, suwa: DeskRow) -> None:
    with database.reading() as db:
        first = upcoming_sessions(db, desk_id=suwa.id, since=date(2026, 11, 1))[0]
        late = at_tokyo(date(2026, 11, 27), 10, 30)
        assert len(free_slots_of_session(db, session_id=first.id, now=late)) == 2
        assert len(free_slots_of_session(db, session_id=first.id, now=late + timedelta(hours=1))) == 1


def test_a_held_time_is_offered_to_nobody_else_until_the_hold_runs_out(
    database: Database, vault: Vault, suwa: DeskRow, now: datetime
) -> None:
    with database.transaction() as db:
        person = arrive(db, vault, user_id="U1", now=now)
        slot = free_slots(db, desk_id=suwa.id, now=now)[0]
        booking.hold(db, client_id=person, slot_id=slot.slot_id, now=now)
        assert slot not in free_slots(db, desk_id=suwa.id, now=now)
        assert slot in free_slots(db, desk_id=suwa.id, now=now, client_id=person)
        assert slot in free_slots(db, desk_id=suwa.id, now=now + timedelta(minutes=10))


def test_an_extra_evening_has_its_own_hours_and_place(
    database: Database, suwa: DeskRow, now: datetime
) -> None:
    evening = (date(2026, 12, 9), time(18), time(20))
    with database.transaction() as db:
        day, starts, ends = evening
        session_id = add_extra_date(
            db, desk_id=suwa.id, day=day, starts=starts, ends=ends, place="村役場", account_id=None, now=now
        )
        slots = free_slots_of_session(db, session_id=session_id, now=now)
    assert {slot.place for slot in slots} == {"村役場"}
    assert "12-09 18:00" in _times(database, suwa, now)


def test_an_extra_day_added_by_mistake_can_be_left_out_again(
    database: Database, vault: Vault, suwa: DeskRow, now: datetime
) -> None:
    day = date(2026, 12, 9)
    with database.transaction() as db:
        add_extra_date(db, desk_id=suwa.id, day=day, starts=time(18), ends=time(20), account_id=None, now=now)
        leave_out(db, vault, desk_id=suwa.id, day=day, now=now)
    assert ("2026-12-09", "closed") in _dates(database, suwa)
    assert "12-09 18:00" not in _times(database, suwa, now)


def test_bad_dates_get_a_refusal_and_change_nothing(database: Database, suwa: DeskRow, now: datetime) -> None:
    before = _dates(database, suwa)
    bad = (
        (date(2026, 11, 11), time(10), time(12)),  # past
        (date(2026, 11, 27), time(10), time(12)),  # there is a session
        (date(2026, 12, 9), time(12), time(10)),  # ends before it starts
        (date(2026, 12, 9), time(10), time(10, 30)),  # nobody fits
    )
    for day, starts, ends in bad:
        with pytest.raises(WrongCalendar), database.transaction() as db:
            add_extra_date(db, desk_id=suwa.id, day=day, starts=starts, ends=ends, account_id=None, now=now)
    assert _dates(database, suwa) == before


def test_a_day_cannot_be_left_out_and_special_at_once(
    database: Database, vault: Vault, suwa: DeskRow, now: datetime
) -> None:
    day = date(2027, 1, 29)
    with database.transaction() as db:
        leave_out(db, vault, desk_id=suwa.id, day=day, why="工事", now=now)
    with pytest.raises(WrongCalendar), database.transaction() as db:
        add_extra_date(db, desk_id=suwa.id, day=day, starts=time(10), ends=time(12), account_id=None, now=now)
    assert ("2027-01-29", "closed") in _dates(database, suwa)
    assert "01-29 10:00" not in _times(database, suwa, now)


def test_a_day_left_out_stays_left_out_when_sessions_are_made_again(
    database: Database, vault: Vault, suwa: DeskRow, now: datetime
) -> None:
    with database.transaction() as db:
        leave_out(db, vault, desk_id=suwa.id, day=date(2027, 1, 29), now=now)
        make_sessions(db, today=local_date(now))
        leave_out(db, vault, desk_id=suwa.id, day=date(2028, 1, 28), now=now)
        make_sessions(db, today=date(2027, 6, 1))
    dates = dict(_dates(database, suwa))
    assert dates["2027-01-29"] == "closed"
    assert dates["2028-01-28"] == "closed"


def test_nobody_can_be_booked_on_a_day_that_was_left_out(
    database: Database, vault: Vault, suwa: DeskRow, now: datetime
) -> None:
    with database.transaction() as db:
        person = arrive(db, vault, user_id="U1", now=now)
        slot = free_slots(db, desk_id=suwa.id, now=now)[0]
        leave_out(db, vault, desk_id=suwa.id, day=date(2026, 11, 27), now=now)
        with pytest.raises(SessionClosed):
            booking.hold(db, client_id=person, slot_id=slot.slot_id, now=now)


def test_a_promise_is_set_once_and_then_changed(database: Database, suwa: DeskRow) -> None:
    with database.transaction() as db:
        for text, who in (("職員だけが読みます。", "甲"), ("職員と相談員が読みます。", "乙")):
            set_promise(
                db,
                desk_id=suwa.id,
                key="who_reads",
                text=text,
                approved_by=who,
                approved_on=date(2026, 11, 1),
            )
        kept = promises(db, suwa.id)
    assert list(kept) == ["who_reads"]
    assert (kept["who_reads"].text, kept["who_reads"].approved_by) == ("職員と相談員が読みます。", "乙")
