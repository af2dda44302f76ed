"""Desks of real processes, on both databases; each file of tests shares one where it can."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

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
        url = request.getfixturevalue("postgres").lasting()
    with running_desk(url, folder) as desk:
        yield desk
