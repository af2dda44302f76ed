"""Reads what somebody has begun to write, how far a conversation has come, and the canned texts."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import numbers_of, sealer
from desk.closures.queries import lost_a_place
from desk.conversations.queries import MessageRow, messages_of, waits_for_answer
from desk.privacy import Vault
from desk.tables.calendar import booking
from desk.tables.conversations import message
from desk.tables.inbox import canned_text, draft
from desk.tables.messaging import outbound_message
from desk.tables.wishes import wish
from desk.writing.rules import Seen, TakenBackBefore

_FOR_STAFF = sa.or_(message.c.purpose == "staff", message.c.shared_at.is_not(None))


@dataclass(frozen=True)
class CannedText:
    """Words a desk uses again and again, about nobody."""

    id: str
    title: str
    words: str


def form_key(form: str) -> str:
    """What names the effect of one form: it is sent once however often it arrives."""
    return f"panel:{form}"


def state_of_form(db: Connection, form: str) -> str | None:
    """What became of the words this form sent; None where it has not been sent."""
    query = sa.select(outbound_message.c.state).where(outbound_message.c.dedupe_key == form_key(form))
    return db.execute(query).scalar_one_or_none()


def words_of_form(db: Connection, vault: Vault, form: str) -> str | None:
    """The words this form sent; None where it sent none, or they were taken back."""
    query = sa.select(message.c.id, message.c.client_id, message.c.body).join(
        outbound_message, outbound_message.c.id == message.c.outbound_id
    )
    row = db.execute(query.where(outbound_message.c.dedupe_key == form_key(form))).first()
    return sealer(db, vault, row.client_id).open_text(row.body, f"message.body:{row.id}") if row else None


def is_awaited(db: Connection, client_id: str) -> bool:
    """Whether the person wrote or wished something, under any of their numbers, and waits for an answer.

    Whoever is offered a place for a wish does not wait: it is for them to answer.
    """
    numbers = numbers_of(db, client_id)
    if any(waits_for_answer(db, each) for each in numbers):
        return True
    is_offered = sa.exists().where(booking.c.id == wish.c.booking_id, booking.c.state == "offered")
    wished = sa.select(wish.c.id).where(wish.c.client_id.in_(numbers), wish.c.settled_at.is_(None))
    return db.execute(wished.where(~is_offered).limit(1)).first() is not None


def must_hear(db: Connection, client_id: str) -> bool:
    """Whether a word to this person does not wait: they await an answer, or lost a place and may not know of it."""
    lost = (lost_a_place(db, client_id=each) for each in numbers_of(db, client_id))
    return is_awaited(db, client_id) or any(lost)


def has_open_wish(db: Connection, client_id: str) -> bool:
    """Whether something they wished is not settled, under any of their numbers; also while a place is offered for it."""
    wished = wish.c.client_id.in_(numbers_of(db, client_id)) & wish.c.settled_at.is_(None)
    return db.execute(sa.select(wish.c.id).where(wished).limit(1)).first() is not None


def last_of(db: Connection, client_id: str) -> Seen:
    """How far the conversation has come, by what staff may read of it."""
    theirs = message.c.client_id == client_id
    sent = sa.select(sa.func.max(message.c.outbound_id)).where(theirs, message.c.direction == "out")
    heard = sa.select(message.c.id).where(theirs, message.c.direction == "in", _FOR_STAFF)
    newest = heard.order_by(message.c.at.desc(), message.c.id.desc()).limit(1)
    return Seen(db.execute(sent).scalar_one() or 0, db.execute(newest).scalar_one_or_none() or "")


def since(db: Connection, vault: Vault, client_id: str, seen: Seen) -> tuple[MessageRow, ...]:
    """What was sent and heard after that, oldest first."""
    thread = [
        row for row in messages_of(db, vault, client_id) if row.direction == "out" or _is_for_staff(row)
    ]
    heard = [row.id for row in thread if row.direction == "in"]
    known = set(heard[: heard.index(seen.heard) + 1] if seen.heard in heard else heard[:-1])
    news = [row for row in thread if row.direction == "in" and row.id not in known]
    sent = [row for row in thread if row.direction == "out" and (row.outbound_id or 0) > seen.sent]
    return tuple(sorted((*news, *sent), key=lambda row: row.at))


def draft_of(db: Connection, vault: Vault, *, client_id: str, account_id: str) -> str:
    """What this account began to write to the person; empty where nothing is kept."""
    query = sa.select(draft.c.id, draft.c.body).where(
        draft.c.client_id == client_id, draft.c.account_id == account_id
    )
    row = db.execute(query).first()
    return sealer(db, vault, client_id).open_text(row.body, f"draft.body:{row.id}") if row else ""


def outbound_of(db: Connection, message_id: str, *, client_id: str) -> int | None:
    """By which number in the outbox staff's words go or went; raises TakenBackBefore where they do not go any more."""
    query = sa.select(message.c.outbound_id, outbound_message.c.state)
    query = query.outerjoin(outbound_message, outbound_message.c.id == message.c.outbound_id)
    theirs = (message.c.id == message_id, message.c.client_id == client_id, message.c.account_id.is_not(None))
    row = db.execute(query.where(*theirs)).first()
    if row is None or row.state == "dropped":
        raise TakenBackBefore("somebody took it back, or it was let go")
    outbound_id: int | None = row.outbound_id
    return outbound_id


def canned_texts(db: Connection, *, organisation_id: str) -> tuple[CannedText, ...]:
    """An organisation's canned texts, by their titles."""
    query = sa.select(canned_text).where(canned_text.c.organisation_id == organisation_id)
    rows = db.execute(query.order_by(canned_text.c.title))
    return tuple(CannedText(row.id, row.title, row.words) for row in rows)


def _is_for_staff(row: MessageRow) -> bool:
    return row.purpose == "staff" or row.shared
