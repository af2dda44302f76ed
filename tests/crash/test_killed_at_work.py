"""A process dies at work nobody waits for: the sessions of the coming months, a migration."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from desk.calendar.service import make_sessions
from desk.database import Database
from tests.crash.desk import START, RunningDesk, prepared_desk
from tomarigi.sample import open_samples

LATER = "2027-02-13T04:00+09:00"
TABLES = ("session", "slot")


@pytest.fixture
def sessions_and_slots(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[int, ...]]:
    """How many there are three months later where nothing happened."""
    path = tmp_path / "undisturbed.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    open_samples(database, now=datetime.fromisoformat(START).astimezone())
    with database.transaction() as db:
        make_sessions(db, today=date(2027, 2, 13))
    with database.reading() as db:
        yield tuple(db.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in TABLES)
    database.close()


def _sessions_and_slots(desk: RunningDesk) -> tuple[int, ...]:
    return tuple(desk.number(f"SELECT count(*) FROM {table}") for table in TABLES)


def _make_sessions_through_a_death(desk: RunningDesk, moment: str, statement: str) -> tuple[int, ...]:
    before = _sessions_and_slots(desk)
    desk.set_clock(LATER)
    desk.die_at(moment, statement)
    assert desk.run("worker", "--once").returncode == -9
    assert moment == "torn" or _sessions_and_slots(desk) == before
    assert desk.run("worker", "--once").returncode == 0
    return _sessions_and_slots(desk)


def test_the_coming_sessions_are_all_there_with_their_slots(
    database_url: str, tmp_path: Path, sessions_and_slots: tuple[int, ...]
) -> None:
    with prepared_desk(database_url, tmp_path) as desk:
        assert _make_sessions_through_a_death(desk, "after", "INSERT INTO slot") == sessions_and_slots


def test_without_the_one_transaction_sessions_are_missing(
    sqlite_url: str, tmp_path: Path, sessions_and_slots: tuple[int, ...]
) -> None:
    with prepared_desk(sqlite_url, tmp_path) as desk:
        # The job's due time has moved, so nobody makes them before tomorrow.
        assert _make_sessions_through_a_death(desk, "torn", "INSERT INTO session") < sessions_and_slots


def test_a_migration_that_died_is_done_by_the_next(empty_database_url: str, tmp_path: Path) -> None:
    with prepared_desk(empty_database_url, tmp_path, samples=False) as desk:
        desk.die_at("after", "CREATE TABLE booking ")
        assert desk.run("migrate").returncode == -9
        assert desk.run_at_once(("migrate",), ("migrate",)) == [0, 0]
        open_samples(desk.database, now=datetime.fromisoformat(START).astimezone())
        assert desk.broken() == []


def test_without_the_one_transaction_a_migration_is_stuck(tmp_path: Path) -> None:
    with prepared_desk(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path, samples=False) as desk:
        desk.die_at("torn", "CREATE TABLE booking ")
        assert desk.run("migrate").returncode == -9
        assert desk.run("migrate").returncode != 0
