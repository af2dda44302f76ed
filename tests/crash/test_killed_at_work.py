"""A process dies at its own work: reminders, the sessions of the coming months, a migration."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from desk.calendar.service import make_sessions
from desk.database import Database
from tests.crash.desk import START, RunningDesk, prepared_desk, wait_for
from tests.crash.people import book, newcomer, pushes
from tomarigi.sample import open_samples

NOTE = "UPDATE outbound_message SET .*line_request_id"
THREE_DAYS_BEFORE, THE_DAY_BEFORE = "2026-11-24T12:00:30+09:00", "2026-11-26T18:00:30+09:00"
LATER = "2027-02-13T04:00+09:00"
DAY_SECONDS = 24 * 3600


def test_each_reminder_is_sent_once(desk: RunningDesk) -> None:
    person = newcomer(desk)
    book(desk, person)
    desk.die_at("after", "INSERT INTO outbound_message")
    desk.set_clock(THREE_DAYS_BEFORE)
    desk.revive()
    _wait_for_pushes(desk, 1)
    desk.settle()
    desk.die_at("before", NOTE)
    desk.set_clock(THE_DAY_BEFORE)
    desk.revive()
    # LINE answers the second attempt with 409: it has the message.
    _wait_for_pushes(desk, 3)
    desk.settle()
    assert len(pushes(desk, person)) == 2
    assert [call["status"] for call in desk.line.calls(path="/message/push")] == [200, 200, 409]


def test_a_clock_put_back_and_forward_repeats_nothing(desk: RunningDesk) -> None:
    person = newcomer(desk)
    book(desk, person)
    desk.set_clock(THREE_DAYS_BEFORE)
    _wait_for_pushes(desk, 1)
    for hours in (-1, 2, -1):
        desk.turn_clock(hours * 3600)
        assert desk.run("worker", "--once").returncode == 0
        desk.line.ask(person, "ヘルプ")
    desk.settle()
    assert len(pushes(desk, person)) == 1


def test_where_line_forgot_the_key_a_reminder_comes_twice(sqlite_url: str, tmp_path: Path) -> None:
    with prepared_desk(sqlite_url, tmp_path) as desk:
        desk.start()
        person = newcomer(desk)
        book(desk, person)
        desk.settle()
        desk.die_at("before", NOTE)
        desk.set_clock(THREE_DAYS_BEFORE)
        wait_for("the death", lambda: not desk.point_file.exists())
        desk.line.move_clock(DAY_SECONDS + 60)
        desk.revive()
        _wait_for_pushes(desk, 2)
        assert len(pushes(desk, person)) == 2


def _wait_for_pushes(desk: RunningDesk, count: int) -> None:
    wait_for(f"{count} pushes", lambda: len(desk.line.calls(path="/message/push")) >= count)


@pytest.fixture
def sessions_and_slots(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[int, int]]:
    """How many there are three months later where nothing happened."""
    path = tmp_path / "undisturbed.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    open_samples(database, now=datetime.fromisoformat(START).astimezone())
    with database.transaction() as db:
        make_sessions(db, today=date(2027, 2, 13))
    with database.reading() as db:
        counts = (db.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in TABLES)
        yield tuple(counts)  # type: ignore[misc]  # two tables, two numbers
    database.close()


TABLES = ("session", "slot")


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
    database_url: str, tmp_path: Path, sessions_and_slots: tuple[int, int]
) -> None:
    with prepared_desk(database_url, tmp_path) as desk:
        assert _make_sessions_through_a_death(desk, "after", "INSERT INTO slot") == sessions_and_slots


def test_without_the_one_transaction_sessions_are_missing(
    sqlite_url: str, tmp_path: Path, sessions_and_slots: tuple[int, int]
) -> None:
    with prepared_desk(sqlite_url, tmp_path) as desk:
        # The job's due time has moved, so nobody makes them before tomorrow.
        assert _make_sessions_through_a_death(desk, "torn", "INSERT INTO session") < sessions_and_slots


def test_a_migration_that_died_is_done_by_the_next(empty_database_url: str, tmp_path: Path) -> None:
    with prepared_desk(empty_database_url, tmp_path, samples=False) as desk:
        desk.die_at("after", "CREATE TABLE booking ")
        assert desk.run("migrate").returncode == -9
        assert desk.run_at_once(("migrate",), ("migrate",)) == [0, 0]
        assert desk.run("sample").returncode == 0
        done = desk.run("invariants")
        assert done.returncode == 0, done.stdout


def test_without_the_one_transaction_a_migration_is_stuck(tmp_path: Path) -> None:
    with prepared_desk(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path, samples=False) as desk:
        desk.die_at("torn", "CREATE TABLE booking ")
        assert desk.run("migrate").returncode == -9
        assert desk.run("migrate").returncode != 0
