"""Lets the database judge a write, and says which of its rules refused it."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from desk.database import savepoint
from desk.errors import AlreadyBooked, DeskError, SessionClosed, SlotTaken


class NumberTaken(DeskError):
    """Another booking of the organisation has this number: draw again."""


# PostgreSQL names the constraint; SQLite names the columns, and a foreign key not at all.
_REFUSALS: dict[str, type[DeskError]] = {
    "uq_booking_live_slot": SlotTaken,
    "uq_booking_live_quota": AlreadyBooked,
    "uq_booking_organisation_id_number": NumberTaken,
    "fk_booking_open_session": SessionClosed,
    "fk_booking_open_slot": SlotTaken,
    "UNIQUE constraint failed: booking.slot_id": SlotTaken,
    "UNIQUE constraint failed: booking.quota_key": AlreadyBooked,
    "UNIQUE constraint failed: booking.organisation_id, booking.number": NumberTaken,
    "FOREIGN KEY constraint failed": SessionClosed,
}


def attempt(db: Connection, statement: sa.Executable) -> None:
    """Tries to write one booking row.

    Raises SlotTaken, AlreadyBooked, SessionClosed or NumberTaken as the constraints decide; the transaction
    stays usable.
    """
    try:
        with savepoint(db):
            db.execute(statement)
    except IntegrityError as fault:
        refusal = _REFUSALS.get(_rule_of(fault))
        if refusal is None:
            raise
        raise refusal("the database refused it") from fault


def _rule_of(fault: IntegrityError) -> str:
    diagnosis = getattr(fault.orig, "diag", None)
    return str(diagnosis.constraint_name if diagnosis is not None else fault.orig)
