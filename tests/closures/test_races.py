"""A day is closed while people book and say yes: closed means empty, and everybody who lost a place is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from threading import Barrier

import pytest
import sqlalchemy as sa

from desk.booking import service as booking
from desk.calendar.service import add_extra_date
from desk.database import Database
from desk.errors import DeskError
from desk.people.service import add_account
from desk.privacy import Vault
from desk.tables.calendar import IS_LIVE
from desk.tables.calendar import booking as bookings
from tests.booking.story import Story, open_story
from tests.closures.scene import Day

LONG_DAY = date(2026, 12, 9)
CROWD, SAY_YES = 30, 5
ROUNDS = [pytest.param(1, id="small"), pytest.param(20, id="full", marks=pytest.mark.soak)]


def _long_day(database: Database, vault: Vault, now: datetime) -> tuple[Day, str]:
    """A day with ten times, and its id."""
    story = open_story(database, vault, now)
    with database.transaction() as db:
        staff, _ = add_account(db, vault, role="staff", desk_id=story.desk_id, name="佐藤", now=now)
        session_id = add_extra_date(
            db,
            desk_id=story.desk_id,
            day=LONG_DAY,
            starts=time(9),
            ends=time(19),
            account_id=staff,
            now=now,
        )
    return Day(story, staff), session_id


def _at_once(acts: list[Callable[[], object]]) -> list[object]:
    start = Barrier(len(acts))

    def released(act: Callable[[], object]) -> object:
        start.wait(timeout=60)
        try:
            return act()
        except DeskError as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(released, acts))


def _rush(day: Day, session_id: str, round_no: int) -> object:
    """Thirty people want a time, five say yes to theirs, and staff close the day: all at one instant."""
    story, slots = day.story, day.story.slots_of(session_id)
    people = [story.person(f"{round_no} {number}") for number in range(CROWD + SAY_YES)]
    for person, slot_id in zip(people[:SAY_YES], slots, strict=False):
        story.hold(person, slot_id)
    acts: list[Callable[[], object]] = [partial(day.close, session_id)]
    acts += [partial(story.confirm, person) for person in people[:SAY_YES]]
    acts += [
        partial(story.hold, person, slots[number % len(slots)])
        for number, person in enumerate(people[SAY_YES:])
    ]
    return _at_once(acts)[0]


def _live_on(story: Story, session_id: str) -> int:
    query = sa.select(sa.func.count()).where(bookings.c.session_id == session_id, IS_LIVE)
    with story.database.reading() as db:
        return int(db.execute(query).scalar_one())


def _revoked(story: Story, session_id: str) -> set[str]:
    lost = sa.and_(bookings.c.session_id == session_id, bookings.c.state == "revoked")
    with story.database.reading() as db:
        return set(db.execute(sa.select(bookings.c.id).where(lost)).scalars())


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_closed_day_is_empty_and_every_loser_stands_in_the_ledger(
    database: Database, vault: Vault, now: datetime, rounds: int
) -> None:
    day, session_id = _long_day(database, vault, now)
    for round_no in range(rounds):
        closure_id = _rush(day, session_id, round_no)
        assert isinstance(closure_id, str), closure_id
        assert _live_on(day.story, session_id) == 0
        rows = day.ledger(closure_id)
        assert {row.booking_id for row in rows} == _revoked(day.story, session_id)
        assert {row.standing for row in rows} == {"waiting"}
        assert day.story.broken() == []
        session_id = _another(day, round_no)


def _another(day: Day, round_no: int) -> str:
    """The next long day, for the next round."""
    with day.story.database.transaction() as db:
        return add_extra_date(
            db,
            desk_id=day.story.desk_id,
            day=LONG_DAY + timedelta(days=1 + round_no),
            starts=time(9),
            ends=time(19),
            account_id=day.staff,
            now=day.story.now,
        )


def test_without_the_guard_people_are_left_on_a_closed_day(
    postgres_url: str, vault: Vault, now: datetime
) -> None:
    with closing(Database(postgres_url)) as database:
        day, session_id = _long_day(database, vault, now)
        with database.transaction() as db:
            db.execute(sa.text("ALTER TABLE booking DROP CONSTRAINT fk_booking_open_session"))
        assert isinstance(_rush(day, session_id, 0), str)
        late = day.story.person("late")
        _at_once([partial(day.story.hold, late, day.story.slots_of(session_id)[-1])])
        assert _live_on(day.story, session_id) > 0
        assert "I3" in day.story.broken()


def test_two_members_of_staff_who_close_at_once_close_once(
    database: Database, vault: Vault, now: datetime
) -> None:
    day, session_id = _long_day(database, vault, now)
    story = day.story
    story.book(story.person("そら"), story.slots_of(session_id)[0])
    answers = _at_once([partial(replace(day).close, session_id)] * 4)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert len(day.says("そら")) == 1


def test_a_booking_given_back_while_the_day_is_moved_is_offered_to_nobody_or_to_its_person(
    database: Database, vault: Vault, now: datetime
) -> None:
    day, _session_id = _long_day(database, vault, now)
    booking_id = day.book("そら")

    def cancel() -> None:
        with day.story.database.transaction() as db:
            booking.cancel(db, booking_id=booking_id, by="client", now=day.story.now)

    closure_id, _ = _at_once([day.move, cancel])
    state = day.story.booking(booking_id).state
    assert len(day.ledger(str(closure_id))) == (1 if state == "revoked" else 0)
    assert day.story.broken() == []
