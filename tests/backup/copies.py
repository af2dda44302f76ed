"""Makes backups in memory and brings them back, step by step, as the commands do with files."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from desk.backup.envelope import seal, unseal
from desk.backup.queries import backup_lines
from desk.backup.service import Restoration
from desk.database import Database
from desk.erasures import ErasedLine
from desk.privacy import Vault
from desk.tables import metadata

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Keys:
    """A key pair for backups: the file with the private half, and the public one."""

    identity_file: Path
    public_key: str

    def seal(self, lines: Iterable[bytes]) -> bytes:
        """The lines as they would stand in a file."""
        sealed = BytesIO()
        seal(lines, sealed, public_key=self.public_key)
        return sealed.getvalue()

    def unseal(self, sealed: bytes) -> bytes:
        """All that a holder of the private half can read."""
        lines: list[bytes] = []
        unseal(BytesIO(sealed), lines.append, identity_file=self.identity_file)
        return b"".join(lines)


def lines_of(database: Database, vault: Vault, now: datetime) -> list[bytes]:
    """The lines of a backup."""
    with database.reading() as db:
        return list(backup_lines(db, vault, now=now))


def bring_back(
    target: Database,
    vault: Vault,
    keys: Keys,
    sealed: bytes,
    *,
    erased: Collection[ErasedLine] | None = (),
    now: datetime,
) -> None:
    """Restores, all or nothing."""
    with target.transaction() as db:
        restoration = Restoration(db, vault)
        unseal(BytesIO(sealed), restoration.take, identity_file=keys.identity_file)
        restoration.finish(erased=erased, now=now)


def put_rows(target: Database, vault: Vault, lines: Iterable[bytes]) -> None:
    """Only puts the rows into the tables, for what the steps after that are there for."""
    with target.transaction() as db:
        restoration = Restoration(db, vault)
        for line in lines:
            restoration.take(line)


def everything(database: Database) -> Rows:
    """Every row of every table."""
    with database.reading() as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def row_count(database: Database) -> int:
    """How many rows there are in all."""
    return sum(map(len, everything(database).values()))
