"""What is still to be fetched, whether it may be, and what was kept."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import numbers_of, sealer, sealers
from desk.privacy import Vault
from desk.tables.calendar import booking, desk, session
from desk.tables.conversations import message
from desk.tables.inbox import media


@dataclass(frozen=True)
class ToFetch:
    """Something that waits to be fetched; `origin`: LINE's id of it, `wanted`: the desk still keeps such things."""

    id: str
    kind: str
    origin: str
    tries: int
    wanted: bool


@dataclass(frozen=True, repr=False)
class Kept:
    """A photo or a voice, opened."""

    mime: str
    body: bytes


def is_wanted(db: Connection, client_id: str) -> bool:
    """Whether photos and voices of this person are kept: the desk of their newest booking says so, else every desk.

    A booking under any of their numbers is theirs (つなぎなおし).
    """
    numbers = numbers_of(db, client_id)
    theirs = (
        sa.select(desk.c.keeps_media)
        .select_from(booking.join(session, session.c.id == booking.c.session_id))
        .join(desk, desk.c.id == session.c.desk_id)
        .where(sa.or_(booking.c.writer_id.in_(numbers), booking.c.visitor_id.in_(numbers)))
        .order_by(booking.c.created_at.desc(), booking.c.id)
        .limit(1)
    )
    own = db.execute(theirs).scalar_one_or_none()
    if own is not None:
        return bool(own)
    said = db.execute(sa.select(desk.c.keeps_media)).scalars().all()
    return bool(said) and all(said)


def to_fetch(db: Connection, vault: Vault, *, now: datetime, limit: int) -> tuple[ToFetch, ...]:
    """What is due, the longest waiting first."""
    query = (
        sa.select(media.c.id, media.c.client_id, media.c.origin, media.c.tries, message.c.kind)
        .join(message, message.c.id == media.c.message_id)
        .where(sa.literal_column("media.state = 'waiting'"), media.c.due_at <= now)
        .order_by(media.c.due_at, media.c.id)
        .limit(limit)
    )
    rows = db.execute(query).all()
    keys = sealers(db, vault, [row.client_id for row in rows])
    return tuple(
        ToFetch(
            id=row.id,
            kind=row.kind,
            origin=keys[row.client_id].open_text(row.origin, f"media.origin:{row.id}"),
            tries=row.tries,
            wanted=is_wanted(db, row.client_id),
        )
        for row in rows
        if row.client_id in keys
    )


def kept(db: Connection, vault: Vault, media_id: str) -> Kept | None:
    """What was kept under this id; None where there is nothing (any more)."""
    row = db.execute(sa.select(media).where(media.c.id == media_id, media.c.state == "kept")).first()
    if row is None:
        return None
    return Kept(row.mime, sealer(db, vault, row.client_id).open(row.body, f"media.body:{row.id}"))
