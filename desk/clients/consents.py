"""What a person agreed to: one purpose at a time, kept with its words, asked again when they change, taken back.

Nothing of a purpose is kept without a consent in force. Whoever takes one back loses what stood on it, at once.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.erasing import empty_bookings
from desk.clients.queries import lock_known, numbers_of, sealer
from desk.clients.rules import text_hash
from desk.database import insert_or_ignore, new_id
from desk.errors import ConsentMissing
from desk.privacy import Vault
from desk.tables.calendar import IS_LIVE, booking
from desk.tables.clients import address, client, consent, consent_text
from desk.tables.conversations import conversation, message
from desk.tables.follow_up import follow_up
from desk.tables.intake import answer, danger_question, flag, intake, need
from desk.tables.messaging import inbound_event, outbound_message
from desk.tables.wishes import waiting, wish

_IS_SETTLED = outbound_message.c.state.in_(("accepted", "unknown", "dropped", "set_aside"))


@dataclass(frozen=True)
class Basis:
    """Why something may be kept without a yes: a danger to life or body (APPI article 20-2), who decided, and why."""

    reason: str
    account_id: str


@dataclass(frozen=True)
class Withdrawal:
    """Whose consent ends, and in answer to which event."""

    db: Connection
    vault: Vault
    client_id: str
    but_event: int | None
    now: datetime


def agree(
    db: Connection,
    *,
    client_id: str,
    purpose: str,
    text_version: str,
    text: str,
    via: str,
    agency_id: str | None = None,
    account_id: str | None = None,
    now: datetime,
) -> str:
    """Writes down that the person agreed to these words for this purpose; returns the consent's id.

    A second yes to the same words changes nothing. A yes to other words takes the place of the earlier consent, and
    what stood on that one stands on this. `account_id`: who wrote it down, where it was said and not pressed.
    Raises PersonGone.
    """
    lock_known(db, client_id)
    before = _in_force(db, client_id, purpose, agency_id)
    fingerprint = _keep_words(db, purpose=purpose, version=text_version, text=text, now=now)
    if before is not None and (before.text_hash, before.basis) == (fingerprint, "consent"):
        return str(before.id)
    row = {
        "id": new_id(),
        "client_id": client_id,
        "purpose": purpose,
        "agency_id": agency_id,
        "text_version": text_version,
        "text_hash": fingerprint,
        "given_at": now,
        "via": via,
        "account_id": account_id,
    }
    return _put_in_force(db, row, before)


def note_emergency(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    purpose: str,
    agency_id: str | None = None,
    basis: Basis,
    text_version: str,
    text: str,
    now: datetime,
) -> str:
    """Something must be kept or told without a yes, since life or body is in danger; returns the consent's id.

    A consent that is in force stays as it is. The person is asked as soon as that is possible. Raises PersonGone.
    """
    lock_known(db, client_id)
    before = _in_force(db, client_id, purpose, agency_id)
    if before is not None:
        return str(before.id)
    consent_id = new_id()
    row = {
        "id": consent_id,
        "client_id": client_id,
        "purpose": purpose,
        "agency_id": agency_id,
        "basis": "emergency",
        "reason": sealer(db, vault, client_id).seal_text(basis.reason, f"consent.reason:{consent_id}"),
        "account_id": basis.account_id,
        "text_version": text_version,
        "text_hash": _keep_words(db, purpose=purpose, version=text_version, text=text, now=now),
        "given_at": now,
        "via": "panel",
    }
    return _put_in_force(db, row, None)


def stands(db: Connection, *, client_id: str, purpose: str, versions: Collection[str]) -> bool:
    """Whether the person has said yes to one of these versions, or to staff; else they are asked (again)."""
    found = _in_force(db, client_id, purpose, None)
    if found is None or found.basis != "consent":
        return False
    return found.via == "panel" or found.text_version in versions


def withdraw(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    purpose: str,
    agency_id: str | None = None,
    but_event: int | None = None,
    now: datetime,
) -> bool:
    """The person takes a consent back, and what stands on it goes at once; says whether there was one.

    `but_event`: the event that is being answered, whose reply token is still needed. For `booking` nothing may be
    booked any more; raises ConsentMissing otherwise.
    """
    if purpose == "booking" and _has_booking(db, client_id):
        raise ConsentMissing("a booking stands on this consent: cancel it first")
    mine = _of(client_id, purpose, agency_id)
    ended = db.execute(consent.update().where(mine).values(withdrawn_at=now)).rowcount
    if purpose in _STANDS_ON:
        _STANDS_ON[purpose](Withdrawal(db, vault, client_id, but_event, now))
    return bool(ended)


def note_agency_told(db: Connection, *, consent_id: str, now: datetime) -> None:
    """Staff have told the agency that it is over."""
    open_one = (consent.c.id == consent_id) & consent.c.withdrawn_at.is_not(None)
    db.execute(
        consent.update().where(open_one, consent.c.agency_told_at.is_(None)).values(agency_told_at=now)
    )


def _of(client_id: str, purpose: str, agency_id: str | None) -> sa.ColumnElement[bool]:
    return sa.and_(
        consent.c.client_id == client_id,
        consent.c.purpose == purpose,
        consent.c.agency_id.is_(None) if agency_id is None else consent.c.agency_id == agency_id,
        consent.c.withdrawn_at.is_(None),
    )


def _in_force(db: Connection, client_id: str, purpose: str, agency_id: str | None) -> Any:
    return db.execute(sa.select(consent).where(_of(client_id, purpose, agency_id))).first()


def _keep_words(db: Connection, *, purpose: str, version: str, text: str, now: datetime) -> str:
    fingerprint = text_hash(text)
    row = {"text_hash": fingerprint, "purpose": purpose, "version": version, "words": text, "first_at": now}
    insert_or_ignore(db, consent_text, [row])
    return fingerprint


def _put_in_force(db: Connection, row: dict[str, Any], before: Any) -> str:
    """In place of the one before, which what is kept then no longer hangs on."""
    if before is not None:
        ended = consent.update().where(consent.c.id == before.id, consent.c.withdrawn_at.is_(None))
        db.execute(ended.values(withdrawn_at=row["given_at"]))
    insert_or_ignore(db, consent, [row])  # of two at once the constraint takes one
    found = _in_force(db, row["client_id"], row["purpose"], row["agency_id"])
    if before is not None:
        for table in (answer, message, follow_up):
            moved = table.update().where(table.c.consent_id == before.id)
            db.execute(moved.values(consent_id=found.id))
    return str(found.id)


def _has_booking(db: Connection, client_id: str) -> bool:
    query = sa.select(booking.c.id).where(booking.c.writer_id == client_id, IS_LIVE)
    return db.execute(query.limit(1)).first() is not None


def _erase_answers(of: Withdrawal) -> None:
    """Answers, words and the needs found in them; where the person stood in the chat holds answers too.

    Of a sign of danger stays that there was one, how it came, and what staff did.
    """
    db, client_id = of.db, of.client_id
    db.execute(need.delete().where(need.c.client_id == client_id))
    db.execute(message.delete().where(message.c.client_id == client_id, message.c.direction == "in"))
    for table in (answer, intake, danger_question, conversation):
        db.execute(table.delete().where(table.c.client_id == client_id))
    if not any(_in_force(db, each, "follow_up", None) for each in numbers_of(db, client_id)):
        _drop_queued(of, "staff")
    answered = (outbound_message.c.client_id == client_id) & outbound_message.c.event_id.is_not(None)
    db.execute(outbound_message.delete().where(answered, _IS_SETTLED))
    lanes = sa.select(address.c.address_index).where(address.c.client_id == client_id)
    typed = inbound_event.c.lane_id.in_(lanes) & (inbound_event.c.state != "waiting")
    if of.but_event is not None:
        typed &= inbound_event.c.id != of.but_event
    db.execute(inbound_event.update().where(typed).values(raw=None))
    _empty_flags(of)


def _empty_flags(of: Withdrawal) -> None:
    key = sealer(of.db, of.vault, of.client_id)
    query = sa.select(flag.c.id, flag.c.body).where(flag.c.client_id == of.client_id)
    for row in of.db.execute(query).all():
        place = f"flag.body:{row.id}"
        body = key.open_json(row.body, place) | {"codes": [], "also": [], "pressed": []}
        emptied = flag.update().where(flag.c.id == row.id).values(body=key.seal_json(body, place))
        of.db.execute(emptied)


def _stop_follow_ups(of: Withdrawal) -> None:
    """Nothing is asked any more, and what staff wrote and LINE has not taken yet is not sent.

    An open question is declined with it; that somebody would like to talk was kept on this consent.
    """
    db, theirs = of.db, follow_up.c.client_id == of.client_id
    # First, so that a question that is being queued just now is waited for and dropped with the rest.
    for state, end in (
        ("sent", {"state": "done", "result": "declined"}),
        ("planned", {"state": "stopped"}),
    ):
        ended = follow_up.update().where(theirs, follow_up.c.state == state)
        db.execute(ended.values(end | {"settled_at": of.now}))
    _drop_queued(of, "follow_up")
    _drop_queued(of, "staff")
    mine = sa.select(consent.c.id).where(
        consent.c.client_id == of.client_id, consent.c.purpose == "follow_up"
    )
    kept = (message.c.client_id == of.client_id) & (message.c.direction == "in")
    db.execute(message.delete().where(kept, message.c.consent_id.in_(mine)))


def _stop_news(of: Withdrawal) -> None:
    """The same for news."""
    _drop_queued(of, "news")


def _drop_queued(of: Withdrawal, purpose: str) -> None:
    queued = outbound_message.update().where(
        outbound_message.c.client_id == of.client_id,
        outbound_message.c.purpose == purpose,
        outbound_message.c.state == "queued",
    )
    of.db.execute(queued.values(state="dropped", settled_at=of.now))


def _erase_of_bookings(of: Withdrawal) -> None:
    """Names, promises and companions of visits that are over, wishes, waiting, and how to telephone.

    What somebody else told stays, and so does what they have booked for this person.
    """
    db, client_id = of.db, of.client_id
    empty_bookings(db, client_id, sa.not_(IS_LIVE))
    for table in (wish, waiting):
        db.execute(table.delete().where(table.c.client_id == client_id))
    reached = ("phone", "phone_index", "phone_note", "spoken_code", "spoken_code_index")
    db.execute(client.update().where(client.c.id == client_id).values(dict.fromkeys(reached)))


_STANDS_ON: dict[str, Callable[[Withdrawal], None]] = {
    "answers": _erase_answers,
    "follow_up": _stop_follow_ups,
    "news": _stop_news,
    "booking": _erase_of_bookings,
}
