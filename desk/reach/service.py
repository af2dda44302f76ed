"""Opens and ends the tasks to reach somebody by another means than LINE."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.among import among
from desk.clients.queries import numbers_of, sealer
from desk.database import insert_or_ignore, new_id
from desk.notices.service import announce_news
from desk.privacy import Vault
from desk.reach import queries
from desk.reach.rules import CLOSING, still_to_say
from desk.tables.follow_up import reach_task

_OPEN = reach_task.c.closed_at.is_(None)


def look(db: Connection, *, client_id: str | None = None, now: datetime) -> int:
    """Opens a task for everybody LINE does not reach and to whom something is to say; `client_id`: for them alone.

    Once a person, however many look at a time: the constraint decides. Says how many were opened.
    """
    why = queries.unreached(db, client_id=client_id, now=now)
    things, settled = queries.to_say(db, why, now=now), queries.settled_at(db, why)
    rows = []
    for each, reason in why.items():
        left = still_to_say(things.get(each, ()), settled_at=settled.get(each))
        if left:
            desk_id = next((thing.desk_id for thing in left if thing.desk_id), None)
            rows.append(
                {"id": new_id(), "client_id": each, "desk_id": desk_id, "why": reason, "opened_at": now}
            )
    opened = insert_or_ignore(db, reach_task, rows)
    if opened:
        announce_news(db)
    return opened


def end_idle(db: Connection, *, now: datetime) -> int:
    """Ends the tasks of people to whom nothing is to say any more, such as after the day of their visit."""
    query = sa.select(reach_task.c.id, reach_task.c.client_id).where(_OPEN)
    waiting = {row.id: row.client_id for row in db.execute(query)}
    things, settled = (
        queries.to_say(db, waiting.values(), now=now),
        queries.settled_at(db, waiting.values()),
    )
    over = [
        task_id
        for task_id, each in waiting.items()
        if not still_to_say(things.get(each, ()), settled_at=settled.get(each))
    ]
    return _close(db, among(reach_task.c.id, over), now=now)


def note_result(
    db: Connection, vault: Vault, *, task_id: str, result: str, note: str, account_id: str, now: datetime
) -> None:
    """What staff did: `reached` and `no_means` end the task, `no_answer` leaves it to be tried again.

    Nothing happens to a task that has ended meanwhile, such as by the person's own return.
    """
    row = db.execute(sa.select(reach_task.c.client_id).where(reach_task.c.id == task_id)).one()
    sealed = sealer(db, vault, row.client_id).seal_text(note, f"reach_task.note:{task_id}") if note else None
    noted: dict[str, Any] = {"result": result, "note": sealed, "account_id": account_id}
    if result in CLOSING:
        noted["closed_at"] = now
    db.execute(reach_task.update().where(reach_task.c.id == task_id, _OPEN).values(noted))
    announce_news(db)


def note_back(db: Connection, *, client_id: str, now: datetime) -> None:
    """LINE reaches the person again: what waited is said there."""
    _close(db, among(reach_task.c.client_id, numbers_of(db, client_id)), result="back", now=now)


def _close(db: Connection, which: sa.ColumnElement[bool], *, now: datetime, **noted: str) -> int:
    closed = db.execute(reach_task.update().where(which, _OPEN).values(closed_at=now, **noted)).rowcount
    if closed:
        announce_news(db)
    return closed
