"""All that is kept of one person, opened, as they or staff for them may read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking.queries import BookingRow, bookings_of_client
from desk.booking.waiting_queries import entry_of
from desk.clients import queries as clients
from desk.clients.queries import ConsentRow
from desk.clients.spoken import code_of
from desk.conversations.queries import MessageRow, messages_of
from desk.intake.known import KnownNeed, known_needs
from desk.intake.queries import FlagRow, flags_of, needs_of
from desk.privacy import Vault
from desk.tables.intake import answer
from desk.wishes.queries import WishRow, wishes_of


@dataclass(frozen=True, repr=False)
class AnsweredOnce:
    """What was answered before one visit, by the keys of the questions."""

    since: datetime
    answers: Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class Kept:
    """Everything the desk keeps of one person, and nothing that belongs to somebody else.

    `messages` go both ways; `consents` are all that were ever given; `waits_since`: on the waiting list since then.
    """

    number: int
    since: datetime
    phone: str | None
    phone_note: str | None
    spoken_code: str | None
    bookings: tuple[BookingRow, ...]
    answered: tuple[AnsweredOnce, ...]
    needs: tuple[KnownNeed, ...]
    messages: tuple[MessageRow, ...]
    flags: tuple[FlagRow, ...]
    wishes: tuple[WishRow, ...]
    waits_since: datetime | None
    consents: tuple[ConsentRow, ...]


def kept_of(db: Connection, vault: Vault, client_id: str) -> Kept:
    """All of it; raises Unreadable once the person is erased."""
    who = clients.client_by_id(db, client_id)
    assert who is not None
    entry = entry_of(db, client_id)
    return Kept(
        number=who.number,
        since=who.created_at,
        phone=clients.phone_of(db, vault, client_id),
        phone_note=clients.phone_note_of(db, vault, client_id),
        spoken_code=code_of(db, vault, client_id),
        bookings=_own_bookings(db, vault, client_id),
        answered=_answered(db, vault, client_id),
        needs=known_needs(needs_of(db, vault, client_id=client_id)),
        messages=messages_of(db, vault, client_id),
        flags=flags_of(db, vault, client_id=client_id),
        wishes=wishes_of(db, vault, client_id),
        waits_since=entry.entered_at if entry is not None else None,
        consents=clients.consents_of(db, client_id),
    )


def _own_bookings(db: Connection, vault: Vault, client_id: str) -> tuple[BookingRow, ...]:
    """What they booked, and where they came; what somebody else has booked for them they may not know of."""
    found = bookings_of_client(db, vault, client_id)
    return tuple(
        _what_is_theirs(row, client_id)
        for row in found
        if row.writer_id == client_id or row.state == "attended"
    )


def _what_is_theirs(row: BookingRow, client_id: str) -> BookingRow:
    """A promise belongs to who came, a word on companions to who wrote it."""
    if row.visitor_id != client_id:
        row = replace(row, promise=None)
    return row if row.writer_id == client_id else replace(row, who_comes=None)


def _answered(db: Connection, vault: Vault, client_id: str) -> tuple[AnsweredOnce, ...]:
    query = sa.select(answer.c.intake_id, answer.c.key, answer.c.value, answer.c.answered_at)
    rows = db.execute(
        query.where(answer.c.client_id == client_id).order_by(answer.c.intake_id, answer.c.answered_at)
    ).all()
    key = clients.sealer(db, vault, client_id)
    found = []
    for intake_id, own in groupby(rows, lambda row: row.intake_id):
        told = list(own)
        opened = {row.key: key.open_json(row.value, f"answer.value:{intake_id}:{row.key}") for row in told}
        found.append(AnsweredOnce(told[0].answered_at, opened))
    return tuple(sorted(found, key=lambda each: each.since))
