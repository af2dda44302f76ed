"""Being forgotten: the key goes first, then all that was told, and at last the person; counts without a name stay."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients import queries
from desk.clients.past import bury_bookings, still_to_come
from desk.database import insert_or_ignore, memo, new_id
from desk.one_by_one import one_by_one
from desk.privacy import Vault
from desk.tables import metadata
from desk.tables.audit import break_glass
from desk.tables.calendar import booking
from desk.tables.clients import address, client, consent
from desk.tables.follow_up import LINK_STANDS, relink, relink_request
from desk.tables.messaging import MESSAGE_OPEN, inbound_event, outbound_message
from desk.tables.retention import erasure

# The address says goodbye; bookings become counts; whoever broke the glass still answers for it.
_OTHERWISE = (address, booking, break_glass)
# Who asked to be linked with them still waits for an answer.
_MEANT = relink_request.c.meant_id
_ALL: sa.ColumnElement[bool] = sa.true()
_NO_NAME = {"called_name": None, "called_index": None}


def _columns_of_people() -> Iterator[sa.Column[str]]:
    for table in reversed(metadata.sorted_tables):
        if table not in _OTHERWISE:
            yield from (each for each in table.columns if each.references(client.c.id) and each is not _MEANT)


#: Whatever points to a person, those that point to others first: a new table is erased without being named here.
OF_PEOPLE = tuple(_columns_of_people())


def erase_client(
    db: Connection, vault: Vault, *, client_id: str, why: str, by: str | None, now: datetime
) -> None:
    """Destroys the person's key and all that was told; a certificate without a name is kept.

    All their numbers go, where an account of theirs was linked (つなぎなおし). Whoever is known only from what this
    person booked for them, and never came, is erased as well.

    `why`: asked or retention; `by`: the account that carried it out, None for the person or the nightly job. They must
    be locked (`queries.lock_person`), and what they booked must have been cancelled before. Only the LINE address
    lives on, under a fresh key, until the last word is said: see `finish_erasures`.
    """
    for each in queries.numbers_of(db, client_id):
        _erase_number(db, vault, client_id=each, why=why, by=by, now=now)


def _erase_number(
    db: Connection, vault: Vault, *, client_id: str, why: str, by: str | None, now: datetime
) -> None:
    accounts = _opened_accounts(db, vault, client_id)
    for known_from in _known_only_from(db, client_id):
        _erase_number(db, vault, client_id=known_from, why=why, by=by, now=now)
    _erase_told(db, client_id)
    empty_bookings(db, client_id)
    _forget_names_given(db, client_id)
    gone = {column.name: None for column in client.columns if column.nullable}
    kept = {"wrapped_key": vault.new_person_key(client_id), "erased_at": now}
    db.execute(client.update().where(client.c.id == client_id).values(gone | kept))
    memo(db).pop(queries.sealer_place(client_id), None)
    _seal_accounts(db, vault, client_id, accounts)
    certify(db, vault, client_id=client_id, why=why, by=by, at=now)


def certify(db: Connection, vault: Vault, *, client_id: str, why: str, by: str | None, at: datetime) -> None:
    """Keeps that somebody was erased, and nothing of who it was; the first certificate stands."""
    certificate = {"id": new_id(), "subject_hash": vault.index("erasure", client_id), "why": why}
    insert_or_ignore(db, erasure, [certificate | {"account_id": by, "at": at}])


def finish_erasures(db: Connection, *, now: datetime) -> int:
    """Forgets what erased people still needed: the address once the last word is said, then the bare row.

    The row stays until the last day they had booked is over, so that the officers of that day see the change, and
    until a supervisor has looked at each time the glass was broken for them.
    A fault with one person leaves them for the next time, and hinders nobody else. Returns how many steps were taken.
    """
    erased = client.c.erased_at.is_not(None)
    busy = sa.select(outbound_message.c.client_id).where(MESSAGE_OPEN)
    with_menu = sa.select(address.c.client_id).where(address.c.menu.is_not(None))
    said = erased & client.c.wrapped_key.is_not(None) & client.c.id.not_in(busy.union_all(with_menu))
    done = db.execute(sa.select(client.c.id).where(said)).scalars().all()
    steps = one_by_one(db, done, partial(forget_address, db))
    waits = sa.exists().where(break_glass.c.client_id == client.c.id, break_glass.c.reviewed_at.is_(None))
    over = erased & client.c.wrapped_key.is_(None) & ~still_to_come(client.c.id, now) & ~waits
    gone = db.execute(sa.select(client.c.id).where(over)).scalars().all()
    return steps + one_by_one(db, gone, partial(_bury, db))


def forget_address(db: Connection, client_id: str) -> None:
    """The last word to an erased person is said: the way to them goes, with the key it was sealed with."""
    lanes = sa.select(address.c.address_index).where(address.c.client_id == client_id)
    erased_at = sa.select(client.c.erased_at).where(client.c.id == client_id).scalar_subquery()
    # What came later belongs to somebody who has come back; its reply token is still needed.
    before = (inbound_event.c.received_at <= erased_at) & (inbound_event.c.state != "waiting")
    db.execute(inbound_event.update().where(inbound_event.c.lane_id.in_(lanes), before).values(raw=None))
    _erase_told(db, client_id)
    db.execute(address.delete().where(address.c.client_id == client_id))
    db.execute(client.update().where(client.c.id == client_id).values(wrapped_key=None))
    memo(db).pop(queries.sealer_place(client_id), None)


def _bury(db: Connection, client_id: str) -> None:
    bury_bookings(db, client_id=client_id)
    db.execute(break_glass.delete().where(break_glass.c.client_id == client_id))
    db.execute(client.delete().where(client.c.id == client_id))


def _erase_told(db: Connection, client_id: str) -> None:
    meant = relink_request.update().where(relink_request.c.meant_id == client_id)
    db.execute(meant.values(meant_id=None, name_fits=False))
    for column in OF_PEOPLE:
        db.execute(column.table.delete().where(column == client_id))
    db.execute(break_glass.update().where(break_glass.c.client_id == client_id).values(reason=None))


def empty_bookings(db: Connection, client_id: str, which: sa.ColumnElement[bool] = _ALL) -> None:
    """What a person told for their visits goes: as the one who comes, name and promise; as the writer, who comes."""
    as_visitor = booking.update().where(booking.c.visitor_id == client_id, which)
    db.execute(as_visitor.values(_NO_NAME | {"promise": None, "promise_handed_on": False}))
    as_writer = booking.update().where(booking.c.writer_id == client_id, which)
    db.execute(as_writer.values(who_comes=None))


def _forget_names_given(db: Connection, writer_id: str) -> None:
    db.execute(booking.update().where(booking.c.writer_id == writer_id).values(_NO_NAME))


def _known_only_from(db: Connection, writer_id: str) -> Sequence[str]:
    """People for whom only this person ever booked, who cannot have come, and of whom nothing else is known."""
    other = booking.alias()
    theirs = sa.or_(other.c.visitor_id == client.c.id, other.c.writer_id == client.c.id)
    known = sa.exists().where(
        theirs, sa.or_(other.c.writer_id != writer_id, other.c.state.in_(("attended", "lapsed")))
    )
    reached = [sa.exists().where(table.c.client_id == client.c.id) for table in (address, consent)]
    reached.append(sa.exists().where(relink.c.from_id == client.c.id, LINK_STANDS))
    booked = sa.select(booking.c.visitor_id).where(booking.c.writer_id == writer_id)
    query = sa.select(client.c.id).where(client.c.id.in_(booked), client.c.id != writer_id)
    query = query.where(client.c.erased_at.is_(None), client.c.phone.is_(None), ~known)
    query = query.where(*(~each for each in reached)).order_by(client.c.id)
    return db.execute(query.with_for_update(key_share=True)).scalars().all()


def _opened_accounts(db: Connection, vault: Vault, client_id: str) -> dict[str, str]:
    """The LINE user ids of a person, by the ids of their rows."""
    theirs = sa.select(address.c.id, address.c.value).where(address.c.client_id == client_id)
    return {
        row.id: queries.sealer(db, vault, client_id).open_text(row.value, f"address.value:{row.id}")
        for row in db.execute(theirs).all()
    }


def _seal_accounts(db: Connection, vault: Vault, client_id: str, accounts: dict[str, str]) -> None:
    for address_id, user_id in accounts.items():
        value = queries.sealer(db, vault, client_id).seal_text(user_id, f"address.value:{address_id}")
        db.execute(address.update().where(address.c.id == address_id).values(value=value))
