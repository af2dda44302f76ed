"""The database goes away in mid work, or its disk is full: LINE is told, and nothing is lost."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.messaging.rules import EVENT_RESTS
from tests.crash.desk import RunningDesk, prepared_desk, running_desk, wait_for
from tests.crash.launcher import WITHOUT_TRANSACTIONS
from tests.crash.people import answers, newcomer, wait_for_answers
from tests.crash.stream import writing

WAITING = 100
ENDS = 5
SMALL = 12 * 1024 * 1024
FULL = os.strerror(errno.ENOSPC)
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_HELD_UP = "wait_event_type = 'Lock' AND query LIKE 'INSERT INTO outbound_message%'"


def _end_backends_in_mid_work(desk: RunningDesk) -> None:
    """Holds up whoever is about to queue an answer, and ends all backends while they wait."""
    with desk.database.transaction() as db:
        db.execute(sa.text("LOCK TABLE outbound_message IN EXCLUSIVE MODE"))
        wait_for("somebody to wait", lambda: desk.number(f"SELECT count(*) {_OTHERS} AND {_HELD_UP}") > 0)
        db.execute(sa.text(f"SELECT count(pg_terminate_backend(pid)) {_OTHERS}"))


def _write_while_backends_end(url: str, folder: Path, **environment: str) -> tuple[int, int, int]:
    """How many times people wrote, how many answers they had, and how many were left in between."""
    with prepared_desk(url, folder) as desk:
        desk.environment |= environment
        desk.start()
        before = dict(desk.processes)
        with writing(desk) as stream:
            for _ in range(ENDS):
                stream.wait_for_more(2)
                _end_backends_in_mid_work(desk)
        desk.come_round()
        desk.calm_down()
        assert desk.processes == before
        assert all(process.is_alive() for process in desk.processes.values())
        assert desk.broken() == []
        assert max(stream.answered()) <= stream.said
        open_ones = desk.counts().waiting_events + desk.counts().parked_events
        return stream.said * len(stream.people), sum(stream.answered()), open_ones


def test_backends_that_are_ended_in_mid_work_lose_nothing(postgres_url: str, tmp_path: Path) -> None:
    said, answered, left = _write_while_backends_end(postgres_url, tmp_path)
    assert (answered, left) == (said, 0)


def test_without_the_one_transaction_answers_are_lost(postgres_url: str, tmp_path: Path) -> None:
    said, answered, left = _write_while_backends_end(postgres_url, tmp_path, **{WITHOUT_TRANSACTIONS: "yes"})
    assert answered + left < said


@dataclass(frozen=True)
class SmallDisk:
    """A file system in memory, of a few megabytes."""

    folder: Path

    def fill(self) -> None:
        """Leaves no room."""
        with pytest.raises(OSError, match=FULL):
            (self.folder / "ballast").write_bytes(bytes(SMALL))

    def free(self) -> None:
        """Makes room again."""
        (self.folder / "ballast").unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Such a disk; mounting it takes root, as installing the browser does."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert mounted.returncode == 0, f"a small disk needs root and mount: {mounted.stderr}"
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_on_a_full_disk_line_is_told_and_all_goes_on_when_there_is_room(
    small_disk: SmallDisk, sqlite_template: Path, tmp_path: Path
) -> None:
    path = small_disk.folder / "tomarigi.db"
    shutil.copyfile(sqlite_template, path)
    with running_desk(f"sqlite:///{path}", tmp_path) as desk:
        early, late = newcomer(desk), newcomer(desk)
        desk.line.collect()
        for _ in range(WAITING):
            desk.line.say(early, "ヘルプ")
        kept = desk.line.send_collected(together=True)
        small_disk.fill()
        assert kept[0]["attempts"][0]["status"] == 200
        # The control: the disk is full indeed, and the first of them are not all done.
        wait_for("a refusal", lambda: desk.line.say(late, "ヘルプ").status == 503)
        assert len(answers(desk, early)) < WAITING
        _let_the_worker_fail_often(desk)
        small_disk.free()
        said = sum(message.speaker == "user" for message in desk.line.messages(late))
        wait_for_answers(desk, late, said + 1)
        wait_for_answers(desk, early, WAITING + 1)
        desk.settle()
        assert (len(answers(desk, early)), len(answers(desk, late))) == (WAITING + 1, said + 1)


def _let_the_worker_fail_often(desk: RunningDesk) -> None:
    """Long enough for an event to be given up, were a full disk taken for its fault."""
    log = desk.folder / "all.log"

    def failures() -> int:
        return log.read_text().count("inbox interrupted") + log.read_text().count("event failed")

    for rest in (*EVENT_RESTS, *EVENT_RESTS[-1:]):
        wanted = failures() + 1
        desk.turn_clock(rest.total_seconds() + 1)
        wait_for("a failure", partial(_reached, failures, wanted))


def _reached(count: Callable[[], int], wanted: int) -> bool:
    return count() >= wanted
