"""Whatever people, staff and the clock do, in whatever order: every invariant holds after each step.

Hypothesis tells the stories and shortens one that goes wrong. What was refused must have changed nothing.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.engine import Connection

from desk.booking import offered, waiting, waiting_list
from desk.booking import service as booking
from desk.booking.by_hand import book_for_caller
from desk.booking.outcomes import record_outcome
from desk.booking.waiting_queries import entry_of
from desk.calendar.blocking import block_slot, unblock_slot
from desk.calendar.service import add_extra_date
from desk.clients.erasing import erase_client, finish_erasures
from desk.closures.service import Elsewhere, close_session, move_session, shift_session
from desk.database import Database
from desk.errors import DeskError
from desk.people.service import add_account
from desk.privacy import Vault
from desk.roster.service import assign, clear_seat
from desk.tables import metadata
from tests.booking.story import FIRST_DAY, Story, open_story

PEOPLE = ("sora", "yama", "mori")
OFFICERS = ("小林", "原")
CAME_TO_SOMETHING = {"booked", "closed"}
KEPT_TABLES = (
    "booking",
    "booking_change",
    "reminder",
    "duty",
    "session",
    "slot",
    "date_exception",
    "waiting",
)
QUICK = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=150, stateful_step_count=80, derandomize=False)

people = st.sampled_from(PEOPLE)
slots = st.integers(0, 5)
days = st.sampled_from([FIRST_DAY + timedelta(days=n) for n in (0, 1, 28, 63, 64)])
by_whom = st.sampled_from(["client", "0"])


class Life(RuleBasedStateMachine):
    """What three people, the staff, two officers and the clock may do to one desk."""

    begin: ClassVar[Callable[[], Story]]
    story: Story

    @initialize()
    def the_desk_opens(self) -> None:
        self.story = type(self).begin()
        self.generation = dict.fromkeys(PEOPLE, 0)
        self.slots = [slot for session in self.story.sessions()[:3] for slot in self.story.slots_of(session)]
        with self.story.database.transaction() as db:
            self.officers = [
                add_account(
                    db, self.story.vault, role="officer", desk_id=None, name=name, now=self.story.now
                )[0]
                for name in OFFICERS
            ]

    @rule(who=people, slot=slots)
    def somebody_presses_a_time(self, who: str, slot: int) -> None:
        self._try(booking.hold, client_id=self._person(who), slot_id=self._slot(slot))

    @rule(who=people)
    def somebody_answers(self, who: str) -> None:
        self._try(booking.extend_hold, client_id=self._person(who))

    @rule(who=people)
    def somebody_stops(self, who: str) -> None:
        self._try(booking.drop_hold, client_id=self._person(who))

    @rule(who=people, about=st.sampled_from(["self", "family", "other"]))
    def somebody_says_yes(self, who: str, about: str) -> None:
        self._try_sealed(
            booking.confirm,
            client_id=self._person(who),
            called_name="そら",
            about=about,
            subject_knows=None,
        )

    @rule(slot=slots, source=st.sampled_from(["phone", "walk_in"]))
    def staff_book_for_somebody(self, slot: int, source: str) -> None:
        self._try_sealed(
            book_for_caller,
            slot_id=self._slot(slot),
            called_name="はな",
            phone="080-0000-0001",
            about="self",
            account_id="0",
            source=source,
        )

    @rule(who=people, slot=slots, by=by_whom)
    def a_booking_is_moved(self, who: str, slot: int, by: str) -> None:
        self._try_sealed(booking.move, booking_id=self._own(who), slot_id=self._slot(slot), by=by)

    @rule(who=people, by=by_whom)
    def a_booking_is_cancelled(self, who: str, by: str) -> None:
        self._try(booking.cancel, booking_id=self._own(who), by=by)

    @rule(who=people, choice=st.sampled_from(["both", "day_before", "none", "telephone"]))
    def somebody_chooses_reminders(self, who: str, choice: str) -> None:
        self._try(booking.set_reminders, booking_id=self._own(who), choice=choice)

    @rule(who=people, attends=st.booleans())
    def somebody_answers_a_reminder(self, who: str, attends: bool) -> None:
        self._try(booking.answer_reminder, booking_id=self._own(who), attends=attends)

    @rule(who=people, outcome=st.sampled_from(["attended", "no_show", "moved", "excused", "booked"]))
    def an_officer_records_what_came_of_it(self, who: str, outcome: str) -> None:
        self._try_sealed(
            record_outcome,
            booking_id=self._own(who),
            outcome=outcome,
            promise="電話する。",
            handed_on=True,
            by="0",
        )

    @rule(who=people, anywhere=st.booleans(), lost_place=st.booleans())
    def somebody_waits(self, who: str, anywhere: bool, lost_place: bool) -> None:
        desk_id = None if anywhere else self.story.desk_id
        self._try(waiting_list.join, client_id=self._person(who), desk_id=desk_id, lost_place=lost_place)
        self._the_list_is_looked_through()

    @rule(who=people)
    def somebody_waits_no_longer(self, who: str) -> None:
        self._try(waiting.leave, client_id=self._person(who))

    @rule(who=people)
    def somebody_takes_what_is_on_offer(self, who: str) -> None:
        self._try_sealed(offered.accept_place, booking_id=self._on_offer(who), client_id=self._person(who))

    @rule(who=people)
    def somebody_declines_it(self, who: str) -> None:
        self._try(offered.decline_place, booking_id=self._on_offer(who), client_id=self._person(who))

    @rule(slot=slots)
    def staff_block_a_place(self, slot: int) -> None:
        self._try(_block, slot_id=self._slot(slot))

    @rule(slot=slots)
    def staff_open_it_again(self, slot: int) -> None:
        with self.story.database.transaction() as db:
            unblock_slot(db, slot_id=self._slot(slot))
        self._the_list_is_looked_through()

    @rule(session=st.integers(0, 2), to=days, begins=st.integers(9, 22), act=st.integers(0, 2))
    def staff_close_a_day_or_move_it(self, session: int, to: date, begins: int, act: int) -> None:
        places = self._sessions()
        if session < len(places):
            told = {"session_id": places[session], "why": "", "account_id": self.officers[0]}
            elsewhere = {"to": Elsewhere(to, time(begins))}
            do, more = ((close_session, {}), (move_session, elsewhere), (shift_session, elsewhere))[act]
            self._try_sealed(do, **told, **more)
            self._the_list_is_looked_through()

    @rule(day=days, begins=st.integers(9, 18), hours=st.integers(-1, 3))
    def staff_open_a_day(self, day: date, begins: int, hours: int) -> None:
        starts, ends = time(begins), time(begins + hours)
        self._try(
            add_extra_date, desk_id=self.story.desk_id, day=day, starts=starts, ends=ends, account_id=None
        )
        self._the_list_is_looked_through()

    @rule(officer=st.integers(0, 1), session=st.integers(0, 2), seat=st.integers(1, 2))
    def an_officer_is_put_on_the_roster(self, officer: int, session: int, seat: int) -> None:
        places = self._sessions()
        if session < len(places):
            self._try(
                assign,
                session_id=places[session],
                table_no=1,
                seat=seat,
                account_id=self.officers[officer],
            )

    @rule(session=st.integers(0, 2), seat=st.integers(1, 2))
    def an_officer_is_taken_off(self, session: int, seat: int) -> None:
        places = self._sessions()
        if session < len(places):
            with self.story.database.transaction() as db:
                clear_seat(db, session_id=places[session], table_no=1, seat=seat)

    @rule(who=people)
    def somebody_has_everything_erased(self, who: str) -> None:
        person, own = self._person(who), self._own(who)
        with self.story.database.transaction() as db:
            booking.drop_hold(db, client_id=person, now=self.story.now)
            offered.let_go(db, client_id=person, now=self.story.now)
            with suppress(DeskError):
                booking.cancel(db, booking_id=own, by="0", now=self.story.now)
            erase_client(db, self.story.vault, client_id=person, why="asked", by=None, now=self.story.now)
            finish_erasures(db, now=self.story.now)
        self.generation[who] += 1

    @rule(minutes=st.sampled_from([1, 9, 12, 60, 600, 1_440, 11_520, 20_160]))
    def time_goes_by(self, minutes: int) -> None:
        self.story.now += timedelta(minutes=minutes)
        with self.story.database.transaction() as db:
            booking.expire_holds(db, now=self.story.now)
            booking.lapse_past(db, now=self.story.now)
        self._the_list_is_looked_through()

    @invariant()
    def every_invariant_holds(self) -> None:
        assert self.story.broken() == []

    def _try(self, act: Callable[..., object], **values: object) -> None:
        """Does it inside one transaction that goes on: a refusal must leave that usable and change nothing."""
        with self.story.database.transaction() as db:
            before = _all_rows(db)
            try:
                act(db, **values, now=self.story.now)
            except DeskError:
                assert _all_rows(db) == before

    def _try_sealed(self, act: Callable[..., object], **values: object) -> None:
        self._try(lambda db, **given: act(db, self.story.vault, **given), **values)

    def _the_list_is_looked_through(self) -> None:
        """As the timetable does each minute; then no place is free while its next one waits."""
        with self.story.database.transaction() as db:
            waiting_list.settle_strays(db, now=self.story.now)
            waiting.fill(db, desk_id=self.story.desk_id, now=self.story.now)
            assert waiting.fill(db, desk_id=self.story.desk_id, now=self.story.now) == 0

    def _on_offer(self, who: str) -> str:
        with self.story.database.reading() as db:
            entry = entry_of(db, self._person(who))
        return entry.booking_id if entry and entry.booking_id else "nothing"

    def _person(self, who: str) -> str:
        """The person of this name, or, after an erasure, who comes back without a past."""
        return self.story.person(f"{who}-{self.generation[who]}")

    def _own(self, who: str) -> str:
        found = self.story.live_booking(self._person(who))
        return found.id if found else "nothing"

    def _slot(self, number: int) -> str:
        return self.slots[number % len(self.slots)]

    def _sessions(self) -> list[str]:
        return self.story.sessions()


def _block(db: Connection, *, slot_id: str, **_when: datetime) -> None:
    block_slot(db, slot_id=slot_id, reason="")


def _all_rows(db: Connection) -> list[list[tuple[object, ...]]]:
    tables = [metadata.tables[name] for name in KEPT_TABLES]
    return [[tuple(row) for row in db.execute(sa.select(table).order_by(table.c.id))] for table in tables]


def _fresh_story(database: Database, vault: Vault, now: datetime) -> Story:
    """The desk as on its first day: what an earlier story left is gone."""
    with database.transaction() as db:
        for table in reversed(metadata.sorted_tables):
            db.execute(table.delete())
    return open_story(database, vault, now)


def _tell(database: Database, vault: Vault, now: datetime, how: settings) -> set[str]:
    """Tells stories; says what the officers were told of in them."""
    told: set[str] = set()

    class Here(Life):
        begin = partial(_fresh_story, database, vault, now)

        def teardown(self) -> None:
            told.update(self.story.told())

    run_state_machine_as_test(Here, settings=how)
    return told


def test_whatever_happens_every_invariant_holds(database: Database, vault: Vault, now: datetime) -> None:
    assert _tell(database, vault, now, QUICK) >= CAME_TO_SOMETHING


@pytest.mark.soak
def test_whatever_happens_for_very_long_every_invariant_holds(
    database: Database, vault: Vault, now: datetime
) -> None:
    assert _tell(database, vault, now, LONG) >= CAME_TO_SOMETHING


def test_without_the_index_on_slots_a_story_is_found_that_breaks_one(
    database: Database, vault: Vault, now: datetime
) -> None:
    with database.transaction() as db:
        db.execute(sa.text("DROP INDEX uq_booking_live_slot"))
    with pytest.raises(AssertionError, match="I1"):
        _tell(database, vault, now, settings(QUICK, phases=[Phase.generate]))
