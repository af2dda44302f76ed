"""Taking back what one person agreed to, with all that stands on it, and being forgotten."""

from datetime import datetime

from sqlalchemy.engine import Connection

from desk.booking import service as booking
from desk.booking import waiting
from desk.booking.offered import let_go
from desk.booking.queries import bookings_of_client
from desk.clients import consents, erasing
from desk.clients import service as clients
from desk.clients.queries import consents_of, lock_person, numbers_of
from desk.conversations.service import reopen_unsent
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

    What they agreed to under any of their numbers counts as theirs (`numbers_of`). `but_event`: the event that is being
    answered, whose reply token is still needed.
    """
    for each in numbers_of(db, client_id):
        if purpose == "booking":
            _give_up(db, each, now)
        consents.withdraw(
            db, vault, client_id=each, purpose=purpose, agency_id=agency_id, but_event=but_event, now=now
        )
        # The yes may be gone on which words of staff stood, and they with it.
        reopen_unsent(db, client_id=each)


def keep_only_bookings(
    db: Connection, vault: Vault, *, client_id: str, but_event: int | None = None, now: datetime
) -> bool:
    """All that was told goes; what is booked stays, and the yes it stands on.

    Says whether the telephone stays as well: it does where a visit to come is by telephone.
    """
    numbers = numbers_of(db, client_id)
    given = [row for each in numbers for row in consents_of(db, each)]
    for row in given:
        if row.withdrawn_at is None and row.purpose != "booking":
            take_back(
                db,
                vault,
                client_id=row.client_id,
                purpose=row.purpose,
                agency_id=row.agency_id,
                but_event=but_event,
                now=now,
            )
    booked = [row for each in numbers for row in bookings_of_client(db, vault, each)]
    by_telephone = any(row.state == "confirmed" and row.way == "telephone" for row in booked)
    for each in numbers:
        waiting.leave(db, client_id=each, now=now)
        if not by_telephone:
            clients.forget_phone(db, client_id=each)
    return by_telephone


def stop_messages(db: Connection, vault: Vault, *, client_id: str, now: datetime) -> None:
    """Nothing is sent to the person by itself any more: no follow-ups, no news, no places they wait for."""
    for purpose in ("follow_up", "news"):
        take_back(db, vault, client_id=client_id, purpose=purpose, now=now)
    for each in numbers_of(db, client_id):
        waiting.leave(db, client_id=each, now=now)


def erase(db: Connection, vault: Vault, *, client_id: str, by: str | None = None, now: datetime) -> None:
    """The person is forgotten because they asked, by all their numbers; what they have booked is cancelled first.

    `by`: the account that did it for them. Raises PersonGone where they are erased already.
    """
    for each in lock_person(db, client_id):
        _give_up(db, each, now)
    erasing.erase_client(db, vault, client_id=client_id, why="asked", by=by, now=now)


def _give_up(db: Connection, client_id: str, now: datetime) -> None:
    booking.give_up_all(db, client_id=client_id, now=now)
    booking.drop_hold(db, client_id=client_id, now=now)
    let_go(db, client_id=client_id, now=now)
    waiting.leave(db, client_id=client_id, now=now)
