"""Getting to know a person, what they agree to, blocking and return, and being forgotten."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients import queries
from desk.clients.rules import folded_phone, text_hash
from desk.database import insert_or_ignore, memo, new_id
from desk.privacy import Vault
from desk.tables.calendar import booking
from desk.tables.clients import address, channel, client, consent, page_link, relation
from desk.tables.closures import closure_person
from desk.tables.conversations import conversation, message
from desk.tables.intake import answer, danger_question, flag, intake, need
from desk.tables.messaging import inbound_event, outbound_message
from desk.tables.people import personal_note
from desk.tables.roster import avoidance
from desk.tables.wishes import waiting, wish

# In this order: rows that point to others go first. Consents go last, since answers stand on them.
_ERASED_TABLES = (
    need,
    flag,
    danger_question,
    message,
    closure_person,
    outbound_message,
    answer,
    intake,
    conversation,
    page_link,
    consent,
    personal_note,
    wish,
    waiting,
    avoidance,
    relation,
)

# Made once, since it runs with every event.
_OF_ADDRESS = sa.select(address.c.client_id).where(address.c.address_index == sa.bindparam("index"))
_NOTE_SEEN = (
    client.update()
    .where(client.c.id.in_(_OF_ADDRESS), client.c.erased_at.is_(None))
    .values(seen_at=sa.bindparam("now"))
    .returning(client.c.id, client.c.wrapped_key)
)


def arrive(db: Connection, vault: Vault, *, user_id: str, now: datetime) -> str:
    """Somebody writes from this LINE account: finds the person, or makes one. Returns the client's id."""
    seen = {"index": vault.index("line", user_id), "now": now}
    known = db.execute(_NOTE_SEEN, seen).one_or_none()
    if known is not None:
        queries.keep_sealer(db, vault, known.id, known.wrapped_key)
        return str(known.id)
    erased = queries.client_of_address(db, vault, user_id)
    if erased is not None:
        _forget_address(db, erased)
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


def agree(
    db: Connection, *, client_id: str, purpose: str, text_version: str, text: str, via: str, now: datetime
) -> str:
    """Writes down that the person agreed to these words for this purpose; a second yes changes nothing."""
    row = {
        "id": new_id(),
        "client_id": client_id,
        "purpose": purpose,
        "text_version": text_version,
        "text_hash": text_hash(text),
        "given_at": now,
        "via": via,
    }
    insert_or_ignore(db, consent, [row])
    consent_id = queries.consent_in_force(db, client_id=client_id, purpose=purpose)
    assert consent_id is not None
    return consent_id


def withdraw(db: Connection, *, client_id: str, purpose: str, now: datetime) -> None:
    """The person takes a consent back; what was kept under it is erased by its own area."""
    db.execute(
        consent.update()
        .where(
            consent.c.client_id == client_id, consent.c.purpose == purpose, consent.c.withdrawn_at.is_(None)
        )
        .values(withdrawn_at=now)
    )


def block(db: Connection, *, client_id: str, now: datetime) -> None:
    """The person blocked the account: nothing is sent any more, bookings stay."""
    _set_state(db, client_id, "blocked", now)


def unblock(db: Connection, *, client_id: str, now: datetime) -> None:
    """The person is back."""
    _set_state(db, client_id, "following", now)


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


def erase_client(db: Connection, vault: Vault, *, client_id: str, now: datetime) -> None:
    """Destroys the person's key and all that was told. A bare row stays, so that visits still count, without a name.

    Only the LINE address lives on, under a fresh key, until the last word is said: see `finish_erasures`.
    A live booking must have been cancelled before.
    """
    last_address = queries.address_of(db, vault, client_id)
    for table in _ERASED_TABLES:
        db.execute(table.delete().where(table.c.client_id == client_id))
    db.execute(relation.delete().where(relation.c.other_id == client_id))
    own_bookings = booking.c.visitor_id == client_id
    db.execute(
        booking.update().where(own_bookings).values(called_name=None, promise=None, promise_handed_on=False)
    )
    db.execute(booking.update().where(booking.c.writer_id == client_id).values(who_comes=None))
    db.execute(
        client.update()
        .where(client.c.id == client_id)
        .values(
            wrapped_key=vault.new_person_key(client_id),
            phone=None,
            phone_index=None,
            phone_note=None,
            spoken_code=None,
            spoken_code_index=None,
            erased_at=now,
        )
    )
    memo(db).pop(queries.sealer_place(client_id), None)
    if last_address is not None:
        _reseal_address(db, vault, client_id, last_address.user_id)


def finish_erasures(db: Connection) -> int:
    """Forgets the addresses and keys of erased people to whom nothing more is to be said; says how many."""
    busy = sa.select(outbound_message.c.client_id).where(outbound_message.c.state.in_(("queued", "sending")))
    query = sa.select(client.c.id).where(
        client.c.erased_at.is_not(None), client.c.wrapped_key.is_not(None), client.c.id.not_in(busy)
    )
    done = list(db.execute(query).scalars())
    for client_id in done:
        _forget_address(db, client_id)
    return len(done)


def _forget_address(db: Connection, client_id: str) -> None:
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


def _reseal_address(db: Connection, vault: Vault, client_id: str, user_id: str) -> None:
    seal = queries.sealer(db, vault, client_id).seal_text
    for address_id in list(
        db.execute(sa.select(address.c.id).where(address.c.client_id == client_id)).scalars()
    ):
        value = seal(user_id, f"address.value:{address_id}")
        db.execute(address.update().where(address.c.id == address_id).values(value=value))


def _set_state(db: Connection, client_id: str, state: str, now: datetime) -> None:
    db.execute(
        address.update()
        .where(address.c.client_id == client_id, address.c.state != state)
        .values(state=state, state_since=now)
    )


def _next_number(db: Connection, organisation_id: str) -> int:
    query = sa.select(sa.func.coalesce(sa.func.max(client.c.number), 1000) + 1)
    return int(db.execute(query.where(client.c.organisation_id == organisation_id)).scalar_one())


def _line_channel(db: Connection, organisation_id: str) -> str:
    row = {"id": new_id(), "organisation_id": organisation_id, "kind": "line"}
    insert_or_ignore(db, channel, [row])
    found = queries.line_channel_id(db, organisation_id)
    assert found is not None
    return found
