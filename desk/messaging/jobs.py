"""The due times of jobs, as rows: whoever moves a due time runs the job."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import insert_or_ignore
from desk.tables.messaging import job


def claim(db: Connection, *, name: str, now: datetime, next_due: datetime) -> bool:
    """Moves the job's due time and says whether it was due; the row stays locked until the run is committed.

    A job never run before is due. A due time further ahead than the next one was set before the clock went back.
    """
    insert_or_ignore(db, job, [{"name": name, "due_at": now}])
    due = sa.or_(job.c.due_at <= now, job.c.due_at > next_due)
    moved = db.execute(job.update().where(job.c.name == name, due).values(due_at=next_due))
    return moved.rowcount == 1


def due_times(db: Connection) -> dict[str, datetime]:
    """When each job that ever ran is due, so that nobody writes to find out that nothing is."""
    return {row.name: row.due_at for row in db.execute(sa.select(job.c.name, job.c.due_at))}


def last_count(db: Connection, *, name: str) -> int:
    """How much the job did when it last ran; nothing if it never has."""
    query = sa.select(job.c.last_result).where(job.c.name == name)
    return int(db.execute(query).scalar_one_or_none() or 0)


def note_run(db: Connection, *, name: str, count: int, now: datetime) -> None:
    """Writes down that the job ran, and how much it did."""
    db.execute(job.update().where(job.c.name == name).values(last_run_at=now, last_result=str(count)))
