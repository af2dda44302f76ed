"""Many at once: the constraints decide. Each race is run again without its guard, and must then go wrong."""

import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier as ProcessBarrier
from threading import Barrier, Event

import pytest
import sqlalchemy as sa

from desk.booking import service
from desk.booking.rules import HOLD
from desk.calendar.queries import desk_by_code
from desk.calendar.service import skip_date
from desk.database import Database
from desk.errors import (
    AlreadyBooked,
    DeskError,
    HoldGone,
    SessionClosed,
    SlotTaken,
    WrongCalendar,
    WrongRoster,
)
from desk.people.service import add_account
from desk.privacy import Vault
from desk.roster.service import assign
from tests.booking.story import FIRST_DAY, Story, open_story

CROWD = 12
ROUNDS = 4
MANY_TRIES = 25
PRESSES = 50
LATE = timedelta(minutes=11)
JITTER = timedelta(milliseconds=25)
SEED = 2026


def _sizes(small: tuple[int, ...], full: tuple[int, ...]) -> list[object]:
    """A test in a size for every day, and in the size of the reference (booking 4.6)."""
    return [pytest.param(*small, id="small"), pytest.param(*full, id="full", marks=pytest.mark.soak)]


Act = Callable[[], str]


def _at_once(acts: list[Act]) -> list[str]:
    """Does all acts at one instant; says of each what it returned, or the name of the refusal."""
    start = Barrier(len(acts))

    def released(act: Act) -> str:
        start.wait(timeout=30)
        try:
            return act()
        except DeskError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(released, acts))


def _without(database: Database, statement: str) -> None:
    with database.transaction() as db:
        db.execute(sa.text(statement))


def _people(story: Story, count: int) -> list[str]:
    return [story.person(str(number)) for number in range(count)]


def _rush(story: Story) -> int:
    """A crowd wants one slot at one instant; says how many have it."""
    slot = story.times()[0]
    answers = _at_once([partial(story.hold, person, slot.slot_id) for person in _people(story, CROWD)])
    refused = answers.count(SlotTaken.__name__)
    assert refused == CROWD - story.live()
    return story.live()


def test_of_a_crowd_that_wants_one_slot_one_person_gets_it(story: Story) -> None:
    assert _rush(story) == 1
    assert story.broken() == []


def test_without_the_index_on_slots_many_get_it(story: Story) -> None:
    _without(story.database, "DROP INDEX uq_booking_live_slot")
    assert _rush(story) > 1
    assert "I1" in story.broken()


def _at(story: Story, code: str) -> Story:
    """The same evening at another desk."""
    with story.database.reading() as db:
        desk = desk_by_code(db, code)
    assert desk is not None
    return replace(story, desk_id=desk.id)


@pytest.mark.parametrize(("crowd", "rounds"), _sizes((CROWD, ROUNDS), (50, 100)))
def test_a_crowd_with_wishes_of_all_kinds_fills_each_slot_once(story: Story, crowd: int, rounds: int) -> None:
    slots = [slot.slot_id for code in ("suwa", "kamiina", "ueda") for slot in _at(story, code).times()[:4]]
    dice = random.Random(SEED)
    for _ in range(rounds):
        wishes = [(person, dice.choice(slots)) for person in _people(story, crowd)]
        _at_once([partial(story.hold, *wish) for wish in wishes])
        assert story.live() <= len(slots)
        assert story.broken() == []


def _restless(story: Story) -> int:
    """One person presses every free time at once, again and again; says how many they have."""
    sora = story.person("sora")
    slots = [slot.slot_id for slot in story.times()] * (PRESSES // 4)
    answers = _at_once([partial(story.hold, sora, slot) for slot in slots])
    assert len(set(answers) - {AlreadyBooked.__name__, SlotTaken.__name__}) == story.live()
    return story.live()


def test_one_person_pressing_everything_at_once_holds_one_time(story: Story) -> None:
    for _ in range(ROUNDS):
        assert _restless(story) == 1
    assert story.broken() == []


def test_without_the_index_on_people_they_hold_several(
    postgres_url: str, vault: Vault, now: datetime
) -> None:
    # Only where writers do not queue: on SQLite the second press already sees the first.
    with closing(Database(postgres_url)) as database:
        story = open_story(database, vault, now)
        _without(database, "DROP INDEX uq_booking_live_quota")
        assert _have_several_at_last(story)
        assert "I2" in story.broken()


def _have_several_at_last(story: Story) -> bool:
    """The presses need not meet at the first try."""
    for _ in range(MANY_TRIES):
        if _restless(story) > 1:
            return True
        _end_all(story)
    return False


def _late_yes(story: Story) -> list[str]:
    """A hold has run out: its person says yes at the instant at which somebody else takes the time."""
    slot = story.times()[0]
    sora, yama = story.person("sora"), story.person("yama")
    story.hold(sora, slot.slot_id)
    story.now += LATE
    return _at_once([partial(_say_yes, story, sora), partial(_take, story, yama, slot.slot_id)])


def test_a_late_yes_and_somebody_else_never_both_get_the_time(
    database: Database, vault: Vault, now: datetime
) -> None:
    story = open_story(database, vault, now)
    for _ in range(ROUNDS):
        answers = _late_yes(story)
        assert answers in (["confirmed", SlotTaken.__name__], [HoldGone.__name__, "held"])
        assert story.live() == 1
        assert story.broken() == []
        _end_all(story, "sora", "yama")


def test_without_the_index_on_slots_both_get_it(database: Database, vault: Vault, now: datetime) -> None:
    story = open_story(database, vault, now)
    _without(database, "DROP INDEX uq_booking_live_slot")
    assert _late_yes(story) == ["confirmed", "held"]
    assert story.live() == 2


def _end_all(story: Story, *names: str) -> None:
    """These people go; the next round begins with an empty desk."""
    for person in map(story.person, names):
        with story.database.transaction() as db:
            service.drop_hold(db, client_id=person, now=story.now)
        row = story.live_booking(person)
        if row is not None:
            with story.database.transaction() as db:
                service.cancel(db, booking_id=row.id, by="client", now=story.now)


def test_a_yes_and_the_sweeper_at_one_instant_agree_with_the_table(story: Story) -> None:
    for _ in range(ROUNDS):
        sora = story.person("sora")
        held = story.hold(sora, story.times()[0].slot_id)
        story.now += LATE
        answers = _at_once([partial(_say_yes, story, sora), partial(_sweep, story)])
        assert answers[0] == story.booking(held).state == "confirmed"
        assert story.broken() == []
        _end_all(story, "sora")


@pytest.mark.parametrize("holds", _sizes((20,), (1_000,)))
def test_around_the_end_of_a_hold_each_answer_is_what_the_table_says(story: Story, holds: int) -> None:
    """Owners say yes, strangers take the time, the sweeper comes: all within 25 ms around the hold's end."""
    dice, slots = random.Random(SEED), [slot.slot_id for slot in story.times()]
    owners, strangers = ([f"{who} {n}" for n in range(len(slots))] for who in ("owner", "stranger"))
    seen: set[str] = set()
    for _ in range(holds // len(slots)):
        for name, slot_id in zip(owners, slots, strict=True):
            story.hold(story.person(name), slot_id)
        end = story.now + HOLD
        acts: list[Callable[[Story], str]] = [partial(_say_yes, person=story.person(name)) for name in owners]
        acts += [
            partial(_take, person=story.person(name), slot_id=slot_id)
            for name, slot_id in zip(strangers, slots, strict=True)
        ]
        *answers, _swept = _at_once(
            [partial(_around, story, end, dice.random(), act) for act in (*acts, _sweep)]
        )
        for name, answer in zip([*owners, *strangers], answers, strict=True):
            row = story.live_booking(story.person(name))
            assert (row.state if row else None) == (answer if answer in ("confirmed", "held") else None)
        story.now = end + JITTER
        assert story.broken() == []
        _end_all(story, *owners, *strangers)
        seen |= set(answers)
    # The control: both came first at times, the owner and the stranger.
    assert seen == {"confirmed", "held", HoldGone.__name__, SlotTaken.__name__}


def _around(story: Story, end: datetime, share: float, act: Callable[[Story], str]) -> str:
    """Does it at some instant between 25 ms before `end` and 25 ms after it."""
    waited = 2 * share * JITTER
    Event().wait(waited.total_seconds())
    return act(replace(story, now=end - JITTER + waited))


def _say_yes(story: Story, person: str) -> str:
    return story.confirm(person).state


def _take(story: Story, person: str, slot_id: str) -> str:
    return story.booking(story.hold(person, slot_id)).state


def _sweep(story: Story) -> str:
    with story.database.transaction() as db:
        return str(service.expire_holds(db, now=story.now))


def _officer(story: Story, name: str) -> str:
    with story.database.transaction() as db:
        return add_account(db, story.vault, role="officer", desk_id=None, name=name, now=story.now)[0]


def test_two_officers_who_change_desks_crosswise_both_get_an_answer(story: Story) -> None:
    here, there = story.sessions()[0], _at(story, "kamiina").sessions()[0]
    first, second = _officer(story, "小林"), _officer(story, "原")

    def seat(session_id: str, officer: str) -> str:
        with story.database.transaction() as db:
            assign(db, session_id=session_id, table_no=1, seat=1, account_id=officer, now=story.now)
        return "seated"

    assert [seat(here, first), seat(there, second)] == ["seated", "seated"]
    for _ in range(ROUNDS):
        answers = _at_once([partial(seat, here, second), partial(seat, there, first)] * 3)
        assert set(answers) == {WrongRoster.__name__}
        assert story.broken() == []


def test_two_people_who_change_places_crosswise_both_get_an_answer(story: Story) -> None:
    ten, eleven, *_ = story.times()
    first = story.book(story.person("sora"), ten.slot_id)
    second = story.book(story.person("yama"), eleven.slot_id)

    def move(booking_id: str, slot_id: str) -> str:
        with story.database.transaction() as db:
            moved = service.move(
                db, story.vault, booking_id=booking_id, slot_id=slot_id, by="client", now=story.now
            )
        return moved.state

    for _ in range(ROUNDS):
        answers = _at_once(
            [partial(move, first.id, second.slot_id), partial(move, second.id, first.slot_id)] * 3
        )
        assert set(answers) == {SlotTaken.__name__}
        assert story.broken() == []


def _close(story: Story) -> str:
    with story.database.transaction() as db:
        skip_date(db, desk_id=story.desk_id, day=FIRST_DAY, account_id=None, now=story.now)
    return "closed"


def _close_while_people_book(story: Story) -> list[str]:
    """Staff leave the day out at the instant at which people book and say yes; the first answer is the staff's."""
    slots = [slot.slot_id for slot in story.times()[:2]]
    *people, last = _people(story, CROWD)
    story.hold(last, slots[0])

    holds = [partial(story.hold, person, slots[n % 2]) for n, person in enumerate(people)]
    return _at_once([partial(_close, story), *[partial(_say_yes, story, last)] * 5, *holds])


def test_a_day_is_closed_with_nobody_on_it_or_not_at_all(story: Story) -> None:
    answers = _close_while_people_book(story)
    assert (answers[0], story.live()) in {
        ("closed", 0),
        (WrongCalendar.__name__, 1),
        (WrongCalendar.__name__, 2),
    }
    assert story.broken() == []


def _die_while_closing(url: str, desk_id: str, now: datetime) -> None:
    with Database(url).transaction() as db:
        skip_date(db, desk_id=desk_id, day=FIRST_DAY, account_id=None, now=now)
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_day_whose_closing_died_halfway_is_open_as_before(story: Story) -> None:
    address, before = story.database.engine.url.render_as_string(hide_password=False), story.times()
    closing = multiprocessing.get_context("spawn").Process(
        target=_die_while_closing, args=(address, story.desk_id, story.now)
    )
    closing.start()
    closing.join()
    assert (closing.exitcode, story.times()) == (-signal.SIGKILL, before)
    # The control: closed to the end, its times are gone, and nothing of the dead one is in the way.
    assert _close(story) == "closed"
    assert story.times() == before[2:]


def test_without_the_guard_people_are_stranded_on_a_closed_day(
    postgres_url: str, vault: Vault, now: datetime
) -> None:
    database = Database(postgres_url)
    story = open_story(database, vault, now)
    with database.transaction() as db:
        skip_date(db, desk_id=story.desk_id, day=FIRST_DAY, account_id=None, now=now)
    closed = story.slots_of(story.sessions()[0])[0]
    with pytest.raises(SessionClosed):
        story.hold(story.person("sora"), closed)
    _without(database, "ALTER TABLE booking DROP CONSTRAINT fk_booking_open_session")
    story.hold(story.person("sora"), closed)
    assert story.broken() == ["I3"]
    database.close()


def _hold_in_process(
    url: str, master: bytes, desk_id: str, now: datetime, person: str, slot_id: str, start: ProcessBarrier
) -> bool:
    database = Database(url)
    story = Story(database, Vault(master), desk_id, now)
    start.wait(timeout=60)
    try:
        story.hold(person, slot_id)
    except SlotTaken:
        return False
    finally:
        database.close()
    return True


@pytest.mark.parametrize(("processes", "rounds"), _sizes((6, 1), (50, 20)))
def test_several_processes_that_want_one_slot_make_one_hold(
    story: Story, vault: Vault, processes: int, rounds: int
) -> None:
    address = story.database.engine.url.render_as_string(hide_password=False)
    spawn, people = multiprocessing.get_context("spawn"), _people(story, processes)
    slot = story.times()[0].slot_id
    with spawn.Manager() as manager, spawn.Pool(processes) as pool:
        for _ in range(rounds):
            start = manager.Barrier(processes)
            common = (address, vault.master, story.desk_id, story.now)
            got = pool.starmap(
                _hold_in_process, [(*common, person, slot, start) for person in people], chunksize=1
            )
            assert sum(got) == story.live() == 1
            assert story.broken() == []
            with story.database.transaction() as db:
                service.drop_hold(db, client_id=people[got.index(True)], now=story.now)
