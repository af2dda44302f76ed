"""Being forgotten: the key goes first, then all that was told, and at last the person; counts without a name stay."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients import queries
from desk.clients.past import bury_bookings, still_to_come
from desk.database import insert_or_ignore, memo, new_id
from desk.privacy import Vault
from desk.tables import metadata
from desk.tables.calendar import booking
from desk.tables.clients import address, client
from desk.tables.conversations import conversation
from desk.tables.messaging import inbound_event, outbound_message
from desk.tables.retention import erasure

# The address says goodbye; bookings become counts.
_OTHERWISE = (address, booking)


def _columns_of_people() -> Iterator[sa.Column[str]]:
    for table in reversed(metadata.sorted_tables):
        if table not in _OTHERWISE:
            yield from (column for column in table.columns if column.references(client.c.id))


#: Whatever points to a person, those that point to others first: a new table is erased without being named here.
OF_PEOPLE = tuple(_columns_of_people())


def erase_client(
    db: Connection, vault: Vault, *, client_id: str, why: str, by: str | None, now: datetime
) -> None:
    """Destroys the person's key and all that was told; a certificate without a name is kept.

    `why`: asked or retention; `by`: the account that carried it out, None for the person or the nightly job. What
    they booked must have been cancelled before. Only the LINE address lives on, under a fresh key, until the last
    word is said: see `finish_erasures`.
    """
    last_address = queries.address_of(db, vault, client_id)
    for column in OF_PEOPLE:
        db.execute(column.table.delete().where(column == client_id))
    _empty_bookings(db, client_id)
    gone = {column.name: None for column in client.columns if column.nullable}
    kept = {"wrapped_key": vault.new_person_key(client_id), "erased_at": now}
    db.execute(client.update().where(client.c.id == client_id).values(gone | kept))
    memo(db).pop(queries.sealer_place(client_id), None)
    if last_address is not None:
        _reseal_address(db, vault, client_id, last_address.user_id)
    certificate = {"id": new_id(), "subject_hash": vault.index("erasure", client_id), "why": why}
    insert_or_ignore(db, erasure, [certificate | {"account_id": by, "at": now}])


def finish_erasures(db: Connection, *, now: datetime) -> int:
    """Forgets what erased people still needed: the address once the last word is said, then the bare row.

    The row stays until the last day they had booked is over, so that the officers of that day see the change.
    Returns how many steps were taken.
    """
    erased = client.c.erased_at.is_not(None)
    busy = sa.select(outbound_message.c.client_id).where(outbound_message.c.state.in_(("queued", "sending")))
    with_menu = sa.select(address.c.client_id).where(address.c.menu.is_not(None))
    said = erased & client.c.wrapped_key.is_not(None) & client.c.id.not_in(busy.union_all(with_menu))
    done = db.execute(sa.select(client.c.id).where(said)).scalars().all()
    for client_id in done:
        forget_address(db, client_id)
    over = erased & client.c.wrapped_key.is_(None) & ~still_to_come(client.c.id, now)
    gone = db.execute(sa.select(client.c.id).where(over)).scalars().all()
    for client_id in gone:
        bury_bookings(db, client_id=client_id)
        db.execute(client.delete().where(client.c.id == client_id))
    return len(done) + len(gone)


def forget_address(db: Connection, client_id: str) -> None:
    """The last word to an erased person is said: the way to them goes, with the key it was sealed with."""
    lanes = sa.select(address.c.address_index).where(address.c.client_id == client_id)
    erased_at = sa.select(client.c.erased_at).where(client.c.id == client_id).scalar_subquery()
    # What came later belongs to somebody who has come back; its reply token is still needed.
    before = (inbound_event.c.received_at <= erased_at) & (inbound_event.c.state != "waiting")
    db.execute(inbound_event.update().where(inbound_event.c.lane_id.in_(lanes), before).values(raw=None))
    for table in (outbound_message, conversation):
        db.execute(table.delete().where(table.c.client_id == client_id))
    db.execute(address.delete().where(address.c.client_id == client_id))
    db.execute(client.update().where(client.c.id == client_id).values(wrapped_key=None))
    memo(db).pop(queries.sealer_place(client_id), None)


def _empty_bookings(db: Connection, client_id: str) -> None:
    of_visitor = {"called_name": None, "called_index": None, "promise": None, "promise_handed_on": False}
    db.execute(booking.update().where(booking.c.visitor_id == client_id).values(of_visitor))
    db.execute(booking.update().where(booking.c.writer_id == client_id).values(who_comes=None))


def _reseal_address(db: Connection, vault: Vault, client_id: str, user_id: str) -> None:
    seal = queries.sealer(db, vault, client_id).seal_text
    for address_id in (
        db.execute(sa.select(address.c.id).where(address.c.client_id == client_id)).scalars().all()
    ):
        value = seal(user_id, f"address.value:{address_id}")
        db.execute(address.update().where(address.c.id == address_id).values(value=value))
