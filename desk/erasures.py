"""The erasure file: a keyed hash for everybody who was erased, outside database and backup.

Whoever brings a backup back needs it, so that nobody who was erased since comes back with it. A line is written at
least once; one that stands there twice does no harm.
"""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.tables.retention import erasure

_LINE = re.compile(r"([0-9a-f]{64}) (\S+)(?: (asked|retention))?")


@dataclass(frozen=True)
class ErasedLine:
    """Somebody was erased: the keyed hash of who, when, and whether they asked or their time was over."""

    subject_hash: str
    at: datetime
    why: str = "asked"  # lines of earlier versions do not say


def note_erasures(db: Connection, file: Path, *, now: datetime) -> int:
    """Writes down who was erased and does not stand there yet; a file that is missing is made, with everybody.

    The lines are on the disk before the database knows it: a crash between the two writes them again.
    """
    query = sa.select(erasure).order_by(erasure.c.at, erasure.c.id)
    if there := file.exists():
        query = query.where(erasure.c.noted_at.is_(None))
    rows = db.execute(query).all()
    if rows or not there:
        _append(file, [f"{row.subject_hash} {row.at.isoformat()} {row.why}\n" for row in rows])
        ids = [row.id for row in rows]
        db.execute(erasure.update().where(erasure.c.id.in_(ids)).values(noted_at=now))
    return len(rows)


def read_erasures(file: Path) -> tuple[ErasedLine, ...]:
    """All lines; one that was cut off by a crash stands there again, and is passed over. Raises OSError."""
    found = (_LINE.fullmatch(line) for line in file.read_text().splitlines())
    return tuple(
        ErasedLine(line[1], datetime.fromisoformat(line[2]), line[3] or "asked") for line in found if line
    )


def not_noted(db: Connection, lines: Collection[ErasedLine]) -> int:
    """How many that this database knows to stand in the file are not in these lines."""
    known = {line.subject_hash for line in lines}
    noted = sa.select(erasure.c.subject_hash).where(erasure.c.noted_at.is_not(None))
    return sum(subject not in known for subject in db.execute(noted).scalars())


def not_written(db: Connection, *, before: datetime) -> int:
    """How many erasures from before this instant are still not in the file: it cannot be written."""
    late = erasure.c.noted_at.is_(None) & (erasure.c.at < before)
    return int(db.execute(sa.select(sa.func.count()).select_from(erasure).where(late)).scalar_one())


def _append(file: Path, lines: list[str]) -> None:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "rb+") as opened:
        # A line that was cut off ends here.
        cut_off = opened.seek(0, os.SEEK_END) and opened.seek(-1, os.SEEK_END) and opened.read() != b"\n"
        opened.write((b"\n" if cut_off else b"") + "".join(lines).encode())
        opened.flush()
        os.fsync(opened.fileno())
