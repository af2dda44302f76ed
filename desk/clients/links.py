"""Single-use links to a person's private page: 15 minutes to open, then 60 to write, and 10 of grace."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.errors import LinkSpent
from desk.privacy import token_hash
from desk.tables.clients import page_link

OPEN_WITHIN = timedelta(minutes=15)
WRITE_WITHIN = timedelta(minutes=60)
# What somebody was still writing when the hour ended is kept, not lost; nothing is shown any more.
GRACE = timedelta(minutes=10)


@dataclass(frozen=True)
class PageVisit:
    """A page somebody has opened: whose it is, for what, and until when it may be written on."""

    client_id: str
    purpose: str
    write_until: datetime


def make_link(db: Connection, *, client_id: str, purpose: str, now: datetime) -> str:
    """A fresh token; only its hash is kept. Earlier links that were never opened stop working."""
    unopened = (page_link.c.client_id == client_id) & page_link.c.opened_at.is_(None)
    db.execute(page_link.delete().where(unopened))
    token = secrets.token_urlsafe(24)
    row = {"token_hash": token_hash(token), "client_id": client_id, "purpose": purpose}
    db.execute(page_link.insert().values(**row, open_until=now + OPEN_WITHIN))
    return token


def open_link(db: Connection, *, token: str, now: datetime) -> tuple[str, PageVisit]:
    """Spends the link. Returns the secret for the page's cookie, and the visit; raises LinkSpent."""
    secret = secrets.token_urlsafe(24)
    until = now + WRITE_WITHIN
    opened = db.execute(
        page_link.update()
        .where(
            page_link.c.token_hash == token_hash(token),
            page_link.c.opened_at.is_(None),
            page_link.c.open_until > now,
        )
        .values(opened_at=now, session_hash=token_hash(secret), write_until=until)
        .returning(page_link.c.client_id, page_link.c.purpose)
    ).first()
    if opened is None:
        raise LinkSpent("the link was used before, or its time has run out")
    return secret, PageVisit(opened.client_id, opened.purpose, until)


def visit_of(db: Connection, *, secret: str, alone: bool = False, now: datetime) -> PageVisit | None:
    """The open page a cookie belongs to; None once its hour and the grace after it are over.

    `alone`: until the transaction ends nobody else writes on this page, so that a doubled press finds what the
    first one kept.
    """
    query = sa.select(page_link.c.client_id, page_link.c.purpose, page_link.c.write_until).where(
        page_link.c.session_hash == token_hash(secret), page_link.c.write_until > now - GRACE
    )
    row = db.execute(query.with_for_update() if alone else query).first()
    return PageVisit(row.client_id, row.purpose, row.write_until) if row else None


def close_visit(db: Connection, *, secret: str) -> None:
    """The person is done with the page."""
    db.execute(page_link.delete().where(page_link.c.session_hash == token_hash(secret)))


def forget_old(db: Connection, *, now: datetime) -> int:
    """Drops links that can no longer be opened or written with."""
    over = sa.or_(
        sa.and_(page_link.c.opened_at.is_(None), page_link.c.open_until <= now),
        page_link.c.write_until <= now - GRACE,
    )
    return db.execute(page_link.delete().where(over)).rowcount
