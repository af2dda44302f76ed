"""What became of a booking, step by step, as staff may read it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.tables.calendar import booking_change, slot


@dataclass(frozen=True)
class StepRow:
    """One change: the state it led to, the time it was then booked for, who did it (client, system, an account)."""

    at: datetime
    from_state: str | None
    to_state: str
    starts_at: datetime
    by: str
    reason: str


def steps_of(db: Connection, booking_id: str) -> tuple[StepRow, ...]:
    """All changes of a booking, the first one first."""
    query = (
        sa.select(
            booking_change.c.at,
            booking_change.c.from_state,
            booking_change.c.to_state,
            slot.c.starts_at,
            booking_change.c.by,
            booking_change.c.reason,
        )
        .join_from(booking_change, slot, slot.c.id == booking_change.c.slot_id)
        .where(booking_change.c.booking_id == booking_id)
        .order_by(booking_change.c.at, booking_change.c.id)
    )
    return tuple(StepRow(*row) for row in db.execute(query))
