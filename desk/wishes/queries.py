"""Wishes that wait for staff."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealers
from desk.privacy import Vault
from desk.tables.calendar import desk
from desk.tables.wishes import wish


@dataclass(frozen=True)
class WishRow:
    """What somebody would like, at which desk, since when."""

    id: str
    client_id: str
    desk_name: str
    kind: str
    note: str
    at: datetime


def open_wishes(db: Connection, vault: Vault, *, desk_id: str | None = None) -> tuple[WishRow, ...]:
    """All wishes nobody has settled yet, oldest first."""
    query = (
        sa.select(wish, desk.c.name.label("desk_name"))
        .join(desk, wish.c.desk_id == desk.c.id)
        .where(wish.c.state == "open")
        .order_by(wish.c.at)
    )
    if desk_id is not None:
        query = query.where(wish.c.desk_id == desk_id)
    rows = db.execute(query).all()
    keys = sealers(db, vault, [row.client_id for row in rows])
    return tuple(
        WishRow(
            id=row.id,
            client_id=row.client_id,
            desk_name=row.desk_name,
            kind=row.kind,
            note=keys[row.client_id].open_text(row.note, f"wish.note:{row.id}"),
            at=row.at,
        )
        for row in rows
        if row.client_id in keys
    )
