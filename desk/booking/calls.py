"""Reminders by telephone: staff's task on the day before, and until the visit begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import reminders, rules
from desk.booking.queries import BookingRow, booking_by_id
from desk.clock import local_date
from desk.notices.service import announce_news
from desk.privacy import Vault
from desk.tables.calendar import booking, reminder, session, slot

_AHEAD = timedelta(days=2)


@dataclass(frozen=True, repr=False)
class Call:
    """Somebody to be telephoned about a visit; `again_at`: nobody answered, and when to try once more."""

    id: str
    booking: BookingRow
    again_at: datetime | None


def calls_to_make(
    db: Connection, vault: Vault, *, desk_id: str | None = None, now: datetime
) -> tuple[Call, ...]:
    """Whom staff have to telephone today about today or tomorrow, in order of the visits; without `desk_id`, all."""
    query = (
        sa.select(reminder.c.id, reminder.c.booking_id, reminder.c.due_at, slot.c.starts_at)
        .join(booking, booking.c.id == reminder.c.booking_id)
        .join(slot, slot.c.id == booking.c.slot_id)
        .join(session, session.c.id == booking.c.session_id)
        .where(
            reminder.c.state == "planned",
            reminder.c.booking_version == booking.c.version,
            booking.c.state == "confirmed",
            booking.c.reminders == "telephone",
            slot.c.starts_at > now,
            slot.c.starts_at < now + _AHEAD,
            sa.true() if desk_id is None else session.c.desk_id == desk_id,
        )
        .order_by(slot.c.starts_at, reminder.c.id)
    )
    due = [row for row in db.execute(query) if _is_near(row.starts_at, now)]
    found = ((row, booking_by_id(db, vault, row.booking_id)) for row in due)
    return tuple(
        Call(row.id, about, _again_at(row.starts_at, row.due_at)) for row, about in found if about is not None
    )


def note_call(db: Connection, *, call_id: str, reached: bool, now: datetime) -> None:
    """Staff have telephoned: done, or to be tried again in some hours. Nothing happens where it is done already."""
    if reached:
        reminders.settle(db, reminder_id=call_id, sent=True, now=now)
    else:
        reminders.put_off(db, reminder_id=call_id, due_at=rules.call_again_at(now))
    announce_news(db)


def _is_near(starts_at: datetime, now: datetime) -> bool:
    return local_date(starts_at) <= local_date(now) + timedelta(days=1)


def _again_at(starts_at: datetime, due_at: datetime) -> datetime | None:
    planned = rules.reminder_times(starts_at, "telephone")["day_before"]
    return due_at if due_at > planned else None
