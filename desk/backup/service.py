"""Puts a backup into an empty database: all of it, proved whole and our own, or nothing."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.backup.envelope import NotRestorable
from desk.backup.erased import erase_again
from desk.backup.lines import AT_A_TIME, FORMAT, row_of
from desk.backup.queries import marks
from desk.backup.waking import settle
from desk.erasures import ErasedLine
from desk.privacy import Vault
from desk.schema import newest_migration, schema_is_current
from desk.tables import metadata
from desk.tables.base import at_a_time


class Restoration:
    """Takes the lines of a backup one by one; nothing may be kept unless `finish` has returned."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        _take_possession(db)
        self._db = db
        self._vault = vault
        self._digest = hashlib.sha256()
        self._made_at: datetime | None = None
        self._table: sa.Table | None = None
        self._waiting: list[dict[str, Any]] = []
        self._ended = False

    def take(self, line: bytes) -> None:
        """Puts one line where it belongs; raises NotRestorable for what is no backup of this desk."""
        said, self._ended = _read(line), False
        if self._made_at is None:
            self._made_at = _read_heading(said, self._vault)
        elif self._table is not None and isinstance(said, list):
            self._take_row(self._table, said)
        elif "table" in said:
            self._close_table()
            self._table = metadata.tables[said["table"]]
        else:
            self._close_table()
            self._ended = said.get("mark") in marks(self._vault, self._digest.hexdigest())
        self._digest.update(line)

    def finish(self, *, erased: Collection[ErasedLine] | None, now: datetime) -> datetime:
        """All is there: the house is put in order for its first hour. Returns the instant of the backup.

        `erased`: the lines of the erasure file; None only where there truly is none any more.
        """
        if self._made_at is None or not self._ended:
            raise NotRestorable(
                "not made by this desk: MASTER_KEY_FILE must name the master key of that time"
            )
        if erased is not None:
            erase_again(self._db, self._vault, erased, made_at=self._made_at, now=now)
        settle(self._db, now=now)
        return self._made_at

    def _take_row(self, table: sa.Table, values: list[Any]) -> None:
        self._waiting.append(row_of(table.columns.values(), values))
        if len(self._waiting) == at_a_time(table, AT_A_TIME):
            self._write(table)

    def _write(self, table: sa.Table) -> None:
        if self._waiting:
            self._db.execute(table.insert(), self._waiting)
            self._waiting.clear()

    def _close_table(self) -> None:
        if self._table is not None:
            self._write(self._table)
            _count_on(self._db, self._table)
        self._table = None


def _take_possession(db: Connection) -> None:
    """Keeps everybody else out until the transaction ends; raises NotRestorable unless all tables are empty."""
    if not schema_is_current(db):
        raise NotRestorable("the database has not the tables of this version; run `tomarigi migrate` first")
    if db.dialect.name == "postgresql":
        names = ", ".join(table.name for table in metadata.sorted_tables)
        db.execute(sa.text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    for table in metadata.sorted_tables:
        if db.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise NotRestorable(
                f"the database is not empty ({table.name}); a backup goes into an empty one only"
            )


def _read(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as fault:
        raise NotRestorable("it opens, but it is no backup of this program") from fault


def _read_heading(said: Any, vault: Vault) -> datetime:
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise NotRestorable("it opens, but it is no backup of this program")
    if said["schema"] != newest_migration():
        raise NotRestorable(
            f"the backup has schema {said['schema']} and this program {newest_migration()}: "
            "restore it with the version that made it, then update and run `tomarigi migrate`"
        )
    _check_keys(said["keys"], vault.fingerprints())
    return datetime.fromisoformat(said["made_at"])


def _check_keys(wanted: dict[str, str], held: dict[str, str]) -> None:
    for number, fingerprint in wanted.items():
        if held.get(number) != fingerprint:
            raise NotRestorable(
                f"the backup was made with master key {number} ({fingerprint}), which MASTER_KEY_FILE does not hold: "
                "put the line of that key below the others"
            )


def _count_on(db: Connection, table: sa.Table) -> None:
    """The numbers PostgreSQL gives out go on after the last one; SQLite sees to that by itself."""
    number = table.autoincrement_column
    if number is not None and db.dialect.name == "postgresql":
        last = sa.select(sa.func.max(number)).scalar_subquery()
        db.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, number.name), last)))
