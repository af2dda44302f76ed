"""After the visit: what became of it, what was promised, and the one kind word to who did not come."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from desk.booking import queries, rules, service
from desk.booking.outcomes import record_outcome
from desk.clock import at_tokyo
from desk.errors import NoSuchBooking
from desk.tables.calendar import booking, reminder
from tests.booking.story import Story

OFFICER = "1" * 32
AFTERNOON = at_tokyo(date(2026, 11, 27), 13)
FIVE = at_tokyo(date(2026, 11, 27), 17)


def _record(
    story: Story, booking_id: str, outcome: str, promise: str | None = None, *, handed_on: bool = False
) -> None:
    with story.database.transaction() as db:
        record_outcome(
            db,
            story.vault,
            booking_id=booking_id,
            outcome=outcome,
            promise=promise,
            handed_on=handed_on,
            by=OFFICER,
            now=story.now,
        )


def _missed_due(story: Story, booking_id: str) -> datetime | None:
    of = (
        (reminder.c.booking_id == booking_id)
        & (reminder.c.kind == "missed")
        & (reminder.c.state == "planned")
    )
    with story.database.reading() as db:
        return db.execute(sa.select(reminder.c.due_at).where(of)).scalar_one_or_none()


def _visited(story: Story) -> str:
    booked = story.book(story.person("sora"), story.times()[0].slot_id)
    story.now = AFTERNOON
    return booked.id


def test_a_session_that_is_over_waits_for_its_outcome_and_frees_the_person(story: Story) -> None:
    sora = story.person("sora")
    booked = story.book(sora, story.times()[0].slot_id)
    story.now = booked.ends_at
    with story.database.transaction() as db:
        assert service.lapse_past(db, now=story.now) == 0
    story.now = AFTERNOON
    with story.database.transaction() as db:
        assert (service.lapse_past(db, now=story.now), service.lapse_past(db, now=story.now)) == (1, 0)
    assert story.booking(booked.id).state == "lapsed"
    assert story.book(sora, story.times()[0].slot_id).state == "confirmed"
    assert story.broken() == []


@pytest.mark.parametrize("outcome", sorted(rules.OUTCOMES))
def test_every_outcome_can_be_recorded_and_corrected(story: Story, outcome: str) -> None:
    visit = _visited(story)
    _record(story, visit, "attended")
    _record(story, visit, outcome)
    _record(story, visit, outcome)
    assert story.booking(visit).state == outcome
    assert story.broken() == []


def test_it_cannot_be_said_before_the_day_that_somebody_came_or_not(story: Story) -> None:
    booked = story.book(story.person("sora"), story.times()[0].slot_id)
    for outcome in ("attended", "no_show", "excused", "confirmed"):
        with pytest.raises(NoSuchBooking):
            _record(story, booked.id, outcome)
    _record(story, booked.id, "moved")
    assert story.booking(booked.id).state == "moved"


def test_nothing_is_recorded_of_a_hold(story: Story) -> None:
    held = story.hold(story.person("sora"), story.times()[0].slot_id)
    with pytest.raises(NoSuchBooking):
        _record(story, held, "excused")


def test_who_did_not_come_gets_one_word_at_five(story: Story) -> None:
    visit = _visited(story)
    _record(story, visit, "no_show")
    assert _missed_due(story, visit) == FIVE
    story.now = FIVE
    with story.database.reading() as db:
        assert [due.kind for due in queries.due_reminders(db, now=story.now)] == ["missed"]


def test_a_correction_before_five_takes_the_word_back(story: Story) -> None:
    visit = _visited(story)
    _record(story, visit, "no_show")
    _record(story, visit, "attended")
    assert _missed_due(story, visit) is None
    _record(story, visit, "no_show")
    assert _missed_due(story, visit) == FIVE


def test_entered_late_at_night_the_word_waits_for_the_morning(story: Story) -> None:
    visit = _visited(story)
    story.now = at_tokyo(date(2026, 11, 27), 22)
    _record(story, visit, "no_show")
    assert _missed_due(story, visit) == at_tokyo(date(2026, 11, 28), 8)


def test_who_wanted_no_messages_and_who_is_entered_weeks_later_gets_none(story: Story) -> None:
    visit = _visited(story)
    story.now = AFTERNOON + timedelta(days=14)
    _record(story, visit, "no_show")
    assert _missed_due(story, visit) is None
    assert rules.missed_word_due(story.now, "none", story.now) is None


def test_a_promise_is_handed_to_the_next_officers_only_if_the_person_agreed(story: Story) -> None:
    visit, person = _visited(story), story.person("sora")
    later = AFTERNOON + timedelta(days=60)
    for handed_on in (False, True):
        _record(story, visit, "attended", "年金の紙を持ってくる。", handed_on=handed_on)
        with story.database.reading() as db:
            found = queries.visits_before(db, story.vault, client_ids=[person], before=later)[person]
        assert (found.promise is not None) is handed_on
    starts_at = story.booking(visit).starts_at
    assert found == queries.EarlierVisits(1, (starts_at, "年金の紙を持ってくる。"))
    with story.database.reading() as db:
        assert queries.visits_before(db, story.vault, client_ids=[person], before=starts_at) == {}


def test_a_promise_stays_when_only_the_outcome_is_pressed_and_goes_when_emptied(story: Story) -> None:
    visit = _visited(story)
    _record(story, visit, "attended", "電話する。", handed_on=True)
    _record(story, visit, "attended")
    assert (story.booking(visit).promise, story.booking(visit).promise_handed_on) == ("電話する。", True)
    _record(story, visit, "attended", "", handed_on=True)
    assert (story.booking(visit).promise, story.booking(visit).promise_handed_on) == (None, False)


def test_a_promise_is_nowhere_in_plain(story: Story) -> None:
    visit = _visited(story)
    _record(story, visit, "attended", "電話する。", handed_on=True)
    with story.database.reading() as db:
        sealed = db.execute(sa.select(booking.c.promise).where(booking.c.id == visit)).scalar_one()
    assert "電話".encode() not in sealed


def test_the_list_shows_what_was_booked_and_no_holds(story: Story) -> None:
    ten, eleven, other_day, _ = story.times()
    first = story.book(story.person("sora"), ten.slot_id)
    story.hold(story.person("yama"), eleven.slot_id)
    last = story.book(story.person("mori"), other_day.slot_id)
    with story.database.reading() as db:
        vault = story.vault
        assert queries.bookings_of_session(db, vault, ten.session_id) == (first,)
        assert queries.bookings_list(db, vault) == (first, last)
        assert queries.bookings_list(db, vault, since=date(2026, 12, 1)) == (last,)
        assert queries.bookings_list(db, vault, desk_id=story.desk_id, until=date(2026, 12, 1)) == (first,)
        assert queries.bookings_of_client(db, vault, first.writer_id) == (first,)


def test_at_the_closing_time_the_day_nobody_booked_is_told(story: Story) -> None:
    desk_day = story.sessions()[0]
    story.hold(story.person("yama"), story.times()[0].slot_id)
    story.now = at_tokyo(date(2026, 11, 26), 16, 59)
    assert desk_day not in _empty(story)
    story.now += timedelta(minutes=1)
    assert desk_day in _empty(story)
    story.now = at_tokyo(date(2026, 11, 27), 10)
    assert desk_day not in _empty(story)


def test_a_day_with_somebody_is_not_told(story: Story) -> None:
    story.book(story.person("sora"), story.times()[0].slot_id)
    story.now = at_tokyo(date(2026, 11, 26), 17)
    assert story.sessions()[0] not in _empty(story)


def _empty(story: Story) -> list[str]:
    with story.database.reading() as db:
        return [row.id for row in queries.sessions_without_bookings_at_cutoff(db, now=story.now)]
