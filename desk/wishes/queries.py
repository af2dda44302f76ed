"""Wishes that wait for staff, and those that wait for the person's answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.clients.queries import sealers
from desk.privacy import Sealer, Vault
from desk.tables.calendar import booking, desk, session, slot
from desk.tables.wishes import wish


@dataclass(frozen=True)
class WishOffer:
    """The place that was offered last, and what became of it."""

    booking_id: str
    state: str
    starts_at: datetime
    until: datetime | None
    place: str
    way: str


@dataclass(frozen=True, repr=False)
class WishRow:
    """What somebody would like, at which desk, since when; `called` where a call was tried in vain."""

    id: str
    client_id: str
    desk_id: str
    desk_name: str
    kind: str
    note: str
    at: datetime
    called: bool
    offer: WishOffer | None

    @property
    def is_offered(self) -> bool:
        """Whether a place is held and the person has not answered yet."""
        return self.offer is not None and self.offer.state == "offered"


def open_wishes(db: Connection, vault: Vault, *, desk_id: str | None = None) -> tuple[WishRow, ...]:
    """All wishes that wait for staff, oldest first: new, declined, or left without an answer."""
    return tuple(row for row in _unsettled(db, vault, desk_id) if not row.is_offered)


def open_wishes_of(db: Connection, vault: Vault, client_id: str) -> tuple[WishRow, ...]:
    """The same of one person."""
    rows = _rows(db, vault, _wishes().where(wish.c.client_id == client_id))
    return tuple(row for row in rows if not row.is_offered)


def offered_wishes(db: Connection, vault: Vault, *, desk_id: str | None = None) -> tuple[WishRow, ...]:
    """All wishes for which a place is held until the person answers."""
    return tuple(row for row in _unsettled(db, vault, desk_id) if row.is_offered)


def wish_by_id(db: Connection, vault: Vault, wish_id: str) -> WishRow | None:
    """A wish that is not settled yet; None otherwise."""
    rows = _rows(db, vault, _wishes().where(wish.c.id == wish_id))
    return rows[0] if rows else None


def wish_of_place(db: Connection, vault: Vault, booking_id: str) -> WishRow | None:
    """The wish for which this place was offered last."""
    rows = _rows(db, vault, _wishes().where(wish.c.booking_id == booking_id))
    return rows[0] if rows else None


def wishes_of(db: Connection, vault: Vault, client_id: str) -> tuple[WishRow, ...]:
    """All a person ever wished that is still kept, oldest first."""
    return _rows(db, vault, _all_wishes().where(wish.c.client_id == client_id))


def _unsettled(db: Connection, vault: Vault, desk_id: str | None) -> tuple[WishRow, ...]:
    query = _wishes()
    return _rows(db, vault, query if desk_id is None else query.where(wish.c.desk_id == desk_id))


def _wishes() -> sa.Select[Any]:
    return _all_wishes().where(wish.c.state != "done")


def _all_wishes() -> sa.Select[Any]:
    offer = (
        booking.c.state.label("offer_state"),
        booking.c.expires_at,
        slot.c.starts_at,
        slot.c.way,
        session.c.place,
    )
    return (
        sa.select(wish, desk.c.name.label("desk_name"), *offer)
        .join(desk, wish.c.desk_id == desk.c.id)
        .outerjoin(booking, booking.c.id == wish.c.booking_id)
        .outerjoin(slot, slot.c.id == booking.c.slot_id)
        .outerjoin(session, session.c.id == slot.c.session_id)
        .order_by(wish.c.at, wish.c.id)
    )


def _rows(db: Connection, vault: Vault, query: sa.Select[Any]) -> tuple[WishRow, ...]:
    found = db.execute(query).all()
    keys = sealers(db, vault, [row.client_id for row in found])
    return tuple(_row(row, keys[row.client_id]) for row in found if row.client_id in keys)


def _row(row: Row[Any], key: Sealer) -> WishRow:
    offer = None
    if row.booking_id is not None:
        offer = WishOffer(row.booking_id, row.offer_state, row.starts_at, row.expires_at, row.place, row.way)
    return WishRow(
        id=row.id,
        client_id=row.client_id,
        desk_id=row.desk_id,
        desk_name=row.desk_name,
        kind=row.kind,
        note=key.open_text(row.note, f"wish.note:{row.id}"),
        at=row.at,
        called=row.state == "open" and row.account_id is not None,
        offer=offer,
    )
