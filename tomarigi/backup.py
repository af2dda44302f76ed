"""Backup and restore as an operator runs them: which file, which keys, and nothing left of what was not finished."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from desk.backup.envelope import NotRestorable, seal, unseal
from desk.backup.queries import backup_lines
from desk.backup.service import Restoration
from desk.clock import local
from desk.database import Database
from desk.erasures import ErasedLine, note_erasures, read_erasures
from desk.errors import DeskError
from desk.settings import Settings
from tomarigi.process import only_process


def make_backup(database: Database, settings: Settings, file: Path) -> str:
    """Writes everything as it is at this instant, sealed; says of when it is."""
    vault, now = settings.vault(), settings.clock().now()
    with database.transaction() as db:
        note_erasures(db, settings.erasure_file, now=now)
    with _whole_or_not_at_all(file) as opened, database.reading() as db:
        seal(backup_lines(db, vault, now=now), opened, public_key=settings.backup_public_key)
    return f"{file}: everything as of {_told(now)}"


def restore_backup(
    database: Database, settings: Settings, file: Path, identity_file: Path, *, erasures_lost: bool
) -> str:
    """Puts a backup into the configured database, which must be empty; says of when it is."""
    vault = settings.vault()
    erased = None if erasures_lost else _erased(settings.erasure_file)
    with only_process(settings.database_url), file.open("rb") as opened, database.transaction() as db:
        restoration = Restoration(db, vault)
        unseal(opened, restoration.take, identity_file=identity_file)
        made_at = restoration.finish(erased=erased, now=settings.clock().now())
    return f"{file} is restored: everything as of {_told(made_at)}, and nothing that happened since"


def _erased(file: Path) -> tuple[ErasedLine, ...]:
    try:
        return read_erasures(file)
    except OSError as fault:
        raise NotRestorable(
            f"ERASURE_FILE: {file} cannot be read; without it people who were erased would come back. Bring the file "
            "of this desk here; only where it is truly lost: restore with --erasures-lost"
        ) from fault


@contextmanager
def _whole_or_not_at_all(file: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read; it has its name only once all of it is on the disk."""
    if file.exists():
        raise DeskError(f"{file} exists; a backup is never overwritten")
    if not file.parent.is_dir():
        raise DeskError(f"there is no folder {file.parent}")
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as part:
        try:
            yield part.file
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).rename(file)
        except BaseException:
            Path(part.name).unlink()
            raise


def _told(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
