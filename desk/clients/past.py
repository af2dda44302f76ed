"""What stays of somebody who is gone: a row for each booking, with nothing that leads back to a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.clients.rules import business_year
from desk.clock import local_date
from desk.database import new_id
from desk.tables.calendar import IS_LIVE, booking, session, slot
from desk.tables.follow_up import follow_up
from desk.tables.retention import past_booking
from desk.tables.wishes import waiting, wish


def still_to_come(client_id: sa.ColumnElement[str], now: datetime) -> sa.ColumnElement[bool]:
    """Whether somebody wrote or was to come for a day that is not over, or for a place that is still held."""
    theirs = sa.or_(booking.c.visitor_id == client_id, booking.c.writer_id == client_id)
    not_over = sa.or_(session.c.date >= local_date(now), IS_LIVE)
    return sa.exists().where(theirs, session.c.id == booking.c.session_id, not_over)


def bury_bookings(db: Connection, *, client_id: str) -> None:
    """Turns a person's bookings into counts; what they had booked for others stays with those."""
    by_them = (booking.c.writer_id == client_id) & (booking.c.visitor_id != client_id)
    db.execute(booking.update().where(by_them).values(writer_id=booking.c.visitor_id))
    theirs = booking.c.visitor_id == client_id
    if rows := _counted(db.execute(_visits().where(theirs)).all()):
        db.execute(past_booking.insert(), rows)
    ids = sa.select(booking.c.id).where(theirs)
    pointers = (wish.c.booking_id, waiting.c.booking_id, follow_up.c.booking_id, booking.c.replaces_id)
    for pointer in pointers:
        db.execute(pointer.table.update().where(pointer.in_(ids)).values({pointer.name: None}))
    db.execute(booking.delete().where(theirs))


def _visits() -> sa.Select[Any]:
    return (
        sa.select(
            booking.c.state,
            booking.c.about,
            booking.c.source,
            session.c.id,
            session.c.desk_id,
            session.c.date,
        )
        .join(session, session.c.id == booking.c.session_id)
        .join(slot, slot.c.id == booking.c.slot_id)
        # Holds that came to nothing never had a number, and are in no figure.
        .where(booking.c.number.is_not(None))
        .order_by(slot.c.starts_at, booking.c.created_at)
    )


def _counted(visits: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    counted: set[tuple[str, int]] = set()
    rows = []
    for visit in visits:
        year = (visit.desk_id, business_year(visit.date))
        first = visit.state == "attended" and year not in counted
        if first:
            counted.add(year)
        row = {
            "id": new_id(),
            "desk_id": visit.desk_id,
            "session_id": visit.id,
            "month": f"{visit.date:%Y-%m}",
        }
        said = {"state": visit.state, "about": visit.about, "source": visit.source}
        rows.append(row | said | {"first_of_year": first})
    return rows
