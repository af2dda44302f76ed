"""Keeps where somebody stands in the chat, and what they write; forgets both when asked or when time is up."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.database import announce, new_id, upsert
from desk.privacy import Vault
from desk.tables.conversations import conversation, message
from desk.tables.intake import need

FORGET_AFTER = timedelta(days=7)


def keep_progress(
    db: Connection, vault: Vault, *, client_id: str, progress: dict[str, Any], now: datetime
) -> None:
    """Stores where the person stands; forgotten after seven idle days."""
    sealed = sealer(db, vault, client_id).seal_json(progress, f"conversation.progress:{client_id}")
    row = {"client_id": client_id, "progress": sealed, "updated_at": now, "forget_at": now + FORGET_AFTER}
    upsert(db, conversation, row, key=["client_id"])


def forget_idle(db: Connection, *, now: datetime) -> int:
    """Drops conversations whose seven days are over."""
    return db.execute(conversation.delete().where(conversation.c.forget_at <= now)).rowcount


def keep_message(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    purpose: str,
    text: str,
    consent_id: str,
    shared: bool,
    origin: str | None,
    now: datetime,
) -> str:
    """Keeps what a person wrote, sealed. `origin`: LINE's message id, so that unsending finds it."""
    message_id = new_id()
    db.execute(
        message.insert().values(
            id=message_id,
            client_id=client_id,
            direction="in",
            purpose=purpose,
            body=sealer(db, vault, client_id).seal_text(text, f"message.body:{message_id}"),
            consent_id=consent_id,
            shared_at=now if shared else None,
            origin_index=vault.index("message", origin) if origin else None,
            at=now,
        )
    )
    announce(db, "notices")
    return message_id


def keep_sent(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    text: str,
    account_id: str,
    outbound_id: int,
    now: datetime,
) -> str:
    """Keeps what staff wrote to a person; its true state is that of the outbound message."""
    message_id = new_id()
    db.execute(
        message.insert().values(
            id=message_id,
            client_id=client_id,
            direction="out",
            purpose="follow_up",
            body=sealer(db, vault, client_id).seal_text(text, f"message.body:{message_id}"),
            account_id=account_id,
            outbound_id=outbound_id,
            at=now,
        )
    )
    return message_id


def answer_messages(db: Connection, *, client_id: str, now: datetime) -> None:
    """Staff have answered: nothing of this person waits any more."""
    waiting = (
        (message.c.client_id == client_id) & (message.c.direction == "in") & message.c.answered_at.is_(None)
    )
    db.execute(message.update().where(waiting).values(answered_at=now))


def erase_message(db: Connection, *, message_id: str) -> None:
    """Erases a message with the needs that were derived from it."""
    db.execute(need.delete().where(need.c.message_id == message_id))
    db.execute(message.delete().where(message.c.id == message_id))


def withdraw_message(db: Connection, vault: Vault, *, client_id: str, origin: str) -> bool:
    """The person unsent a message in LINE: erases our copy and what was derived. Says whether there was one."""
    query = sa.select(message.c.id).where(
        message.c.client_id == client_id, message.c.origin_index.in_(vault.indexes("message", origin))
    )
    found = list(db.execute(query).scalars())
    for message_id in found:
        erase_message(db, message_id=message_id)
    return bool(found)
