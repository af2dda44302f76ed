"""Taking back what one person agreed to, with all that stands on it, and being forgotten."""

from datetime import datetime

from sqlalchemy.engine import Connection

from desk.booking import service as booking
from desk.booking import waiting
from desk.booking.offered import let_go
from desk.booking.queries import bookings_of_client
from desk.clients import consents, erasing
from desk.clients import service as clients
from desk.clients.queries import consents_of, joined_to, lock_known
from desk.privacy import Vault


def take_back(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    purpose: str,
    agency_id: str | None = None,
    but_event: int | None = None,
    now: datetime,
) -> None:
    """A consent is taken back. For `booking`, what is booked, held or waited for is given up first.

    What they said before their LINE account was linked to them counts as theirs. `but_event`: the event that is being
    answered, whose reply token is still needed.
    """
    for each in (client_id, *joined_to(db, client_id)):
        if purpose == "booking":
            _give_up(db, each, now)
        consents.withdraw(
            db, vault, client_id=each, purpose=purpose, agency_id=agency_id, but_event=but_event, now=now
        )


def keep_only_bookings(
    db: Connection, vault: Vault, *, client_id: str, but_event: int | None = None, now: datetime
) -> bool:
    """All that was told goes; what is booked stays, and the yes it stands on.

    Says whether the telephone stays as well: it does where a visit to come is by telephone.
    """
    for row in consents_of(db, client_id):
        if row.withdrawn_at is None and row.purpose != "booking":
            take_back(
                db,
                vault,
                client_id=client_id,
                purpose=row.purpose,
                agency_id=row.agency_id,
                but_event=but_event,
                now=now,
            )
    waiting.leave(db, client_id=client_id, now=now)
    booked = bookings_of_client(db, vault, client_id)
    by_telephone = any(row.state == "confirmed" and row.way == "telephone" for row in booked)
    if not by_telephone:
        clients.forget_phone(db, client_id=client_id)
    return by_telephone


def stop_messages(db: Connection, vault: Vault, *, client_id: str, now: datetime) -> None:
    """Nothing is sent to the person by itself any more: no follow-ups, no news, no places they wait for."""
    for purpose in ("follow_up", "news"):
        take_back(db, vault, client_id=client_id, purpose=purpose, now=now)
    waiting.leave(db, client_id=client_id, now=now)


def erase(db: Connection, vault: Vault, *, client_id: str, by: str | None = None, now: datetime) -> None:
    """The person is forgotten because they asked; what they have booked is cancelled first.

    `by`: the account that did it for them. Raises PersonGone where they are erased already.
    """
    lock_known(db, client_id)
    _give_up(db, client_id, now)
    erasing.erase_client(db, vault, client_id=client_id, why="asked", by=by, now=now)


def _give_up(db: Connection, client_id: str, now: datetime) -> None:
    booking.give_up_all(db, client_id=client_id, now=now)
    booking.drop_hold(db, client_id=client_id, now=now)
    let_go(db, client_id=client_id, now=now)
    waiting.leave(db, client_id=client_id, now=now)
