"""A desk to be copied, a key pair, and databases to bring the copy back into."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from desk.backup.envelope import new_key_pair
from desk.database import Database, new_id
from desk.house import House
from desk.privacy import Vault
from desk.signals import Signals
from tests.backup.copies import Keys
from tests.booking.story import Story, open_story
from tests.panel.scene import Scene, make_scene

NewUrl = Callable[[str], str]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """A fresh key pair for backups."""
    return Keys(tmp_path / "backup.key", new_key_pair(tmp_path / "backup.key"))


@pytest.fixture
def story(database: Database, vault: Vault, now: datetime) -> Story:
    """諏訪 on the evening of 2026-11-12, nobody booked yet, on either engine."""
    return open_story(database, vault, now)


@pytest.fixture
def scene(house: House) -> Iterator[Scene]:
    """A desk with its officers and staff, on that evening."""
    signals = Signals(house.database)
    yield make_scene(house, signals)
    signals.close()


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
