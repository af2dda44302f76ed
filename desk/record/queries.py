"""All that is kept of one person, opened, as they or staff for them may read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.announcements.queries import HandedNews, handed_to
from desk.booking.promised import promise_for
from desk.booking.queries import BookingRow, bookings_of_client
from desk.booking.waiting_queries import entry_of
from desk.calendar.rules import PROMISE_KEYS
from desk.clients import queries as clients
from desk.clients.queries import ConsentRow
from desk.clients.spoken import code_of
from desk.conversations.queries import MessageRow, messages_of
from desk.follow_up.queries import FollowUpRow, plan_of
from desk.inbox.queries import count_notes
from desk.intake.known import KnownNeed, known_needs
from desk.intake.queries import FlagRow, flags_of, needs_of
from desk.privacy import Vault
from desk.reach.queries import Task, tasks_of
from desk.retention.queries import HoldRow, holds_of
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

    `messages` go both ways; `consents` are all that were ever given, `reasons` by their id why one was kept without a
    yes; `waits_since`: on the waiting list since then. `notes`: how many words staff left for each other; they may speak
    of others, so what they say is asked for at the desk. `promises`: the words in which the desk promised, by key.
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
    follow_ups: tuple[FollowUpRow, ...]
    news: tuple[HandedNews, ...]
    notes: int
    consents: tuple[ConsentRow, ...]
    reasons: Mapping[str, str]
    tasks: tuple[Task, ...]
    holds: tuple[HoldRow, ...]
    promises: Mapping[str, str]


def kept_of(db: Connection, vault: Vault, client_id: str) -> Kept:
    """All of it, also what they told before their LINE account was linked to them; raises Unreadable once erased."""
    kept = _kept_of_one(db, vault, client_id)
    for each in clients.joined_to(db, client_id):
        kept = _together(kept, _kept_of_one(db, vault, each))
    return kept


def _kept_of_one(db: Connection, vault: Vault, client_id: str) -> Kept:
    who = clients.client_by_id(db, client_id)
    assert who is not None
    entry = entry_of(db, client_id)
    consents = clients.consents_of(db, client_id)
    return Kept(
        number=who.number,
        since=who.created_at,
        phone=clients.phone_of(db, vault, client_id),
        phone_note=clients.phone_note_of(db, vault, client_id),
        spoken_code=code_of(db, vault, client_id),
        bookings=_own_bookings(db, vault, client_id),
        answered=_answered(db, vault, client_id),
        needs=known_needs(needs_of(db, vault, client_id=client_id)),
        messages=tuple(row for row in messages_of(db, vault, client_id) if _was_said(row)),
        flags=flags_of(db, vault, client_id=client_id),
        wishes=wishes_of(db, vault, client_id),
        waits_since=entry.entered_at if entry is not None else None,
        follow_ups=tuple(row for row in plan_of(db, vault, client_id) if row.state != "moved"),
        news=handed_to(db, client_id),
        notes=count_notes(db, client_id),
        consents=consents,
        reasons={row.id: clients.emergency_reason(db, vault, row) for row in consents if row.reason},
        tasks=tasks_of(db, vault, client_id),
        holds=holds_of(db, vault, client_id),
        promises={key: promise_for(db, client_id, key) for key in PROMISE_KEYS},
    )


def _was_said(row: MessageRow) -> bool:
    """Neither unsent by the person nor still in our house, where staff may take it back."""
    return row.kind != "unsent" and row.goes_at is None


def _together(kept: Kept, other: Kept) -> Kept:
    """One person who was known under two numbers."""
    return replace(
        kept,
        phone=kept.phone or other.phone,
        phone_note=kept.phone_note if kept.phone else other.phone_note,
        spoken_code=kept.spoken_code or other.spoken_code,
        bookings=tuple(sorted(kept.bookings + other.bookings, key=lambda row: row.starts_at)),
        answered=tuple(sorted(kept.answered + other.answered, key=lambda each: each.since)),
        needs=kept.needs + other.needs,
        news=kept.news + other.news,
        messages=tuple(sorted(kept.messages + other.messages, key=lambda row: row.at)),
        flags=kept.flags + other.flags,
        wishes=kept.wishes + other.wishes,
        follow_ups=tuple(sorted(kept.follow_ups + other.follow_ups, key=lambda row: row.due_on)),
        notes=kept.notes + other.notes,
        consents=kept.consents + other.consents,
        reasons={**kept.reasons, **other.reasons},
        tasks=tuple(sorted(kept.tasks + other.tasks, key=lambda row: row.opened_at)),
        holds=kept.holds + other.holds,
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
