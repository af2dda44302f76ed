"""LINE's monthly quota: what is used, and what is kept back for reminders and answers that are still due.

A month of LINE's begins and ends in Japan. Replies are free and never held back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clock import at_tokyo, local, local_date
from desk.database import upsert
from desk.messaging.rules import HELD_BACK, Quota
from desk.tables.calendar import booking, reminder
from desk.tables.messaging import line_quota, outbound_message

READ_EVERY = timedelta(hours=1)
_LONGER_THAN_A_MONTH = timedelta(days=32)


def is_to_be_read(db: Connection, *, now: datetime) -> bool:
    """Whether an hour has gone by since LINE was asked; a reading of the time to come was made before a clock was set."""
    query = sa.select(line_quota.c.read_at).where(line_quota.c.month == _month(now))
    read_at = db.execute(query).scalar_one_or_none()
    return read_at is None or not timedelta() <= now - read_at < READ_EVERY


def keep(db: Connection, said: Quota, *, now: datetime) -> None:
    """Keeps what LINE says of the present month."""
    row = {"month": _month(now), "allowed": said.allowed, "used": said.used, "read_at": now}
    upsert(db, line_quota, row, key=["month"])


def count_pushes(db: Connection, number: int, *, now: datetime) -> None:
    """So many pushes were taken since LINE was asked."""
    if number:
        mine = line_quota.update().where(line_quota.c.month == _month(now))
        db.execute(mine.values(used=line_quota.c.used + number))


def of_month(db: Connection, *, now: datetime) -> Quota | None:
    """The quota as it stands; None where LINE has not been asked this month."""
    row = db.execute(sa.select(line_quota).where(line_quota.c.month == _month(now))).first()
    return None if row is None else Quota(row.allowed, row.used, _still_due(db, now))


def waiting(db: Connection) -> int:
    """How many messages wait because nothing is to spare."""
    # In words, so that the index of what is open is used.
    is_open = sa.text("state IN ('queued', 'sending')")
    held = sa.and_(is_open, outbound_message.c.state == "queued", outbound_message.c.fault == HELD_BACK)
    return int(db.execute(sa.select(sa.func.count()).select_from(outbound_message).where(held)).scalar_one())


def hold_back(db: Connection, message_ids: Sequence[int], *, token: str, until: datetime) -> None:
    """Messages this sender holds that were certainly not taken: they wait, as if they had never been tried."""
    mine = outbound_message.update().where(
        outbound_message.c.id.in_(message_ids), outbound_message.c.claimed_by == token
    )
    untried = {"state": "queued", "attempts": 0, "first_push_at": None}
    db.execute(mine.values(**untried, due_at=until, fault=HELD_BACK, claimed_by=None, claimed_until=None))


def _still_due(db: Connection, now: datetime) -> int:
    """Reminders until the end of the month, and what is on its way that is no follow-up."""
    planned = (
        sa.select(sa.func.count())
        .select_from(reminder.join(booking, booking.c.id == reminder.c.booking_id))
        .where(
            reminder.c.state == "planned",
            reminder.c.due_at < end_of_month(now),
            reminder.c.booking_version == booking.c.version,
            booking.c.reminders != "telephone",
        )
    )
    queued = (
        sa.select(sa.func.count())
        .select_from(outbound_message)
        .where(
            outbound_message.c.state.in_(("queued", "sending")),
            outbound_message.c.purpose != "follow_up",
            outbound_message.c.event_id.is_(None),
        )
    )
    return int(db.execute(planned).scalar_one()) + int(db.execute(queued).scalar_one())


def _month(now: datetime) -> str:
    return f"{local(now):%Y-%m}"


def end_of_month(now: datetime) -> datetime:
    """The instant at which LINE begins to count anew."""
    next_month = local_date(now).replace(day=1) + _LONGER_THAN_A_MONTH
    return at_tokyo(next_month.replace(day=1), 0)
