"""Which rich menu a person has in LINE: who has a booking is shown one of their own, everybody else the usual one."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients import queries
from desk.privacy import Vault
from desk.tables.calendar import booking
from desk.tables.clients import address, client

_HAS_BOOKING = sa.exists().where(booking.c.writer_id == address.c.client_id, booking.c.state == "confirmed")
_SHALL_HAVE = sa.and_(address.c.state == "following", _HAS_BOOKING)


@dataclass(frozen=True, repr=False)
class MenuChange:
    """One person's menu is to become `menu`; None: the usual one again."""

    address_id: str
    user_id: str
    menu: str | None
    erased: bool


def to_change(
    db: Connection, vault: Vault, *, booked_menu: str | None, besides: Collection[str], limit: int
) -> tuple[MenuChange, ...]:
    """Whose menu differs from what it should be, erased people first.

    `booked_menu`: LINE's id of the one for who has a booking; None while there is none. `besides`: addresses that are
    left alone for now.
    """
    gain = sa.and_(_SHALL_HAVE, address.c.menu.is_distinct_from(booked_menu))
    lose = sa.and_(address.c.menu.is_not(None), sa.not_(_SHALL_HAVE))
    query = (
        sa.select(
            address.c.id,
            address.c.client_id,
            address.c.value,
            client.c.erased_at,
            _SHALL_HAVE.label("shall_have"),
        )
        .join(client, client.c.id == address.c.client_id)
        .where(lose if booked_menu is None else sa.or_(gain, lose), address.c.id.not_in(besides))
        .order_by(client.c.erased_at.is_(None), address.c.id)
        .limit(limit)
    )
    changes = []
    for row in db.execute(query).all():
        opened = queries.sealer(db, vault, row.client_id).open_text
        user_id = opened(row.value, f"address.value:{row.id}")
        menu = booked_menu if row.shall_have else None
        changes.append(MenuChange(row.id, user_id, menu, erased=row.erased_at is not None))
    return tuple(changes)


def note_menu(db: Connection, *, address_id: str, menu: str | None) -> None:
    """LINE has been told so."""
    db.execute(address.update().where(address.c.id == address_id).values(menu=menu))
