"""Reads the conversations of 受信箱, what staff leave for each other, and who is writing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.clock import at_tokyo, local_date
from desk.conversations.queries import TALK, WAITS
from desk.inbox.rules import LATELY, TALKS_FOR, Standing, still_writes
from desk.privacy import Vault
from desk.tables.clients import client
from desk.tables.conversations import message
from desk.tables.inbox import thread
from desk.tables.intake import flag
from desk.tables.people import personal_note

_ORDER = list(Standing)
_NEVER = sa.cast(sa.null(), message.c.at.type)


@dataclass(frozen=True)
class ThreadRow:
    """One person's conversation: `waits_since` their oldest unanswered word, `writing_by` who is writing just now."""

    client_id: str
    standing: Standing
    waits_since: datetime | None
    look_on: date | None
    last_at: datetime | None
    writing_by: str | None


@dataclass(frozen=True)
class LookRow:
    """A conversation to be looked at, and since which day."""

    client_id: str
    look_on: date


@dataclass(frozen=True, repr=False)
class NoteRow:
    """A word that staff left for each other about a person."""

    id: str
    account_id: str
    text: str
    at: datetime


def threads(
    db: Connection,
    *,
    seen: sa.ColumnElement[bool],
    only: Standing | None = None,
    written_on: date | None = None,
    limit: int,
    now: datetime,
) -> tuple[ThreadRow, ...]:
    """The conversations, whoever is to be looked at first before the others.

    `seen`: the people in somebody's sight (`desk.people.sight.client_seen`); `written_on`: something was written then.
    Who was answered, and has been silent for `LATELY`, is found by search alone.
    """
    begins, ends = _times(written_on, now)
    found = _known(begins, ends).subquery()
    place = _place(found, local_date(now))
    query = (
        sa.select(found, place.label("place"), thread.c.look_on, thread.c.writing_by, thread.c.writing_at)
        .join(client, client.c.id == found.c.client_id)
        .outerjoin(thread, thread.c.client_id == found.c.client_id)
        .where(seen)
    )
    if only is not None:
        query = query.where(place == _ORDER.index(only))
    if written_on is not None:
        query = query.where(found.c.last_at.is_not(None))
    longest_first = (found.c.waits_since.nulls_last(), thread.c.look_on.nulls_last())
    query = query.order_by(place, *longest_first, found.c.last_at.desc().nulls_last(), found.c.client_id)
    return tuple(_thread(row, now) for row in db.execute(query.limit(limit)))


def looks_due(db: Connection, *, today: date) -> tuple[LookRow, ...]:
    """Whom staff meant to look at by this day, the earliest day first."""
    query = sa.select(thread.c.client_id, thread.c.look_on).where(thread.c.look_on <= today)
    rows = db.execute(query.order_by(thread.c.look_on, thread.c.client_id))
    return tuple(LookRow(*row) for row in rows)


def look_on_of(db: Connection, client_id: str) -> date | None:
    """次に見る日 of one person."""
    query = sa.select(thread.c.look_on).where(thread.c.client_id == client_id)
    day: date | None = db.execute(query).scalar_one_or_none()
    return day


def writer_of(db: Connection, client_id: str, *, now: datetime) -> str | None:
    """The account that is writing to this person just now."""
    query = sa.select(thread.c.writing_by, thread.c.writing_at).where(thread.c.client_id == client_id)
    row = db.execute(query).first()
    return row.writing_by if row is not None and still_writes(row.writing_at, now=now) else None


def is_talking(db: Connection, client_id: str, *, now: datetime) -> bool:
    """Whether staff are talking with this person at this moment: they are writing, or wrote a short while ago."""
    if writer_of(db, client_id, now=now) is not None:
        return True
    lately = (message.c.client_id == client_id, message.c.at >= now - TALKS_FOR)
    wrote = sa.select(message.c.id).where(*lately, message.c.account_id.is_not(None)).limit(1)
    return db.execute(wrote).first() is not None


def notes_of(db: Connection, vault: Vault, client_id: str) -> tuple[NoteRow, ...]:
    """What staff left for each other about a person, newest first."""
    newest = (personal_note.c.at.desc(), personal_note.c.id)
    query = sa.select(personal_note).where(personal_note.c.client_id == client_id).order_by(*newest)
    key = sealer(db, vault, client_id)
    return tuple(
        NoteRow(row.id, row.account_id, key.open_text(row.body, f"personal_note.body:{row.id}"), row.at)
        for row in db.execute(query)
    )


def count_notes(db: Connection, client_id: str) -> int:
    """How many words staff left for each other about a person."""
    query = sa.select(sa.func.count()).select_from(personal_note)
    count: int = db.execute(query.where(personal_note.c.client_id == client_id)).scalar_one()
    return count


def _times(written_on: date | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when something must have been written: on that day, or lately."""
    if written_on is None:
        return now - LATELY, now + timedelta(days=1)
    return at_tokyo(written_on, 0), at_tokyo(written_on + timedelta(days=1), 0)


def _known(begins: datetime, ends: datetime) -> sa.Select[tuple[str, int, datetime, datetime]]:
    """Everybody with whom staff talked in that time, who waits, whom they mean to look at, or who is in danger."""
    calm, urgent = sa.literal(0), sa.literal(1)
    talked = message.c.purpose.in_(TALK) & (message.c.at >= begins) & (message.c.at < ends)
    each = sa.union_all(
        sa.select(
            message.c.client_id, calm.label("urgent"), message.c.at.label("waits"), _NEVER.label("at")
        ).where(WAITS),
        sa.select(message.c.client_id, calm, _NEVER, message.c.at).where(talked),
        sa.select(thread.c.client_id, calm, _NEVER, _NEVER).where(thread.c.look_on.is_not(None)),
        sa.select(flag.c.client_id, urgent, _NEVER, _NEVER).where(flag.c.state == "open"),
    ).subquery()
    return sa.select(
        each.c.client_id,
        sa.func.max(each.c.urgent).label("urgent"),
        sa.func.min(each.c.waits).label("waits_since"),
        sa.func.max(each.c.at).label("last_at"),
    ).group_by(each.c.client_id)


def _place(found: sa.Subquery, today: date) -> sa.ColumnElement[int]:
    """Where a conversation stands, as its place in the order of `Standing`."""
    return sa.case(
        (found.c.urgent == 1, _ORDER.index(Standing.URGENT)),
        (found.c.waits_since.is_not(None), _ORDER.index(Standing.WAITS)),
        (thread.c.look_on <= today, _ORDER.index(Standing.DUE)),
        (thread.c.look_on > today, _ORDER.index(Standing.LATER)),
        else_=_ORDER.index(Standing.ANSWERED),
    )


def _thread(row: sa.Row[tuple[object, ...]], now: datetime) -> ThreadRow:
    return ThreadRow(
        client_id=row.client_id,
        standing=_ORDER[row.place],
        waits_since=row.waits_since,
        look_on=row.look_on,
        last_at=row.last_at,
        writing_by=row.writing_by if still_writes(row.writing_at, now=now) else None,
    )
