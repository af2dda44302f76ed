"""Keeps where somebody stands in the chat, and what they write; forgets both when asked or when time is up."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.conversations.rules import NEVER_WAITS
from desk.database import announce, new_id, upsert
from desk.privacy import Vault
from desk.tables.conversations import conversation, message
from desk.tables.inbox import media
from desk.tables.intake import need
from desk.tables.messaging import outbound_message

FORGET_AFTER = timedelta(days=7)
# Words of staff that ended so are not with the person.
_NEVER_WENT = ("blocked", "dropped", "parked", "set_aside")


def keep_progress(
    db: Connection, vault: Vault, *, client_id: str, progress: dict[str, Any], now: datetime
) -> None:
    """Stores where the person stands; forgotten after seven idle days."""
    sealed = sealer(db, vault, client_id).seal_json(progress, f"conversation.progress:{client_id}")
    row = {"client_id": client_id, "progress": sealed, "forget_at": now + FORGET_AFTER}
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
    kind: str = "text",
    now: datetime,
) -> str:
    """Keeps what a person wrote or sent, sealed. `origin`: LINE's message id, so that unsending finds it.

    `kind`: what it was on the phone.
    """
    message_id = new_id()
    db.execute(
        message.insert().values(
            id=message_id,
            client_id=client_id,
            direction="in",
            purpose=purpose,
            kind=kind,
            body=sealer(db, vault, client_id).seal_text(text, f"message.body:{message_id}"),
            consent_id=consent_id,
            shared_at=now if shared else None,
            answered_at=now if kind in NEVER_WAITS else None,
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


def unkeep_sent(db: Connection, vault: Vault, *, message_id: str) -> str:
    """Staff took words back that were dropped before they went: the words, of which nothing is kept here any more."""
    sent = db.execute(sa.select(message).where(message.c.id == message_id)).one()
    text = sealer(db, vault, sent.client_id).open_text(sent.body, f"message.body:{message_id}")
    reopen_unsent(db, client_id=sent.client_id)
    db.execute(message.delete().where(message.c.id == message_id))
    return text


def reopen_unsent(db: Connection, *, client_id: str) -> None:
    """What this person wrote waits again where the words that answered it do not reach them, and no others do."""
    theirs = message.c.client_id == client_id
    query = sa.select(message.c.at, outbound_message.c.state).where(theirs, message.c.account_id.is_not(None))
    linked = message.outerjoin(outbound_message, outbound_message.c.id == message.c.outbound_id)
    words = db.execute(query.select_from(linked).order_by(message.c.at)).all()
    lost = {row.at for row in words if row.state in _NEVER_WENT}
    others = [row.at for row in words if row.state not in _NEVER_WENT]
    if not lost:
        return
    answered = (message.c.direction == "in") & message.c.answered_at.in_(lost)
    asked = sa.select(message.c.id, message.c.at).where(theirs, answered)
    for row in db.execute(asked.where(message.c.kind.not_in(NEVER_WAITS))).all():
        by_others = next((at for at in others if at >= row.at), None)
        db.execute(message.update().where(message.c.id == row.id).values(answered_at=by_others))


def answer_again(db: Connection, *, outbound_id: int) -> None:
    """Words of staff that were lost are sent once more: what they answered waits no more, unless they are lost again."""
    words = sa.select(message.c.client_id, message.c.at).where(message.c.outbound_id == outbound_id)
    sent = db.execute(words).first()
    if sent is not None:
        asked = (
            (message.c.client_id == sent.client_id)
            & (message.c.direction == "in")
            & (message.c.at <= sent.at)
        )
        db.execute(message.update().where(asked, message.c.answered_at.is_(None)).values(answered_at=sent.at))


def answer_messages(db: Connection, *, client_id: str, until: str | None = None, now: datetime) -> None:
    """Staff have answered: nothing of this person waits any more; `until`: nothing up to this message of theirs."""
    waiting = (
        (message.c.client_id == client_id) & (message.c.direction == "in") & message.c.answered_at.is_(None)
    )
    if until is not None:
        seen = message.alias()
        place = sa.tuple_(seen.c.at, seen.c.id) >= sa.tuple_(message.c.at, message.c.id)
        waiting &= sa.exists().where(seen.c.id == until, seen.c.client_id == client_id, place)
    db.execute(message.update().where(waiting).values(answered_at=now))


def erase_message(db: Connection, *, message_id: str) -> None:
    """Erases a message with the needs that were derived from it."""
    db.execute(need.delete().where(need.c.message_id == message_id))
    db.execute(message.delete().where(message.c.id == message_id))


def withdraw_message(db: Connection, vault: Vault, *, client_id: str, origin: str, now: datetime) -> bool:
    """The person unsent a message in LINE: our copy and what was derived go. Says whether there was one.

    That there was one stays, so that staff who had seen it do not look for it in vain.
    """
    found = _of_origin(db, vault, client_id, origin)
    for message_id in found:
        _forget_contents(db, message_id)
        emptied = {
            "kind": "unsent",
            "body": sealer(db, vault, client_id).seal_text("", f"message.body:{message_id}"),
            "origin_index": None,
            "answered_at": sa.func.coalesce(message.c.answered_at, sa.literal(now, message.c.at.type)),
        }
        db.execute(message.update().where(message.c.id == message_id).values(emptied))
    if found:
        announce(db, "notices")
    return bool(found)


def rewrite_message(
    db: Connection, vault: Vault, *, client_id: str, origin: str, text: str
) -> tuple[str, ...]:
    """The person changed a message in LINE: the new words stand in place of the old. Returns the ids of our copies.

    What was derived from the old words goes; staff read the new ones as if they had just come.
    """
    found = _of_origin(db, vault, client_id, origin)
    for message_id in found:
        _forget_contents(db, message_id)
        sealed = sealer(db, vault, client_id).seal_text(text, f"message.body:{message_id}")
        changed = {"kind": "text", "body": sealed, "answered_at": None}
        db.execute(message.update().where(message.c.id == message_id).values(changed))
    if found:
        announce(db, "notices")
    return found


def _of_origin(db: Connection, vault: Vault, client_id: str, origin: str) -> tuple[str, ...]:
    query = sa.select(message.c.id).where(
        message.c.client_id == client_id, message.c.origin_index.in_(vault.indexes("message", origin))
    )
    return tuple(db.execute(query).scalars())


def _forget_contents(db: Connection, message_id: str) -> None:
    for table in (need, media):
        db.execute(table.delete().where(table.c.message_id == message_id))
