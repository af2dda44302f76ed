"""What every way to a booking shares: its first row, who comes, and who is told."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from desk.booking import apart, changes, queries, reminders
from desk.booking.changes import CLIENT, Standing
from desk.booking.queries import BookingRow
from desk.calendar.queries import SlotRow
from desk.clients.queries import sealer
from desk.clients.rules import heard_name
from desk.clients.service import add_client
from desk.database import new_id
from desk.errors import NoSuchBooking, SessionClosed
from desk.privacy import Vault
from desk.tables.calendar import booking


def new_row(organisation_id: str, client_id: str, place: SlotRow, now: datetime) -> dict[str, Any]:
    """The columns every new booking has; the slot and the state are still to come."""
    return {
        "id": new_id(),
        "organisation_id": organisation_id,
        "session_id": place.session_id,
        "writer_id": client_id,
        "visitor_id": client_id,
        "source": "line",
        "guard": "open",
        "quota_key": client_id,
        "created_at": now,
    }


def introduce(
    db: Connection,
    vault: Vault,
    was: Standing,
    called_name: str,
    about: str,
    subject_knows: str | None,
    now: datetime,
) -> None:
    """Keeps who comes and how they are called, under the key of the one who comes."""
    visitor = was.writer_id
    if about == "other":
        visitor = add_client(db, vault, organisation_id=was.organisation_id, now=now)
    values = {"visitor_id": visitor, "about": about, "subject_knows": subject_knows}
    db.execute(booking.update().where(booking.c.id == was.id).values(values))
    call_by(db, vault, booking_id=was.id, visitor_id=visitor, called_name=called_name)


def call_by(db: Connection, vault: Vault, *, booking_id: str, visitor_id: str, called_name: str) -> None:
    """Keeps how the one who comes is called that day; empty words remove it."""
    seal = sealer(db, vault, visitor_id).seal_text
    name = seal(called_name, f"booking.called_name:{booking_id}") if called_name else None
    index = vault.index("called", heard_name(called_name)) if called_name else None
    found_by = {"called_name": name, "called_index": index}
    db.execute(booking.update().where(booking.c.id == booking_id).values(found_by))


def note_who_comes(db: Connection, vault: Vault, of: Standing, who_comes: str) -> None:
    """Keeps who will come, as the writer says it, under the writer's key; empty words remove it."""
    seal = sealer(db, vault, of.writer_id).seal_text
    sealed = seal(who_comes, f"booking.who_comes:{of.id}") if who_comes else None
    db.execute(booking.update().where(booking.c.id == of.id).values(who_comes=sealed))


def tell_of_booking(
    db: Connection, booking_id: str, from_state: str | None, by: str, now: datetime, *, reason: str = ""
) -> None:
    """A new booking: written down, its reminders planned, the officers told."""
    made = changes.standing(db, booking_id)
    changes.write_down(db, made.id, from_state, made.state, made.slot_id, by=by, reason=reason, now=now)
    replan(db, made, now)
    changes.tell_officers(db, "booked", made, now=now)
    apart.keep_apart(db, made, now=now)


def confirmed(db: Connection, booking_id: str, by: str, now: datetime) -> Standing:
    """A booking that can still be changed: by the client only until it starts."""
    was = changes.standing(db, booking_id)
    if was.state != "confirmed":
        raise NoSuchBooking(f"the booking is {was.state}")
    if by == CLIENT and was.starts_at <= now:
        raise SessionClosed("the visit has begun")
    return was


def replan(db: Connection, of: Standing, now: datetime) -> None:
    """Plans its reminders anew."""
    reminders.replan(db, **occasion(of), now=now)


def occasion(of: Standing) -> dict[str, Any]:
    """What its reminders hang on."""
    return {"booking_id": of.id, "version": of.version, "starts_at": of.starts_at, "choice": of.reminders}


def row_of(db: Connection, vault: Vault, booking_id: str) -> BookingRow:
    """The booking as bot and panel read it."""
    row = queries.booking_by_id(db, vault, booking_id)
    assert row is not None
    return row
