"""Two hundred things happen at random; after each, whatever was answered, every invariant holds."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.engine import Connection

from desk.booking import service
from desk.errors import DeskError
from tests.booking.story import Story

STEPS = 200
LONGEST_WAIT_MINUTES = 400


class Life:
    """What three people, an officer and the clock may do to one desk."""

    def __init__(self, story: Story, dice: random.Random) -> None:
        self.story = story
        self.dice = dice
        self.people = [story.person(name) for name in ("sora", "yama", "mori")]
        self.slots = [
            slot_id for session_id in story.sessions()[:3] for slot_id in story.slots_of(session_id)
        ]

    def go_on(self) -> None:
        """Somebody does something; then some time goes by, and what is due by the clock is done."""
        acts = (self._hold, self._confirm, self._confirm, self._move, self._cancel, self._drop, self._outcome)
        person = self.dice.choice(self.people)
        own = self.story.live_booking(person)
        self._try(self.dice.choice(acts), person, own.id if own else "nothing")
        self.story.now += timedelta(minutes=self.dice.randrange(LONGEST_WAIT_MINUTES))
        with self.story.database.transaction() as db:
            service.expire_holds(db, now=self.story.now)
            service.lapse_past(db, now=self.story.now)

    def _try(self, act: Callable[[Connection, str, str], object], person: str, own: str) -> None:
        # Inside the transaction: a refusal must leave it usable and change nothing.
        with self.story.database.transaction() as db, suppress(DeskError):
            act(db, person, own)

    def _slot(self) -> str:
        return self.dice.choice(self.slots)

    def _hold(self, db: Connection, person: str, _own: str) -> None:
        service.hold(db, client_id=person, slot_id=self._slot(), now=self.story.now)

    def _confirm(self, db: Connection, person: str, _own: str) -> None:
        service.confirm(
            db,
            self.story.vault,
            client_id=person,
            called_name="そら",
            about=self.dice.choice(["self", "family", "other"]),
            subject_knows=None,
            now=self.story.now,
        )

    def _move(self, db: Connection, _person: str, own: str) -> None:
        by = self.dice.choice(["client", "0"])
        service.move(db, self.story.vault, booking_id=own, slot_id=self._slot(), by=by, now=self.story.now)

    def _cancel(self, db: Connection, _person: str, own: str) -> None:
        service.cancel(db, booking_id=own, by=self.dice.choice(["client", "0"]), now=self.story.now)

    def _drop(self, db: Connection, person: str, _own: str) -> None:
        service.drop_hold(db, client_id=person, now=self.story.now)

    def _outcome(self, db: Connection, _person: str, own: str) -> None:
        outcome = self.dice.choice(["attended", "no_show", "moved", "excused"])
        service.record_outcome(
            db,
            self.story.vault,
            booking_id=own,
            outcome=outcome,
            promise=self.dice.choice([None, "", "電話する。"]),
            handed_on=True,
            by="0",
            now=self.story.now,
        )


def test_whatever_happens_every_invariant_holds(story: Story) -> None:
    life = Life(story, random.Random(20261127))
    for _ in range(STEPS):
        life.go_on()
        assert story.broken() == []
    assert {"booked", "moved", "cancelled"} <= set(story.told()), "the dice never let it come to anything"
