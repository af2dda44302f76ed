"""An answer of ours that waits a moment because staff are talking with the person: their words may go in its place.

They go on the reply token of the same event, which costs the desk nothing and stands at once below what was written.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.messaging.queries import UNTRIED
from desk.tables.messaging import outbound_message


def release(db: Connection, *, client_id: str, now: datetime) -> None:
    """The person has gone on meanwhile: what was deferred goes now, before what answers that."""
    db.execute(outbound_message.update().where(_deferred(client_id, now)).values(due_at=now))


def take_over(db: Connection, *, client_id: str, now: datetime) -> int | None:
    """What was deferred does not go; the event whose token is free for other words, None where nothing was."""
    dropped = (
        outbound_message.update().where(_deferred(client_id, now)).values(state="dropped", settled_at=now)
    )
    freed: int | None = db.execute(dropped.returning(outbound_message.c.event_id)).scalars().first()
    return freed


def give_back(db: Connection, *, outbound_id: int, now: datetime) -> None:
    """The words that took a place do not go after all: what was deferred goes in theirs."""
    column = outbound_message.c
    event_id = sa.select(column.event_id).where(column.id == outbound_id).scalar_subquery()
    given_up = (column.event_id == event_id, column.id != outbound_id, column.state == "dropped")
    db.execute(outbound_message.update().where(*given_up).values(state="queued", settled_at=None, due_at=now))


def _deferred(client_id: str, now: datetime) -> sa.ColumnElement[bool]:
    column = outbound_message.c
    return sa.and_(column.client_id == client_id, UNTRIED, column.event_id.is_not(None), column.due_at > now)
