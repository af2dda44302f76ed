"""On which database a test runs: on both, but what only looks at pages or words runs on one, and on both in `make soak`."""

from collections.abc import Iterable
from pathlib import Path

import pytest

ENGINES = ("sqlite", "postgres")


def by_default(engine: str, fixture: str = "database") -> pytest.MarkDecorator:
    """The test runs on this one by default; `fixture` is what brings it the database."""
    both = [pytest.param(each, marks=[] if each == engine else pytest.mark.soak) for each in ENGINES]
    return pytest.mark.parametrize(fixture, both, indirect=True)


#: For pages and talk: what they show is made the same way on both.
ONE_BY_DEFAULT = by_default("sqlite")


def in_turns(paths: Iterable[Path]) -> list[object]:
    """Each path with each database; every other one by default on SQLite, the rest on PostgreSQL."""
    return [
        pytest.param(
            path,
            engine,
            id=f"{engine}-{path.stem}",
            marks=[] if engine == ENGINES[number % len(ENGINES)] else pytest.mark.soak,
        )
        for number, path in enumerate(paths)
        for engine in ENGINES
    ]
