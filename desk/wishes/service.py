"""Keeps a wish until staff have settled it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.database import announce, new_id
from desk.privacy import Vault
from desk.tables.calendar import desk
from desk.tables.wishes import wish


def keep_wish(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    desk_code: str | None,
    kind: str,
    note: str,
    now: datetime,
) -> str:
    """Writes a wish down for staff of that desk; without a desk, of the one that opened first."""
    wish_id = new_id()
    db.execute(
        wish.insert().values(
            id=wish_id,
            desk_id=_desk_id(db, desk_code),
            client_id=client_id,
            kind=kind,
            note=sealer(db, vault, client_id).seal_text(note, f"wish.note:{wish_id}"),
            at=now,
        )
    )
    announce(db, "notices")
    return wish_id


def settle_wish(db: Connection, *, wish_id: str, now: datetime) -> None:
    """Staff have answered it."""
    db.execute(wish.update().where(wish.c.id == wish_id).values(state="done", settled_at=now))


def _desk_id(db: Connection, code: str | None) -> str:
    query = sa.select(desk.c.id).order_by(
        sa.case((desk.c.code == (code or ""), 0), else_=1), desk.c.opened_on
    )
    return str(db.execute(query.limit(1)).scalar_one())
