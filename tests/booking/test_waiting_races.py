"""空き待ち at one instant: who waits gets the freed place, whoever else presses it; done in two steps, they would not."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Event

import pytest

from desk.booking import changes, offered, service, waiting, waiting_list
from desk.booking import waiting_queries as queries
from desk.errors import HoldGone, SlotTaken
from tests.booking.race import JITTER, Act, around, at_once, crowd_of, sizes
from tests.booking.story import Story

SEED = 2026
MANY_TRIES = 50
PRESSES = 4
A_MOMENT = 0.2

Cancel = Callable[[Story, str, Event], str]


def _cancel(story: Story, booking_id: str, _pressed: Event) -> str:
    with story.database.transaction() as db:
        service.cancel(db, booking_id=booking_id, by="client", now=story.now)
    return "cancelled"


def _cancel_in_two_steps(story: Story, booking_id: str, pressed: Event) -> str:
    """The control: the place is free before it is offered, and somebody presses it meanwhile."""
    with story.database.transaction() as db:
        changes.end(db, changes.standing(db, booking_id), "excused", by="client", now=story.now)
    pressed.clear()
    pressed.wait(timeout=A_MOMENT)
    with story.database.transaction() as db:
        waiting.fill(db, desk_id=story.desk_id, now=story.now)
    return "cancelled"


def _waits(story: Story, person: str) -> None:
    story.now += timedelta(seconds=1)
    with story.database.transaction() as db:
        waiting_list.join(db, client_id=person, desk_id=story.desk_id, now=story.now)
        seen = [free.slot_id for free in story.times()]
        waiting.leave_free(db, client_id=person, slot_ids=seen, now=story.now)


def _leaves(story: Story, person: str) -> None:
    with story.database.transaction() as db:
        waiting.leave(db, client_id=person, now=story.now)


def _state(story: Story, person: str) -> str | None:
    with story.database.reading() as db:
        found = queries.entry_of(db, person)
    return found.state if found else None


def _press(story: Story, person: str, slot_id: str) -> str:
    story.hold(person, slot_id)
    return "held"


def _press_on(story: Story, person: str, slot_id: str, settled: Event, pressed: Event) -> str:
    """Again and again while it is not settled who has the place; not for ever, or nobody else has a turn."""
    for _ in range(PRESSES):
        if settled.is_set():
            break
        with suppress(SlotTaken):
            return _press(story, person, slot_id)
        pressed.set()
    return _press(story, person, slot_id)


def _then(settled: Event, act: Act) -> str:
    try:
        return act()
    finally:
        settled.set()


def _round(story: Story, strangers: list[str], cancel: Cancel) -> str:
    """Somebody gives a place back at the instant at which strangers press it; says who has it then."""
    sora = story.person("sora")
    first = story.times()[0].slot_id
    booked = story.book(story.person("guest"), first)
    _waits(story, sora)
    settled, pressed = Event(), Event()
    presses = [partial(_press_on, story, person, first, settled, pressed) for person in strangers]
    answers = at_once([*presses, partial(_then, settled, partial(cancel, story, booked.id, pressed))])
    assert story.live() == 1
    assert story.broken() == []
    got = "stranger" if "held" in answers else str(_state(story, sora))
    assert set(answers) <= {"held", "cancelled", SlotTaken.__name__}
    _leaves(story, sora)
    for person in strangers:
        with story.database.transaction() as db:
            service.drop_hold(db, client_id=person, now=story.now)
    return got


@pytest.mark.parametrize(("crowd", "rounds"), sizes((8, 4), (40, 100)))
def test_who_waits_gets_the_place_that_is_given_back_and_no_stranger(
    story: Story, crowd: int, rounds: int
) -> None:
    strangers = crowd_of(story, crowd)
    assert {_round(story, strangers, _cancel) for _ in range(rounds)} == {"offered"}


def test_in_two_steps_a_stranger_is_quicker(story: Story) -> None:
    strangers = crowd_of(story, 8)
    tries = (_round(story, strangers, _cancel_in_two_steps) for _ in range(MANY_TRIES))
    assert any(got == "stranger" for got in tries)


def _accept(story: Story, person: str, booking_id: str) -> str:
    with story.database.transaction() as db:
        return offered.accept_place(
            db, story.vault, booking_id=booking_id, client_id=person, now=story.now
        ).state


def _sweep(story: Story) -> str:
    with story.database.transaction() as db:
        return str(service.expire_holds(db, now=story.now))


@pytest.mark.parametrize("offers", sizes((12,), (500,)))
def test_around_the_end_of_an_offer_one_person_has_the_place_and_knows_it(story: Story, offers: int) -> None:
    """The first in the line says yes, the sweeper passes the place on, a stranger presses it: all at the end."""
    dice, seen, begin = random.Random(SEED), set(), story.now
    slot_id = story.times()[0].slot_id
    for n in range(offers):
        story.now = begin
        sora, yama, stranger = (story.person(f"{name} {n}") for name in ("sora", "yama", "stranger"))
        booked = story.book(story.person("guest"), slot_id)
        _waits(story, sora)
        _waits(story, yama)
        _cancel(story, booked.id, Event())
        with story.database.reading() as db:
            entry = queries.entry_of(db, sora)
        assert entry is not None
        assert entry.booking_id is not None
        end = story.booking(entry.booking_id).expires_at
        assert end is not None
        acts = (
            partial(_accept, person=sora, booking_id=entry.booking_id),
            _sweep,
            partial(_press, person=stranger, slot_id=slot_id),
        )
        answer, _swept, pressed = at_once([partial(around, story, end, dice.random(), act) for act in acts])
        story.now = end + JITTER
        _sweep(story)
        assert story.broken() == []
        assert (answer, story.booking(entry.booking_id).state) in {
            ("confirmed", "confirmed"),
            (HoldGone.__name__, "expired"),
        }
        assert pressed == SlotTaken.__name__
        assert _state(story, yama) == ("active" if answer == "confirmed" else "offered")
        seen.add(answer)
        _end_round(story, sora, yama)
    # The control: both came first at times, the yes and the sweeper.
    assert seen == {"confirmed", HoldGone.__name__}


def _end_round(story: Story, *waited: str) -> None:
    for person in waited:
        row = story.live_booking(person)
        _leaves(story, person)
        if row is not None and row.state == "confirmed":
            _cancel(story, row.id, Event())


def test_two_who_leave_their_places_crosswise_both_get_an_answer(story: Story) -> None:
    """Two move to each other's day while both places are waited for: nobody waits for the other forever."""
    for n in range(6):
        ten, eleven, january, february = (free.slot_id for free in story.times())
        one = story.book(story.person("one"), ten)
        two = story.book(story.person("two"), january)
        _waits(story, story.person("sora"))
        _waits(story, story.person("yama"))
        answers = at_once(
            [
                partial(_moves, story, one.id, february if n % 2 else january),
                partial(_moves, story, two.id, eleven if n % 2 else ten),
                partial(_moves, replace(story), one.id, eleven),
            ]
        )
        assert set(answers) <= {"moved", SlotTaken.__name__}
        assert story.broken() == []
        _end_round(story, *(story.person(name) for name in ("sora", "yama", "one", "two")))


def _moves(story: Story, booking_id: str, slot_id: str) -> str:
    with story.database.transaction() as db:
        service.move(db, story.vault, booking_id=booking_id, slot_id=slot_id, by="client", now=story.now)
    return "moved"
