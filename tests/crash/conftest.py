"""Desks of real processes, on both databases; each file of tests shares one where it can."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.database import new_id
from tests.crash.desk import RunningDesk, running_desk


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[RunningDesk]:
    """An open desk, once on SQLite and once on PostgreSQL."""
    with running_desk(database_url, tmp_path) as desk:
        yield desk


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def lasting_desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDesk]:
    """An open desk for all tests of a module: after each death the same one goes on."""
    folder = tmp_path_factory.mktemp("lasting")
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "tomarigi.db")
        url = f"sqlite:///{folder / 'tomarigi.db'}"
    else:
        url = _new_postgres(request.getfixturevalue("postgres_server"))
    with running_desk(url, folder) as desk:
        yield desk


def _new_postgres(server: str) -> str:
    name = f"test_{new_id()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as db:
        db.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE with_tables")
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)
