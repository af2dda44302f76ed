"""Reads where somebody stands in the chat, and the messages of a thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.among import among
from desk.clients.queries import sealer, sealers
from desk.messaging.queries import UNTRIED
from desk.messaging.rules import HELD_BACK
from desk.privacy import Sealer, Vault
from desk.tables.conversations import conversation, message
from desk.tables.inbox import media
from desk.tables.messaging import outbound_message

#: What goes between a person and staff; what they tell the officers of the day is no conversation.
TALK = ("staff", "follow_up")
#: A word to staff that nobody has answered yet.
WAITS = sa.and_(
    # In the words of the index, which SQLite knows again by them alone.
    message.c.direction == sa.literal_column("'in'"),
    message.c.purpose == sa.literal_column("'staff'"),
    message.c.answered_at.is_(None),
)
# Made once, since it runs with every event.
_PROGRESS_OF = sa.select(conversation.c.progress).where(conversation.c.client_id == sa.bindparam("client"))


@dataclass(frozen=True)
class MessageRow:
    """One message of a thread; `outbound_state` is the true state of what we sent, e.g. accepted or held_back.

    `kind`: text, sticker, image, audio, video, file, location; unsent: taken back, its words are gone. `media_id`: what
    was fetched of it, `media_state` how far that is. `goes_at`: when what we wrote goes, as long as it can be taken back.
    """

    id: str
    client_id: str
    direction: str
    purpose: str
    kind: str
    text: str
    shared: bool
    at: datetime
    answered_at: datetime | None
    account_id: str | None
    outbound_state: str | None
    outbound_id: int | None = None
    goes_at: datetime | None = None
    media_id: str | None = None
    media_state: str | None = None


def progress_of(db: Connection, vault: Vault, client_id: str) -> dict[str, Any]:
    """The open flow and what goes with it; empty where nothing is open."""
    sealed = db.execute(_PROGRESS_OF, {"client": client_id}).scalar_one_or_none()
    if sealed is None:
        return {}
    progress: dict[str, Any] = sealer(db, vault, client_id).open_json(
        sealed, f"conversation.progress:{client_id}"
    )
    return progress


def messages_of(db: Connection, vault: Vault, client_id: str) -> tuple[MessageRow, ...]:
    """A person's thread, oldest first."""
    query = _messages().where(message.c.client_id == client_id).order_by(message.c.at, message.c.id)
    key = sealer(db, vault, client_id)
    return tuple(_opened(row, key) for row in db.execute(query))


def stories_of_all(db: Connection, keys: Mapping[str, Sealer]) -> dict[str, tuple[MessageRow, ...]]:
    """What all whose keys are given wrote for the officers of the day, oldest first."""
    query = _messages().where(
        among(message.c.client_id, keys),
        message.c.shared_at.is_not(None),
        message.c.purpose == "story",
        message.c.kind != "unsent",
    )
    rows = db.execute(query.order_by(message.c.client_id, message.c.at, message.c.id))
    opened = [_opened(row, keys[row.client_id]) for row in rows]
    return {client_id: tuple(own) for client_id, own in groupby(opened, lambda row: row.client_id)}


def waiting_for_answer(
    db: Connection, vault: Vault, *, client_id: str | None = None
) -> tuple[MessageRow, ...]:
    """Messages to staff (of one person) that nobody has answered yet, oldest first."""
    query = _messages().where(WAITS)
    if client_id is not None:
        query = query.where(message.c.client_id == client_id)
    rows = db.execute(query.order_by(message.c.at)).all()
    keys = sealers(db, vault, [row.client_id for row in rows])
    return tuple(_opened(row, keys[row.client_id]) for row in rows if row.client_id in keys)


def waits_for_answer(db: Connection, client_id: str) -> bool:
    """Whether this person wrote to staff and nobody has answered yet."""
    query = sa.select(message.c.id).where(message.c.client_id == client_id, WAITS).limit(1)
    return db.execute(query).first() is not None


def unsent_messages(db: Connection, vault: Vault, *, client_id: str | None = None) -> tuple[MessageRow, ...]:
    """What staff wrote (to one person) and can still take back, the next to go first."""
    query = _messages().where(UNTRIED, message.c.account_id.is_not(None))
    if client_id is not None:
        query = query.where(message.c.client_id == client_id)
    rows = db.execute(query.order_by(outbound_message.c.due_at, outbound_message.c.id)).all()
    keys = sealers(db, vault, [row.client_id for row in rows])
    return tuple(_opened(row, keys[row.client_id]) for row in rows if row.client_id in keys)


def latest_of_all(db: Connection, keys: Mapping[str, Sealer]) -> dict[str, MessageRow]:
    """The last word between staff and each of those whose keys are given."""
    newest = (message.c.at.desc(), message.c.id.desc())
    place = sa.func.row_number().over(partition_by=message.c.client_id, order_by=newest)
    talk = (among(message.c.client_id, keys), message.c.purpose.in_(TALK))
    ranked = sa.select(message.c.id, place.label("place")).where(*talk).subquery()
    query = _messages().join(ranked, ranked.c.id == message.c.id).where(ranked.c.place == 1)
    return {row.client_id: _opened(row, keys[row.client_id]) for row in db.execute(query)}


def _messages() -> sa.Select[Any]:
    held_back = sa.and_(outbound_message.c.state == "queued", outbound_message.c.fault == HELD_BACK)
    state = sa.case((held_back, "held_back"), else_=outbound_message.c.state)
    query = sa.select(
        message,
        state.label("outbound_state"),
        sa.case((UNTRIED, outbound_message.c.due_at)).label("goes_at"),
        media.c.id.label("media_id"),
        media.c.state.label("media_state"),
    )
    return query.select_from(
        message.outerjoin(outbound_message, message.c.outbound_id == outbound_message.c.id).outerjoin(
            media, media.c.message_id == message.c.id
        )
    )


def _opened(row: Row[Any], key: Sealer) -> MessageRow:
    return MessageRow(
        id=row.id,
        client_id=row.client_id,
        direction=row.direction,
        purpose=row.purpose,
        kind=row.kind,
        text=key.open_text(row.body, f"message.body:{row.id}"),
        shared=row.shared_at is not None,
        at=row.at,
        answered_at=row.answered_at,
        account_id=row.account_id,
        outbound_state=row.outbound_state,
        outbound_id=row.outbound_id,
        goes_at=row.goes_at,
        media_id=row.media_id,
        media_state=row.media_state,
    )
