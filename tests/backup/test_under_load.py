"""The commands, while real processes serve people who book, cancel and write."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk.backup.envelope import new_key_pair
from desk.booking.queries import live_booking
from desk.clients.queries import client_of_address
from desk.database import Database
from desk.privacy import Vault
from simulator.client import Person
from tests.backup.conftest import NewUrl
from tests.crash.desk import WAIT_SECONDS, RunningDesk, prepared_desk
from tests.crash.people import book, leave, newcomer

BACKUPS = 2


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[RunningDesk]:
    """An open desk with a key for backups, once on SQLite and once on PostgreSQL."""
    with prepared_desk(database_url, tmp_path) as desk:
        desk.environment["BACKUP_PUBLIC_KEY"] = new_key_pair(tmp_path / "backup.key")
        desk.start()
        yield desk


def run(desk: RunningDesk, *words: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Runs a command with the desk's settings, some of them changed."""
    environment: Mapping[str, str] = os.environ | desk.environment | changed
    command = [sys.executable, "-m", "tomarigi", *words]
    return subprocess.run(
        command,
        env=environment,
        cwd=desk.folder,
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
        check=False,
    )


@contextmanager
def restless(desk: RunningDesk) -> Iterator[list[int]]:
    """Somebody books and cancels without a pause while the body runs; how often."""
    person, rounds, stop = newcomer(desk, "やま"), [0], threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            book(desk, person, place=2)
            leave(desk, person)
            rounds[0] += 1

    somebody = threading.Thread(target=come_and_go)
    somebody.start()
    try:
        yield rounds
    finally:
        stop.set()
        somebody.join()


def number_of(desk: RunningDesk, database: Database, person: Person) -> str | None:
    """The number of a person's booking, as the panel would read it."""
    vault = Vault.from_file(Path(desk.environment["MASTER_KEY_FILE"]))
    with database.reading() as db:
        client_id = client_of_address(db, vault, person.user_id)
        booking = live_booking(db, vault, client_id=client_id) if client_id else None
    return booking.number if booking else None


def test_backups_of_a_busy_desk_are_each_one_whole_desk(desk: RunningDesk, new_url: NewUrl) -> None:
    sora = newcomer(desk)
    book(desk, sora)
    known = desk.number("SELECT count(*) FROM inbound_event")
    with restless(desk) as rounds:
        made = [run(desk, "backup", f"{number}.age") for number in range(BACKUPS)]
    assert [told.returncode for told in made] == [0] * BACKUPS, made
    assert rounds[0] > 0
    desk.settle()
    for number in range(BACKUPS):
        url = new_url(desk.database.engine.dialect.name)
        told = run(desk, "restore", f"{number}.age", "--identity", "backup.key", DATABASE_URL=url)
        assert told.returncode == 0, told
        assert all(" ok " in line for line in told.stdout.splitlines()[1:])
        copy = Database(url)
        assert number_of(desk, copy, sora) == number_of(desk, desk.database, sora) is not None
        with copy.reading() as db:
            assert db.exec_driver_sql("SELECT count(*) FROM inbound_event").scalar_one() >= known
        copy.close()
