"""The database and its one way to write: `transaction()`. SQLite and PostgreSQL run the same code.

SQLite has one writer: an in-process lock stands before BEGIN IMMEDIATE, arriving events go first, and background
work waits a moment after each of its transactions (reference: measured, a webhook waited 6 s without it, 21 ms with).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

__all__ = ["Connection", "Database", "announce", "insert_or_ignore", "new_id", "upsert"]

_BUSY_SECONDS = 15
_BREATH_SECONDS = 0.001
_READ_ONLY = "tomarigi_read_only"
# In WAL mode SQLite gives every transaction one instant; PostgreSQL has to be asked.
_SNAPSHOT: dict[str, dict[str, Any]] = {
    "sqlite": {_READ_ONLY: True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def new_id() -> str:
    """A random id of 32 hexadecimal digits: unguessable in an address, known before the row is written."""
    return uuid4().hex


def _open_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    cursor.close()


def _forget_memo(connection: Connection) -> None:
    connection.info["memo"] = {}


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _make_engine(url: str) -> Engine:
    engine = _make_sqlite_engine(url) if url.startswith("sqlite") else _make_postgres_engine(url)
    sa.event.listen(engine, "begin", _forget_memo)
    return engine


def _make_postgres_engine(url: str) -> Engine:
    return sa.create_engine(
        url,
        pool_size=20,
        max_overflow=20,
        # The connection that was used last has prepared the most.
        pool_use_lifo=True,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _make_sqlite_engine(url: str) -> Engine:
    engine = sa.create_engine(
        url,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        # What a person wrote may not stand in the text of a fault.
        hide_parameters=True,
    )
    sa.event.listen(engine, "connect", _open_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


class _WriterLock:
    """Lets one thread write at a time; a thread with `urgent` work goes before all that wait without."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._held = False
        self._urgent_waiting = 0

    @contextmanager
    def held(self, *, urgent: bool) -> Iterator[None]:
        with self._free:
            self._urgent_waiting += urgent
            self._free.wait_for(lambda: not self._held and (urgent or not self._urgent_waiting))
            self._urgent_waiting -= urgent
            self._held = True
        try:
            yield
        finally:
            with self._free:
                self._held = False
                self._free.notify_all()


class Database:
    """Opens transactions; knows what to tell whom once one is committed."""

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._as_at_one_instant = _SNAPSHOT[self.engine.dialect.name]
        self._writer = _WriterLock()
        self._resting = threading.Event()
        self._after_commit: list[Callable[[str], None]] = []

    @contextmanager
    def transaction(self, *, urgent: bool = False, background: bool = False) -> Iterator[Connection]:
        """All or nothing. `urgent`: an arriving event; `background`: jobs, which leave others a gap."""
        if not self.is_sqlite:
            with self.engine.connect() as db, db.begin():
                yield db
            return
        topics: set[str] = set()
        with self._writer.held(urgent=urgent), self.engine.connect() as db:
            db.info["topics"] = topics
            with db.begin():
                yield db
        for topic in topics:
            self._announce(topic)
        if background:
            self._resting.wait(_BREATH_SECONDS)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Everything as at one instant, however long one reads; it waits for no writer and never writes."""
        with self.engine.connect().execution_options(**self._as_at_one_instant) as db, db.begin() as view:
            yield db
            # PostgreSQL lets it write nothing; rolled back, its driver would forget all it has prepared.
            if self.is_sqlite:
                view.rollback()

    def on_commit(self, listener: Callable[[str], None]) -> None:
        """SQLite: `listener(topic)` is called after each commit that announced a topic (PostgreSQL has NOTIFY)."""
        self._after_commit.append(listener)

    def _announce(self, topic: str) -> None:
        for listener in self._after_commit:
            listener(topic)

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def memo(db: Connection) -> dict[Any, Any]:
    """What this transaction has read once and may use again; whoever changes such a thing forgets it here."""
    kept: dict[Any, Any] = db.info["memo"]
    return kept


_NOTIFY = sa.text("SELECT pg_notify('tomarigi', :topic)")


def announce(db: Connection, topic: str) -> None:
    """Tells every process, once this transaction is committed, that something of this topic has changed."""
    if db.dialect.name == "postgresql":
        db.execute(_NOTIFY, {"topic": topic})
    else:
        db.info["topics"].add(topic)


@contextmanager
def savepoint(db: Connection) -> Iterator[None]:
    """A step that a constraint may refuse: what it wrote is taken back then, and the transaction stays usable."""
    with db.begin_nested():
        yield


def insert_or_ignore(db: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> int:
    """Inserts rows unless a constraint already knows them; says how many were new."""
    if not rows:
        return 0
    return db.execute(_insert_new(db.dialect.name, table), list(rows)).rowcount


def insert_new(db: Connection, table: sa.Table, row: dict[str, Any]) -> Any:
    """Inserts a row unless a constraint already knows it; its `id`, or None for a known one."""
    statement = _insert_new(db.dialect.name, table).returning(table.c.id)
    return db.execute(statement, row).scalar_one_or_none()


def upsert(db: Connection, table: sa.Table, row: dict[str, Any], *, key: Sequence[str]) -> None:
    """Inserts a row, or gives the one with the same key the new values."""
    db.execute(_insert_or_change(db.dialect.name, table, tuple(row), tuple(key)), row)


_INSERT: dict[str, Callable[[sa.Table], Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


# Made once, since they run with every event: building them costs as much as running them.
@lru_cache
def _insert_new(dialect: str, table: sa.Table) -> Any:
    # Without the option SQLAlchemy forgets the count of an INSERT on PostgreSQL and says -1.
    return _INSERT[dialect](table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


@lru_cache
def _insert_or_change(dialect: str, table: sa.Table, names: tuple[str, ...], key: tuple[str, ...]) -> Any:
    statement = _INSERT[dialect](table)
    changed = {name: statement.excluded[name] for name in names if name not in (*key, "id")}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=list(key))
    return statement.on_conflict_do_update(index_elements=list(key), set_=changed)
