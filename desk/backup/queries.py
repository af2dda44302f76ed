"""Reads everything the desk keeps, table by table, as the lines of a backup."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.backup.lines import AT_A_TIME, FORMAT, line
from desk.errors import DeskError
from desk.privacy import Vault
from desk.schema import newest_migration, schema_is_current
from desk.tables import metadata
from desk.tables.base import at_a_time


def backup_lines(db: Connection, vault: Vault, *, now: datetime) -> Iterator[bytes]:
    """All lines of a backup. `db` must show one instant (`database.reading()`), or the tables will not fit.

    The last line carries a mark that only a holder of the master key can make.
    """
    digest = hashlib.sha256()
    for each in _lines(db, vault, now):
        digest.update(each)
        yield each
    yield line({"mark": marks(vault, digest.hexdigest())[0]})


def marks(vault: Vault, digest: str) -> tuple[str, ...]:
    """What proves that a backup comes from a desk with one of these master keys, and that it ends where it should."""
    return vault.indexes("backup", digest)


def _lines(db: Connection, vault: Vault, now: datetime) -> Iterator[bytes]:
    if not schema_is_current(db):
        raise DeskError("the schema is not the newest; run `tomarigi migrate` first")
    heading = {"format": FORMAT, "schema": newest_migration(), "made_at": now}
    yield line(heading | {"keys": vault.fingerprints()})
    for table in metadata.sorted_tables:
        yield line({"table": table.name})
        rows = db.execute(sa.select(table).execution_options(yield_per=at_a_time(table, AT_A_TIME)))
        yield from (line(list(row)) for row in rows)
