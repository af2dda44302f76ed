"""Keeps when to look again, what staff leave for each other, and who is writing to whom just now."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.database import announce, insert_or_ignore, upsert
from desk.inbox.rules import WRITES_FOR
from desk.privacy import Vault
from desk.tables.inbox import thread
from desk.tables.people import personal_note

_TOPIC = "notices"


def look_again_on(db: Connection, *, client_id: str, day: date | None) -> None:
    """次に見る日 of a person's conversation; None: no such day any more."""
    upsert(db, thread, {"client_id": client_id, "look_on": day}, key=["client_id"])
    announce(db, _TOPIC)


def keep_note(
    db: Connection, vault: Vault, *, note_id: str, client_id: str, account_id: str, text: str, now: datetime
) -> None:
    """Leaves a word for the colleagues, sealed with the person's key; the same `note_id` is kept once."""
    sealed = sealer(db, vault, client_id).seal_text(text, f"personal_note.body:{note_id}")
    row = {"id": note_id, "client_id": client_id, "account_id": account_id, "body": sealed, "at": now}
    if insert_or_ignore(db, personal_note, [row]):
        announce(db, _TOPIC)


def note_writing(db: Connection, *, client_id: str, account_id: str, now: datetime) -> None:
    """Somebody is typing to this person. Whoever began first is told of until they have been still for a while.

    Open pages hear of it when somebody begins, and not of each letter.
    """
    insert_or_ignore(db, thread, [{"client_id": client_id}])
    own = thread.c.writing_by == account_id
    nobody = thread.c.writing_by.is_(None) | (thread.c.writing_at < now - WRITES_FOR)
    theirs = thread.update().where(thread.c.client_id == client_id)
    begun = db.execute(theirs.where(nobody).values(writing_by=account_id, writing_at=now)).rowcount
    if begun:
        announce(db, _TOPIC)
    else:
        db.execute(theirs.where(own).values(writing_at=now))


def stop_writing(db: Connection, *, client_id: str, account_id: str) -> None:
    """They have sent it or thrown it away."""
    own = sa.and_(thread.c.client_id == client_id, thread.c.writing_by == account_id)
    if db.execute(thread.update().where(own).values(writing_by=None, writing_at=None)).rowcount:
        announce(db, _TOPIC)
