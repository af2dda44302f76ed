"""A key pair, and databases to bring the copy back into."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk.backup.envelope import new_key_pair
from desk.database import Database, new_id
from tests.backup.copies import Keys

NewUrl = Callable[[str], str]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """A fresh key pair for backups."""
    return Keys(tmp_path / "backup.key", new_key_pair(tmp_path / "backup.key"))


@pytest.fixture
def new_url(tmp_path: Path, request: pytest.FixtureRequest) -> NewUrl:
    """Makes a database of a kind (`sqlite`, `postgresql`) with every table and not one row; its address."""

    def make(kind: str) -> str:
        if kind != "sqlite":
            return str(request.getfixturevalue("postgres").lasting())
        path = tmp_path / f"copy_{new_id()}"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"

    return make


@pytest.fixture
def target(database: Database, new_url: NewUrl) -> Iterator[Database]:
    """An empty database of the same kind as the desk's."""
    target = Database(new_url(database.engine.dialect.name))
    yield target
    target.close()
