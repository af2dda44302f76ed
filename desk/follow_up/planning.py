"""The rows of a plan: put on a day once, carried over to another, settled once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import insert_or_ignore, new_id
from desk.tables.follow_up import follow_up

# What stays the same when a step is put off.
_CARRIED = ("client_id", "desk_id", "booking_id", "consent_id", "way")


def put(db: Connection, step: Mapping[str, Any], day: date, *, now: datetime) -> bool:
    """Plans a step for a day; False where that person has one of this way on that day already.

    The unique key decides, so pressing twice plans once. One that was stopped there is planned again.
    """
    row = {**step, "due_on": day}
    if insert_or_ignore(db, follow_up, [row | {"id": new_id(), "made_at": now}]):
        return True
    anew = row | {"state": "planned", "outbound_id": None, "account_id": None, "settled_at": None}
    return db.execute(_there(row, "stopped").values(anew)).rowcount > 0


def carry_over(
    db: Connection,
    *,
    follow_up_id: str,
    to: date,
    was: str = "planned",
    by: str | None = None,
    now: datetime,
) -> bool:
    """A step in this state moves to that day, or to the next one that is free.

    False where nothing is to be moved: it is settled already, or was for that very day.
    """
    step = db.execute(sa.select(follow_up).where(follow_up.c.id == follow_up_id)).first()
    if step is None or step.due_on == to:
        return False
    if not settle(db, follow_up_id=follow_up_id, state="moved", was=was, by=by, now=now):
        return False
    carried, day = {name: step._mapping[name] for name in _CARRIED}, to
    while not put(db, carried, day, now=now) and not _stands(db, carried, day):
        day += timedelta(days=1)
    return True


def settle(
    db: Connection,
    *,
    follow_up_id: str,
    state: str,
    was: str = "planned",
    by: str | None = None,
    now: datetime,
) -> bool:
    """A step that was planned is sent, stopped or moved; False where somebody else has settled it already."""
    unsettled = sa.and_(follow_up.c.id == follow_up_id, follow_up.c.state == was)
    values = {"state": state, "account_id": by, "settled_at": now}
    return db.execute(follow_up.update().where(unsettled).values(values)).rowcount > 0


def _stands(db: Connection, step: Mapping[str, Any], day: date) -> bool:
    """Whether another step of this way is planned for that day, and so stands for both."""
    same = (follow_up.c.client_id == step["client_id"]) & (follow_up.c.way == step["way"])
    query = sa.select(follow_up.c.id).where(same, follow_up.c.due_on == day, follow_up.c.state == "planned")
    return db.execute(query).first() is not None


def _there(row: Mapping[str, Any], state: str) -> sa.Update:
    same = (follow_up.c[name] == row[name] for name in ("client_id", "due_on", "way"))
    return follow_up.update().where(*same, follow_up.c.state == state)
