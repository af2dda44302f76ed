"""On which database a test runs: on both, but what only looks at pages or words runs on one, and on both in `make soak`."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

Thing = TypeVar("Thing")
ENGINES = ("sqlite", "postgres")


def by_default(engine: str, fixture: str = "database") -> pytest.MarkDecorator:
    """The test runs on this one by default; `fixture` is what brings it the database."""
    both = [pytest.param(each, marks=[] if each == engine else pytest.mark.soak) for each in ENGINES]
    return pytest.mark.parametrize(fixture, both, indirect=True)


#: For pages and talk: what they show is made the same way on both.
ONE_BY_DEFAULT = by_default("sqlite")
#: The same for pages that ask the database much: PostgreSQL takes fewer liberties with a query.
POSTGRES_BY_DEFAULT = by_default("postgres")


def in_turns(things: Iterable[Thing], name: Callable[[Thing], str]) -> list[object]:
    """Each thing with each database; every other one by default on SQLite, the rest on PostgreSQL."""
    numbered = list(enumerate(things))
    return [
        pytest.param(
            thing,
            engine,
            id=f"{engine}-{name(thing)}",
            marks=[] if engine == ENGINES[number % len(ENGINES)] else pytest.mark.soak,
        )
        for engine in ENGINES
        for number, thing in numbered
    ]
