"""What became of a booking, step by step, as staff may read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.among import among
from desk.booking import rules
from desk.tables.calendar import booking, booking_change, slot


@dataclass(frozen=True)
class StepRow:
    """One change: the state it led to, the time it was then booked for, who did it (client, system, an account)."""

    at: datetime
    from_state: str | None
    to_state: str
    starts_at: datetime
    by: str
    reason: str

    @property
    def told_state(self) -> str:
        """What it led to, as everybody is told it (`rules.told_state`)."""
        return rules.told_state(self.to_state, at=self.at, starts_at=self.starts_at)


def last_given_up(db: Connection, client_ids: Collection[str]) -> dict[str, datetime]:
    """When each of these people last lost a time they had counted on: it was moved or ended before it came."""
    theirs = sa.or_(among(booking.c.writer_id, client_ids), among(booking.c.visitor_id, client_ids))
    lost = booking_change.c.to_state.not_in(("attended", "no_show", "lapsed"))
    query = (
        sa.select(booking.c.writer_id, booking.c.visitor_id, booking_change.c.at)
        .join(booking, booking.c.id == booking_change.c.booking_id)
        .where(theirs, booking_change.c.from_state == "confirmed", lost)
        .order_by(booking_change.c.at)
    )
    return {each: row.at for row in db.execute(query) for each in (row.writer_id, row.visitor_id)}


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
