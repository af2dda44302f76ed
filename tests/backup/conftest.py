"""A desk to be copied, a key pair, and databases to bring the copy back into."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

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
        name = f"copy_{new_id()}"
        if kind == "sqlite":
            shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / name)
            return f"sqlite:///{tmp_path / name}"
        server = request.getfixturevalue("postgres_server")
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as db:
            db.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE with_tables")
        return sa.make_url(server).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture
def target(database: Database, new_url: NewUrl) -> Iterator[Database]:
    """An empty database of the same kind as the desk's."""
    target = Database(new_url(database.engine.dialect.name))
    yield target
    target.close()
