"""Who a person is to us: the key, the LINE address, the consents in force."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.among import among
from desk.clients.rules import folded_phone
from desk.database import memo
from desk.errors import PersonGone, Unreadable
from desk.privacy import Sealer, Vault
from desk.tables.calendar import organisation
from desk.tables.clients import address, channel, client, consent, consent_text
from desk.tables.follow_up import LINK_STANDS, relink
from desk.tables.notices import agency


@dataclass(frozen=True)
class ClientRow:
    """A person the desk knows, without anything that was told."""

    id: str
    number: int
    created_at: datetime
    seen_at: datetime
    erased: bool


@dataclass(frozen=True)
class Address:
    """Where LINE reaches a person: the user id, and whether they still follow the account."""

    user_id: str
    blocked: bool


@dataclass(frozen=True, repr=False)
class ConsentRow:
    """What was agreed to, when, by which words, and until when; `agency` is the name of the one it is about.

    `replaced`: it ended since the person agreed to newer words, and was not taken back. `basis` emergency: nobody
    agreed; who wrote it down (`account_id`) decided, for a `reason` that is kept sealed.
    """

    id: str
    client_id: str
    purpose: str
    agency_id: str | None
    agency: str
    basis: str
    text_version: str
    words: str
    given_at: datetime
    withdrawn_at: datetime | None
    replaced: bool
    via: str
    account_id: str | None
    reason: bytes | None


#: Of several accounts of a person the one they were reached by last; of two at one instant the one that follows us.
LATEST_FIRST = (address.c.state_since.desc(), address.c.state.desc(), address.c.id)


def _linked() -> sa.CTE:
    """Any two numbers of one person, each pair both ways; who has one number stands nowhere."""
    up = sa.select(relink.c.client_id.label("one"), relink.c.from_id.label("other")).where(LINK_STANDS)
    near = up.union(sa.select(relink.c.from_id, relink.c.client_id).where(LINK_STANDS)).cte("near")
    linked = sa.select(near.c.one, near.c.other).cte("linked", recursive=True)
    return linked.union(sa.select(linked.c.one, near.c.other).join(near, near.c.one == linked.c.other))


def _who_speaks() -> sa.CTE:
    near = (
        sa.select(relink.c.client_id, relink.c.from_id).where(LINK_STANDS).cte("speaks_for", recursive=True)
    )
    further = sa.select(near.c.client_id, relink.c.from_id).join(relink, relink.c.client_id == near.c.from_id)
    return near.union(further.where(LINK_STANDS))


#: For questions about many people: each `client_id` speaks for each `from_id`, however many links lie between them.
SPEAKS_FOR = _who_speaks()
_LINKED = _linked()

# Made once, since they run with every event: building them costs as much as running them.
_KEY_OF = sa.select(client.c.wrapped_key).where(client.c.id == sa.bindparam("client"))
_CONSENT = sa.select(consent.c.id).where(
    consent.c.client_id == sa.bindparam("client"),
    consent.c.purpose == sa.bindparam("purpose"),
    consent.c.withdrawn_at.is_(None),
)


def organisation_id(db: Connection) -> str:
    """The organisation that owns the LINE channel of this installation (the first one)."""
    query = sa.select(organisation.c.id).order_by(organisation.c.created_at, organisation.c.id)
    return str(db.execute(query.limit(1)).scalar_one())


def sealer(db: Connection, vault: Vault, client_id: str) -> Sealer:
    """The person's own sealer; raises Unreadable once the person is erased."""
    kept: Sealer | None = memo(db).get(sealer_place(client_id))
    if kept is not None:
        return kept
    wrapped = db.execute(_KEY_OF, {"client": client_id}).scalar_one_or_none()
    if wrapped is None:
        raise Unreadable("the person's key is destroyed")
    return keep_sealer(db, vault, client_id, wrapped)


def keep_sealer(db: Connection, vault: Vault, client_id: str, wrapped_key: bytes) -> Sealer:
    """Opens a person's key once for the whole transaction."""
    opened = memo(db)[sealer_place(client_id)] = vault.person(wrapped_key, client_id)
    return opened


def sealer_place(client_id: str) -> tuple[str, str]:
    """Where a transaction keeps a person's sealer; whoever changes the key forgets it there."""
    return ("sealer", client_id)


def lock_known(db: Connection, client_id: str) -> None:
    """Nobody else changes or erases this person until the transaction ends; raises PersonGone for an erased one.

    Locked before anything of theirs, so that no two wait for each other.
    """
    known = sa.select(client.c.id).where(client.c.id == client_id, client.c.erased_at.is_(None))
    if db.execute(known.with_for_update(key_share=True)).first() is None:
        raise PersonGone("the person was erased")


def sealers(db: Connection, vault: Vault, client_ids: Iterable[str]) -> dict[str, Sealer]:
    """The sealers of several people, asked for together and once a transaction; erased people are left out."""
    wanted, kept = set(client_ids), memo(db)
    if unknown := [each for each in wanted if sealer_place(each) not in kept]:
        known = sa.select(client.c.id, client.c.wrapped_key).where(among(client.c.id, unknown))
        for row in db.execute(known.where(client.c.wrapped_key.is_not(None))):
            keep_sealer(db, vault, row.id, row.wrapped_key)
    return {each: kept[sealer_place(each)] for each in wanted if sealer_place(each) in kept}


def client_of_address(db: Connection, vault: Vault, user_id: str) -> str | None:
    """Whose LINE account this is."""
    indexes = vault.indexes("line", user_id)
    return db.execute(
        sa.select(address.c.client_id).where(address.c.address_index.in_(indexes))
    ).scalar_one_or_none()


def address_of(db: Connection, vault: Vault, client_id: str) -> Address | None:
    """How LINE reaches the person; None for somebody without LINE.

    Somebody whose account was linked to an earlier person is reached by what reaches that person.
    """
    accounts = sa.select(address.c.id, address.c.client_id, address.c.value, address.c.state)
    given = accounts.join(relink, account_given()).where(relink.c.from_id == client_id)
    row = _latest(db, accounts.where(address.c.client_id == client_id)) or _latest(db, given)
    if row is None:
        return None
    user_id = sealer(db, vault, row.client_id).open_text(row.value, f"address.value:{row.id}")
    return Address(user_id, blocked=row.state == "blocked")


def account_given() -> sa.ColumnElement[bool]:
    """Joins a link that stands with the accounts by which its person is reached: that of whom they belong to."""
    of_person = sa.or_(address.c.client_id == relink.c.client_id, address.c.id == relink.c.address_id)
    return sa.and_(LINK_STANDS, of_person)


def joined_to(db: Connection, client_id: str) -> tuple[str, ...]:
    """Under whom else this person wrote, before staff linked a new LINE account of theirs (つなぎなおし)."""
    query = sa.select(relink.c.from_id).where(relink.c.client_id == client_id, LINK_STANDS)
    near = db.execute(query.order_by(relink.c.at, relink.c.id)).scalars().all()
    return tuple(dict.fromkeys(each for one in near for each in (one, *joined_to(db, one))))


def is_same_person(one: sa.ColumnElement[str], other: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether two numbers are one person's, as a condition for other questions."""
    linked = sa.exists().where(_LINKED.c.one == one, _LINKED.c.other == other)
    return sa.or_(one == other, linked.correlate_except(_LINKED))


def numbers_of_any(people: sa.Select[tuple[str]]) -> sa.CompoundSelect[tuple[str]]:
    """The ids a query names, and the other numbers of these people; it asks nothing of what stands around it."""
    linked = sa.select(_LINKED.c.other).where(_LINKED.c.one.in_(people.correlate(None)))
    return sa.union(people.correlate(None), linked.correlate(None))


def speaker_of(db: Connection, client_id: str) -> str:
    """The number of this person under which their LINE account speaks: usually this one."""
    earlier = sa.select(relink.c.client_id).where(relink.c.from_id == client_id, LINK_STANDS)
    speaker = db.execute(earlier.limit(1)).scalar_one_or_none()
    return speaker_of(db, speaker) if speaker else client_id


def numbers_of(db: Connection, client_id: str) -> tuple[str, ...]:
    """All numbers of one person, the one whose LINE account speaks first: usually this one alone."""
    speaker = speaker_of(db, client_id)
    return (speaker, *joined_to(db, speaker))


def lock_person(db: Connection, client_id: str) -> tuple[str, ...]:
    """`lock_known` for all numbers of one person, in one fixed order; returns them as `numbers_of` does."""
    locked: set[str] = set()
    # Asked again once they are locked: a link may have come in between.
    while missing := set(numbers_of(db, client_id)) - locked:
        for each in sorted(missing):
            lock_known(db, each)
        locked |= missing
    return numbers_of(db, client_id)


def numbers_of_each(db: Connection, client_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """`numbers_of` for several people; who was never linked is looked up together with all the others."""
    theirs = sa.or_(among(relink.c.client_id, client_ids), among(relink.c.from_id, client_ids))
    links = sa.select(relink.c.client_id, relink.c.from_id).where(theirs, LINK_STANDS)
    linked = {each for row in db.execute(links) for each in row}
    return {each: numbers_of(db, each) if each in linked else (each,) for each in client_ids}


def client_by_id(db: Connection, client_id: str) -> ClientRow | None:
    """One person."""
    rows = _clients(db, client.c.id == client_id)
    return rows[0] if rows else None


def clients_by_id(db: Connection, client_ids: Collection[str]) -> dict[str, ClientRow]:
    """Several people at once."""
    return {row.id: row for row in _clients(db, among(client.c.id, client_ids))}


def clients_by_phone(db: Connection, vault: Vault, phone: str) -> tuple[ClientRow, ...]:
    """People with exactly this telephone, found by its blind index."""
    return _clients(db, client.c.phone_index.in_(vault.indexes("phone", folded_phone(phone))))


def client_by_number(db: Connection, number: int) -> ClientRow | None:
    """A person by what staff call them."""
    rows = _clients(db, client.c.number == number)
    return rows[0] if rows else None


def phone_of(db: Connection, vault: Vault, client_id: str) -> str | None:
    """The telephone the person left, if any."""
    row = db.execute(sa.select(client.c.phone).where(client.c.id == client_id)).first()
    if row is None or row.phone is None:
        return None
    return sealer(db, vault, client_id).open_text(row.phone, f"client.phone:{client_id}")


def phone_note_of(db: Connection, vault: Vault, client_id: str) -> str | None:
    """What the person said about being called: when, and who we say we are."""
    row = db.execute(sa.select(client.c.phone_note).where(client.c.id == client_id)).first()
    if row is None or row.phone_note is None:
        return None
    return sealer(db, vault, client_id).open_text(row.phone_note, f"client.phone_note:{client_id}")


def consent_in_force(db: Connection, *, client_id: str, purpose: str) -> str | None:
    """The id of the consent under which something may be kept; None: nothing may."""
    return db.execute(_CONSENT, {"client": client_id, "purpose": purpose}).scalar_one_or_none()


def consents_of(db: Connection, client_id: str) -> tuple[ConsentRow, ...]:
    """All a person ever agreed to, newest first."""
    return _consents(db, consent.c.client_id == client_id)


def emergencies(db: Connection) -> tuple[ConsentRow, ...]:
    """What was kept or told without a yes, since life or body was in danger, newest first."""
    return _consents(db, consent.c.basis == "emergency")


def agencies_to_tell(db: Connection) -> tuple[ConsentRow, ...]:
    """Consents to tell an agency that were taken back, until staff have told the agency."""
    ended = (consent.c.purpose == "agency", consent.c.withdrawn_at.is_not(None))
    found = _consents(db, *ended, consent.c.agency_told_at.is_(None))
    return tuple(row for row in found if not row.replaced)


def agencies_told(db: Connection, client_id: str) -> tuple[str, ...]:
    """Names of the agencies that may know of this person, by any of their numbers, and were not told that it is over."""
    of_person = (consent.c.client_id.in_(numbers_of(db, client_id)), consent.c.purpose == "agency")
    found = _consents(db, *of_person, consent.c.withdrawn_at.is_(None) | consent.c.agency_told_at.is_(None))
    return tuple(dict.fromkeys(row.agency for row in found if not row.replaced))


def emergency_reason(db: Connection, vault: Vault, row: ConsentRow) -> str:
    """Why it was an emergency."""
    assert row.reason is not None
    return sealer(db, vault, row.client_id).open_text(row.reason, f"consent.reason:{row.id}")


def line_channel_id(db: Connection, organisation: str) -> str | None:
    """The organisation's LINE channel."""
    query = sa.select(channel.c.id).where(channel.c.organisation_id == organisation, channel.c.kind == "line")
    return db.execute(query).scalar_one_or_none()


def _latest(db: Connection, accounts: sa.Select[Any]) -> Any:
    return db.execute(accounts.order_by(*LATEST_FIRST).limit(1)).first()


def _consents(db: Connection, *where: sa.ColumnElement[bool]) -> tuple[ConsentRow, ...]:
    newer = consent.alias()
    replaced = sa.exists().where(
        newer.c.client_id == consent.c.client_id,
        newer.c.purpose == consent.c.purpose,
        newer.c.agency_id.is_not_distinct_from(consent.c.agency_id),
        newer.c.given_at == consent.c.withdrawn_at,
        newer.c.id != consent.c.id,
    )
    query = (
        sa.select(
            consent,
            sa.func.coalesce(agency.c.name, "").label("agency"),
            sa.func.coalesce(consent_text.c.words, "").label("words"),
            replaced.label("replaced"),
        )
        .outerjoin(agency, agency.c.id == consent.c.agency_id)
        .outerjoin(consent_text, consent_text.c.text_hash == consent.c.text_hash)
        .where(*where)
        .order_by(consent.c.given_at.desc(), consent.c.withdrawn_at.is_not(None), consent.c.id)
    )
    fields = ConsentRow.__dataclass_fields__
    return tuple(
        ConsentRow(**{name: value for name, value in row._mapping.items() if name in fields})
        for row in db.execute(query)
    )


def _clients(db: Connection, *where: sa.ColumnElement[bool]) -> tuple[ClientRow, ...]:
    query = sa.select(client).where(*where).order_by(client.c.seen_at.desc(), client.c.id)
    return tuple(
        ClientRow(row.id, row.number, row.created_at, row.seen_at, erased=row.erased_at is not None)
        for row in db.execute(query)
    )
