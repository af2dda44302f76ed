"""Reads where somebody stands in the chat, and the messages of a thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.clients.queries import sealer, sealers
from desk.messaging.rules import HELD_BACK
from desk.privacy import Sealer, Vault
from desk.tables.conversations import conversation, message
from desk.tables.messaging import outbound_message

# Made once, since it runs with every event.
_PROGRESS_OF = sa.select(conversation.c.progress).where(conversation.c.client_id == sa.bindparam("client"))


@dataclass(frozen=True)
class MessageRow:
    """One message of a thread; `outbound_state` is the true state of what we sent, e.g. accepted or held_back."""

    id: str
    client_id: str
    direction: str
    purpose: str
    text: str
    shared: bool
    at: datetime
    answered_at: datetime | None
    account_id: str | None
    outbound_state: str | None


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
        message.c.client_id.in_(keys), message.c.shared_at.is_not(None), message.c.purpose == "story"
    )
    rows = db.execute(query.order_by(message.c.client_id, message.c.at, message.c.id))
    opened = [_opened(row, keys[row.client_id]) for row in rows]
    return {client_id: tuple(own) for client_id, own in groupby(opened, lambda row: row.client_id)}


def waiting_for_answer(db: Connection, vault: Vault) -> tuple[MessageRow, ...]:
    """Messages to staff that nobody has answered yet, oldest first."""
    query = (
        _messages()
        .where(message.c.direction == "in", message.c.purpose == "staff", message.c.answered_at.is_(None))
        .order_by(message.c.at)
    )
    rows = db.execute(query).all()
    keys = sealers(db, vault, [row.client_id for row in rows])
    return tuple(_opened(row, keys[row.client_id]) for row in rows if row.client_id in keys)


def _messages() -> sa.Select[Any]:
    held_back = sa.and_(outbound_message.c.state == "queued", outbound_message.c.fault == HELD_BACK)
    state = sa.case((held_back, "held_back"), else_=outbound_message.c.state)
    return sa.select(message, state.label("outbound_state")).outerjoin_from(
        message, outbound_message, message.c.outbound_id == outbound_message.c.id
    )


def _opened(row: Row[Any], key: Sealer) -> MessageRow:
    return MessageRow(
        id=row.id,
        client_id=row.client_id,
        direction=row.direction,
        purpose=row.purpose,
        text=key.open_text(row.body, f"message.body:{row.id}"),
        shared=row.shared_at is not None,
        at=row.at,
        answered_at=row.answered_at,
        account_id=row.account_id,
        outbound_state=row.outbound_state,
    )
