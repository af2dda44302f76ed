"""Several acts at one instant, and what each of them answered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Event

import pytest
import sqlalchemy as sa

from desk.database import Database
from desk.errors import DeskError
from tests.booking.story import Story

JITTER = timedelta(milliseconds=25)

Act = Callable[[], str]


def sizes(small: tuple[int, ...], full: tuple[int, ...]) -> list[object]:
    """A test in a size for every day, and in the size of the reference (booking 4.6)."""
    return [pytest.param(*small, id="small"), pytest.param(*full, id="full", marks=pytest.mark.soak)]


def at_once(acts: list[Act]) -> list[str]:
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


def around(story: Story, end: datetime, share: float, act: Callable[[Story], str]) -> str:
    """Does it at some instant between 25 ms before `end` and 25 ms after it."""
    waited = 2 * share * JITTER
    Event().wait(waited.total_seconds())
    return act(replace(story, now=end - JITTER + waited))


def without(database: Database, statement: str) -> None:
    """Takes a guard away, for a control."""
    with database.transaction() as db:
        db.execute(sa.text(statement))


def crowd_of(story: Story, count: int) -> list[str]:
    """A crowd."""
    return [story.person(str(number)) for number in range(count)]
