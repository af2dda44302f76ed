"""LINE's monthly quota: what is used, and what is kept back for reminders and answers that are still due.

A month of LINE's begins and ends in Japan. Replies are free and never held back. LINE's own count is approximate and may
lag behind (reference: line 1.2), so ours stands beside it and the larger one counts.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clock import at_tokyo, local, local_date
from desk.database import insert_or_ignore, upsert
from desk.messaging.rules import HELD_BACK, MAY_WAIT, Quota
from desk.tables.calendar import booking, reminder
from desk.tables.follow_up import follow_up
from desk.tables.messaging import MESSAGE_OPEN, line_quota, outbound_message

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
    mine = line_quota.update().where(line_quota.c.month == _month(now))
    db.execute(mine.values(pushed_then=line_quota.c.pushed))


def count_pushes(db: Connection, number: int, *, now: datetime) -> None:
    """LINE has taken so many pushes of ours, whether it has been asked this month or not."""
    if not number:
        return
    mine = line_quota.update().where(line_quota.c.month == _month(now))
    more = mine.values(pushed=line_quota.c.pushed + number)
    if not db.execute(more).rowcount:
        insert_or_ignore(db, line_quota, [{"month": _month(now)}])
        db.execute(more)


def of_month(db: Connection, *, now: datetime) -> Quota | None:
    """The quota as it stands; None where LINE has not been asked this month."""
    row = db.execute(sa.select(line_quota).where(line_quota.c.month == _month(now))).first()
    if row is None or row.read_at is None:
        return None
    used = max(row.used + row.pushed - row.pushed_then, row.pushed)
    kept_back, written, follow_ups = _still_due(db, now)
    return Quota(row.allowed, used, kept_back, follow_ups, ours=row.pushed, written=written)


def waiting(db: Connection) -> int:
    """How many messages wait because nothing is to spare."""
    held = sa.and_(MESSAGE_OPEN, outbound_message.c.state == "queued", outbound_message.c.fault == HELD_BACK)
    return int(db.execute(sa.select(sa.func.count()).select_from(outbound_message).where(held)).scalar_one())


def _still_due(db: Connection, now: datetime) -> tuple[int, int, int]:
    """Until the end of the month: reminders and what is to be pushed in any case; staff's own words; and follow-ups."""
    end = end_of_month(now)
    reminders = (
        sa.select(sa.func.count())
        .select_from(reminder.join(booking, booking.c.id == reminder.c.booking_id))
        .where(
            reminder.c.state == "planned",
            reminder.c.due_at < end,
            reminder.c.booking_version == booking.c.version,
            booking.c.reminders != "telephone",
        )
    )
    planned = sa.select(sa.func.count()).where(
        follow_up.c.state == "planned", follow_up.c.way == "message", follow_up.c.due_on < local_date(end)
    )
    may_wait = outbound_message.c.purpose.in_(MAY_WAIT) & outbound_message.c.must_arrive.is_(False)
    queued = (
        sa.select(
            sa.case((may_wait, outbound_message.c.purpose), else_="goes").label("kind"),
            sa.func.count().label("number"),
        )
        .where(MESSAGE_OPEN, outbound_message.c.event_id.is_(None), outbound_message.c.due_at < end)
        .group_by("kind")
    )
    waits: dict[str, int] = {row.kind: row.number for row in db.execute(queued)}
    kept_back = int(db.execute(reminders).scalar_one()) + waits.get("goes", 0)
    follow_ups = int(db.execute(planned).scalar_one()) + waits.get("follow_up", 0)
    return kept_back, waits.get("staff", 0), follow_ups


def _month(now: datetime) -> str:
    return f"{local(now):%Y-%m}"


def end_of_month(now: datetime) -> datetime:
    """The instant at which LINE begins to count anew."""
    next_month = local_date(now).replace(day=1) + _LONGER_THAN_A_MONTH
    return at_tokyo(next_month.replace(day=1), 0)
