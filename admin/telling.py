"""Letting a person know, by the desk's outbox, what staff have changed; what is said is worded in the bot."""

from datetime import datetime

from admin.auth import Visit
from desk.booking.queries import BookingRow
from desk.booking.rules import decent_time
from desk.clients.queries import address_of
from desk.clock import local
from desk.database import Connection
from desk.messaging.service import say


def can_be_told(db: Connection, visit: Visit, booking: BookingRow) -> bool:
    """Whether a change may be told over LINE: there is an address, and the person did not ask for silence."""
    wants = booking.reminders not in ("none", "telephone")
    return wants and address_of(db, visit.house.vault, booking.writer_id) is not None


def can_be_reached(db: Connection, visit: Visit, client_id: str) -> bool:
    """Whether LINE reaches this person at all."""
    address = address_of(db, visit.house.vault, client_id)
    return address is not None and not address.blocked


def tell_not_possible(db: Connection, visit: Visit, *, client_id: str, wish_id: str) -> bool:
    """Says kindly that nothing was found for a wish; False where LINE does not reach the person."""
    if not can_be_reached(db, visit, client_id):
        return False
    say(
        db,
        visit.house.vault,
        client_id=client_id,
        says=[{"kind": "wish_not_possible", "facts": {}}],
        dedupe_key=f"wish_not_possible:{wish_id}",
        due_at=decent_time(visit.now),
        now=visit.now,
    )
    return True


def ask_for_agency(db: Connection, visit: Visit, *, client_id: str, agency_id: str) -> bool:
    """Asks whether one agency may be told; False where LINE does not reach the person. Not at night."""
    if not can_be_reached(db, visit, client_id):
        return False
    say(
        db,
        visit.house.vault,
        client_id=client_id,
        says=[{"kind": "agency_asked", "facts": {"ref": agency_id}}],
        purpose="follow_up",
        due_at=decent_time(visit.now),
        now=visit.now,
    )
    return True


def tell_change(db: Connection, visit: Visit, booking: BookingRow, *, kind: str) -> None:
    """`plan_changed` or `plan_cancelled`, about the day as it stood before; not at night."""
    if not can_be_told(db, visit, booking):
        return
    say(
        db,
        visit.house.vault,
        client_id=booking.writer_id,
        says=[{"kind": kind, "facts": {"starts": wall_time(booking.starts_at)}}],
        must_arrive=True,
        dedupe_key=f"{kind}:{booking.id}:{booking.version}",
        due_at=decent_time(visit.now),
        now=visit.now,
    )


def wall_time(moment: datetime) -> str:
    """An instant as facts carry it: Japan's wall clock, in ISO form."""
    return local(moment).replace(tzinfo=None).isoformat(timespec="minutes")
