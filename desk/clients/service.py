"""Getting to know a person, what they agree to, blocking and return."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients import queries
from desk.clients.erasing import forget_address
from desk.clients.rules import folded_phone
from desk.database import insert_or_ignore, new_id
from desk.errors import AccountMoved
from desk.privacy import Vault
from desk.tables.clients import address, channel, client

# Made once, since it runs with every event.
_OF_ADDRESS = sa.select(address.c.client_id).where(
    address.c.address_index.in_(sa.bindparam("indexes", expanding=True))
)
_NOTE_SEEN = (
    client.update()
    .where(client.c.id.in_(_OF_ADDRESS), client.c.erased_at.is_(None))
    .values(seen_at=sa.bindparam("now"))
    .returning(client.c.id, client.c.wrapped_key)
)


def arrive(db: Connection, vault: Vault, *, user_id: str, now: datetime) -> str:
    """Somebody writes from this LINE account: finds the person, or makes one. Returns the client's id.

    Raises AccountMoved where staff linked the account to somebody else while this waited for the person: nothing is
    held on to then, so that nobody who links waits for an event that waits for them.
    """
    seen = {"indexes": vault.indexes("line", user_id), "now": now}
    known = db.execute(_NOTE_SEEN, seen).one_or_none()
    if known is not None and db.execute(_OF_ADDRESS, seen).scalar_one_or_none() != known.id:
        raise AccountMoved("the account belongs to somebody else by now")
    if known is not None:
        queries.keep_sealer(db, vault, known.id, known.wrapped_key)
        return str(known.id)
    erased = queries.client_of_address(db, vault, user_id)
    if erased is not None:
        forget_address(db, erased)
    organisation = queries.organisation_id(db)
    client_id = add_client(db, vault, organisation_id=organisation, now=now)
    address_id = new_id()
    value = queries.sealer(db, vault, client_id).seal_text(user_id, f"address.value:{address_id}")
    db.execute(
        address.insert().values(
            id=address_id,
            channel_id=_line_channel(db, organisation),
            client_id=client_id,
            address_index=vault.index("line", user_id),
            value=value,
            state="following",
            state_since=now,
        )
    )
    return client_id


def add_client(db: Connection, vault: Vault, *, organisation_id: str, now: datetime) -> str:
    """A person without an address yet, such as a caller; the number is the next free one."""
    client_id = new_id()
    row = {
        "id": client_id,
        "organisation_id": organisation_id,
        "wrapped_key": vault.new_person_key(client_id),
        "created_at": now,
        "seen_at": now,
    }
    while not insert_or_ignore(db, client, [row | {"number": _next_number(db, organisation_id)}]):
        pass  # two people arrived at once: the constraint let one have the number
    return client_id


def block(db: Connection, *, client_id: str, account: Collection[str] | None = None, now: datetime) -> None:
    """The person blocked the account: nothing is sent any more, bookings stay.

    `account`: the blind indexes of the one LINE account of theirs that this is about; else of all they have.
    """
    _set_state(db, client_id, account, "blocked", now)


def unblock(db: Connection, *, client_id: str, account: Collection[str] | None = None, now: datetime) -> None:
    """The person is back; `account` as for `block`."""
    _set_state(db, client_id, account, "following", now)


def set_phone(db: Connection, vault: Vault, *, client_id: str, phone: str, note: str, now: datetime) -> None:
    """Keeps the telephone a person left, and how they want to be called."""
    seal = queries.sealer(db, vault, client_id).seal_text
    values = {
        "phone": seal(phone, f"client.phone:{client_id}"),
        "phone_index": vault.index("phone", folded_phone(phone)),
        "phone_note": seal(note, f"client.phone_note:{client_id}") if note else None,
        "seen_at": now,
    }
    db.execute(client.update().where(client.c.id == client_id).values(values))


def forget_phone(db: Connection, *, client_id: str) -> None:
    """Drops the telephone and its note."""
    db.execute(
        client.update().where(client.c.id == client_id).values(phone=None, phone_index=None, phone_note=None)
    )


def _set_state(
    db: Connection, client_id: str, account: Collection[str] | None, state: str, now: datetime
) -> None:
    theirs = (address.c.client_id == client_id) & (address.c.state != state)
    if account is not None:
        theirs &= address.c.address_index.in_(account)
    db.execute(address.update().where(theirs).values(state=state, state_since=now))


def _next_number(db: Connection, organisation_id: str) -> int:
    query = sa.select(sa.func.coalesce(sa.func.max(client.c.number), 1000) + 1)
    return int(db.execute(query.where(client.c.organisation_id == organisation_id)).scalar_one())


def _line_channel(db: Connection, organisation_id: str) -> str:
    row = {"id": new_id(), "organisation_id": organisation_id, "kind": "line"}
    insert_or_ignore(db, channel, [row])
    found = queries.line_channel_id(db, organisation_id)
    assert found is not None
    return found
