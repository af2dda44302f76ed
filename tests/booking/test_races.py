"""Many at once: the constraints decide. Each race is run again without its guard, and must then go wrong."""

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier as ProcessBarrier

import pytest

from desk.booking import service
from desk.booking.rules import HOLD
from desk.calendar.queries import desk_by_code
from desk.database import Database
from desk.errors import (
    AlreadyBooked,
    HoldGone,
    SlotTaken,
    WrongRoster,
)
from desk.people.service import add_account
from desk.privacy import Vault
from desk.roster.service import assign
from tests.booking.race import JITTER, around, at_once, crowd_of, sizes, without
from tests.booking.story import Story, open_story
from tests.processes import FORK

CROWD = 12
ROUNDS = 4
MANY_TIMES = 10
BOTH_CAME_FIRST = {"confirmed", "held", HoldGone.__name__, SlotTaken.__name__}
PRESSES = 50
LATE = timedelta(minutes=11)
SEED = 2026


def _rush(story: Story) -> int:
    """A crowd wants one slot at one instant; says how many have it."""
    slot = story.times()[0]
    answers = at_once([partial(story.hold, person, slot.slot_id) for person in crowd_of(story, CROWD)])
    refused = answers.count(SlotTaken.__name__)
    assert refused == CROWD - story.live()
    return story.live()


def test_of_a_crowd_that_wants_one_slot_one_person_gets_it(story: Story) -> None:
    assert _rush(story) == 1
    assert story.broken() == []


def test_without_the_index_on_slots_many_get_it(story: Story) -> None:
    without(story.database, "DROP INDEX uq_booking_live_slot")
    assert _rush(story) > 1
    assert "I1" in story.broken()


def _at(story: Story, code: str) -> Story:
    """The same evening at another desk."""
    with story.database.reading() as db:
        desk = desk_by_code(db, code)
    assert desk is not None
    return replace(story, desk_id=desk.id)


@pytest.mark.parametrize(("crowd", "rounds"), sizes((CROWD, ROUNDS), (50, 100)))
def test_a_crowd_with_wishes_of_all_kinds_fills_each_slot_once(story: Story, crowd: int, rounds: int) -> None:
    slots = [slot.slot_id for code in ("suwa", "kamiina", "ueda") for slot in _at(story, code).times()[:4]]
    dice = random.Random(SEED)
    for _ in range(rounds):
        wishes = [(person, dice.choice(slots)) for person in crowd_of(story, crowd)]
        at_once([partial(story.hold, *wish) for wish in wishes])
        assert story.live() <= len(slots)
        assert story.broken() == []


def _restless(story: Story) -> int:
    """One person presses every free time at once, again and again; says how many they have."""
    sora = story.person("sora")
    slots = [slot.slot_id for slot in story.times()] * (PRESSES // 4)
    answers = at_once([partial(story.hold, sora, slot) for slot in slots])
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
        without(database, "DROP INDEX uq_booking_live_quota")
        sora, (one, other, *_) = story.person("sora"), story.times()
        with database.transaction() as first, database.transaction() as second:
            for db, slot in ((first, one), (second, other)):
                service.hold(db, client_id=sora, slot_id=slot.slot_id, now=story.now)
        assert story.live() == 2
        assert "I2" in story.broken()


def _late_yes(story: Story) -> list[str]:
    """A hold has run out: its person says yes at the instant at which somebody else takes the time."""
    slot = story.times()[0]
    sora, yama = story.person("sora"), story.person("yama")
    story.hold(sora, slot.slot_id)
    story.now += LATE
    return at_once([partial(_say_yes, story, sora), partial(_take, story, yama, slot.slot_id)])


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
    without(database, "DROP INDEX uq_booking_live_slot")
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
        answers = at_once([partial(_say_yes, story, sora), partial(_sweep, story)])
        assert answers[0] == story.booking(held).state == "confirmed"
        assert story.broken() == []
        _end_all(story, "sora")


@pytest.mark.parametrize("holds", sizes((20,), (1_000,)))
def test_around_the_end_of_a_hold_each_answer_is_what_the_table_says(story: Story, holds: int) -> None:
    """Owners say yes, strangers take the time, the sweeper comes: all within 25 ms around the hold's end."""
    dice, slots = random.Random(SEED), [slot.slot_id for slot in story.times()]
    owners, strangers = ([f"{who} {n}" for n in range(len(slots))] for who in ("owner", "stranger"))
    seen: set[str] = set()
    # The control: both come first at times, the owner and the stranger. On a busy machine that takes more rounds.
    for turn in range(MANY_TIMES * holds // len(slots)):
        if turn >= holds // len(slots) and seen == BOTH_CAME_FIRST:
            break
        for name, slot_id in zip(owners, slots, strict=True):
            story.hold(story.person(name), slot_id)
        end = story.now + HOLD
        acts: list[Callable[[Story], str]] = [partial(_say_yes, person=story.person(name)) for name in owners]
        acts += [
            partial(_take, person=story.person(name), slot_id=slot_id)
            for name, slot_id in zip(strangers, slots, strict=True)
        ]
        *answers, _swept = at_once(
            [partial(around, story, end, dice.random(), act) for act in (*acts, _sweep)]
        )
        for name, answer in zip([*owners, *strangers], answers, strict=True):
            row = story.live_booking(story.person(name))
            assert (row.state if row else None) == (answer if answer in ("confirmed", "held") else None)
        story.now = end + JITTER
        assert story.broken() == []
        _end_all(story, *owners, *strangers)
        seen |= set(answers)
    assert seen == BOTH_CAME_FIRST


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
        answers = at_once([partial(seat, here, second), partial(seat, there, first)] * 3)
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
        answers = at_once(
            [partial(move, first.id, second.slot_id), partial(move, second.id, first.slot_id)] * 3
        )
        assert set(answers) == {SlotTaken.__name__}
        assert story.broken() == []


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


@pytest.mark.parametrize(("processes", "rounds"), sizes((6, 1), (50, 20)))
def test_several_processes_that_want_one_slot_make_one_hold(
    story: Story, vault: Vault, processes: int, rounds: int
) -> None:
    address = story.database.engine.url.render_as_string(hide_password=False)
    people = crowd_of(story, processes)
    slot = story.times()[0].slot_id
    with FORK.Manager() as manager, FORK.Pool(processes) as pool:
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
