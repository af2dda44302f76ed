"""Whose time is over and when, and who is kept longer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.clock import at_tokyo, local_date
from desk.privacy import Vault
from desk.retention.rules import HOLD_WAITS, goes_on, lifetimes_with
from desk.tables.calendar import LIVE_STATES, booking, slot
from desk.tables.clients import client, consent, relation
from desk.tables.conversations import message
from desk.tables.intake import answer, flag, need
from desk.tables.people import personal_note
from desk.tables.retention import retention_hold, retention_rule, retention_run
from desk.tables.wishes import waiting, wish

# Of whom any of these is kept, more than a booking is known.
_TOLD = (answer, message, need, flag, personal_note, wish, relation)


@dataclass(frozen=True)
class Going:
    """Somebody whose time ends: by 相談者番号, in the night of which day, and as which kind."""

    client_id: str
    number: int
    kind: str
    on: date


@dataclass(frozen=True)
class HoldRow:
    """Somebody is kept longer: why, until when, who asked, and who agreed, if anybody has yet."""

    id: str
    client_id: str
    reason: str
    until: date
    asked_by: str
    agreed_by: str | None
    asked_at: datetime


@dataclass(frozen=True)
class RunRow:
    """One night's letting go."""

    at: datetime
    counts: str


def lifetimes(db: Connection) -> dict[str, int]:
    """Days by kind, as they hold today."""
    return lifetimes_with({row.kind: row.days for row in db.execute(sa.select(retention_rule))})


def going(db: Connection, *, by: date, now: datetime, at_most: int | None = None) -> tuple[Going, ...]:
    """Who is let go by the night of this day, the longest silent first, if nothing happens with them before.

    Nobody with a live booking, an open wish, a place in the waiting line, an open sign of danger, words that
    staff have not answered, or a hold.
    """
    found: list[Going] = []
    days_of = lifetimes(db)
    for kind, told in (("visit", False), ("record", True)):
        # `goes_on(last) <= by`, as an instant: the last contact lies before this day begins.
        before = at_tokyo(by - timedelta(days=days_of[kind]), 0)
        ids = _silent(db, told=told, before=before, now=now, at_most=at_most)
        found += _in_words(db, ids, kind, days_of[kind])
    found.sort(key=lambda row: (row.on, row.number))
    return tuple(found[:at_most])


def hold_of(db: Connection, vault: Vault, client_id: str) -> HoldRow | None:
    """What keeps this person, if anything does."""
    query = sa.select(retention_hold).where(
        retention_hold.c.client_id == client_id, retention_hold.c.ended_at.is_(None)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    open_text = sealer(db, vault, client_id).open_text
    return HoldRow(
        id=row.id,
        client_id=client_id,
        reason=open_text(row.reason, f"retention_hold.reason:{row.id}"),
        until=row.until_date,
        asked_by=row.account_id,
        agreed_by=row.second_id,
        asked_at=row.at,
    )


def held_people(db: Connection, *, waiting_only: bool = False) -> tuple[str, ...]:
    """Everybody who is kept longer; `waiting_only`: those for whom a second person has not said yes."""
    query = sa.select(retention_hold.c.client_id).where(retention_hold.c.ended_at.is_(None))
    if waiting_only:
        query = query.where(retention_hold.c.agreed_at.is_(None))
    return tuple(db.execute(query.order_by(retention_hold.c.at)).scalars())


def runs(db: Connection, *, limit: int) -> tuple[RunRow, ...]:
    """The last nights, newest first."""
    query = sa.select(retention_run).order_by(retention_run.c.at.desc(), retention_run.c.id).limit(limit)
    return tuple(RunRow(row.at, row.counts) for row in db.execute(query))


def _silent(db: Connection, *, told: bool, before: datetime, now: datetime, at_most: int | None) -> list[str]:
    met = sa.select(1).join(slot, slot.c.id == booking.c.slot_id).where(_theirs(), slot.c.ends_at >= before)
    wrote = sa.select(1).where(message.c.client_id == client.c.id, message.c.at >= before)
    wished = sa.select(1).where(wish.c.client_id == client.c.id, wish.c.at >= before)
    any_told = sa.or_(
        *(sa.exists().where(table.c.client_id == client.c.id) for table in _TOLD),
        sa.exists().where(consent.c.client_id == client.c.id, consent.c.purpose != "booking"),
    )
    query = (
        sa.select(client.c.id)
        .where(
            client.c.erased_at.is_(None),
            client.c.seen_at < before,
            any_told if told else ~any_told,
            *(~sa.exists(each) for each in (met, wrote, wished)),
            *(~each for each in _kept_back(now)),
        )
        .order_by(client.c.seen_at, client.c.id)
        .limit(at_most)
    )
    return list(db.execute(query).scalars())


def _kept_back(now: datetime) -> list[sa.ColumnElement[bool]]:
    """What forbids letting somebody go, whatever their silence."""
    agreed_or_fresh = sa.or_(retention_hold.c.agreed_at.is_not(None), retention_hold.c.at > now - HOLD_WAITS)
    return [
        sa.exists().where(_theirs(), booking.c.state.in_(LIVE_STATES)),
        sa.exists().where(wish.c.client_id == client.c.id, wish.c.state != "done"),
        sa.exists().where(
            waiting.c.client_id == client.c.id, waiting.c.state.in_(("active", "offered", "paused"))
        ),
        sa.exists().where(flag.c.client_id == client.c.id, flag.c.state == "open"),
        sa.exists().where(
            message.c.client_id == client.c.id,
            message.c.direction == "in",
            message.c.purpose == "staff",
            message.c.answered_at.is_(None),
        ),
        sa.exists().where(
            retention_hold.c.client_id == client.c.id,
            retention_hold.c.ended_at.is_(None),
            retention_hold.c.until_date >= local_date(now),
            agreed_or_fresh,
        ),
    ]


def _theirs() -> sa.ColumnElement[bool]:
    return sa.or_(booking.c.writer_id == client.c.id, booking.c.visitor_id == client.c.id)


def _in_words(db: Connection, ids: Collection[str], kind: str, days: int) -> list[Going]:
    last: dict[str, datetime] = {}
    for row in _last_contacts(db, ids):
        last[row.id] = max(row.at, last.get(row.id, row.at))
    numbers = sa.select(client.c.id, client.c.number).where(client.c.id.in_(ids))
    return [
        Going(row.id, row.number, kind, goes_on(local_date(last[row.id]), days))
        for row in db.execute(numbers)
    ]


def _last_contacts(db: Connection, ids: Collection[str]) -> list[sa.Row[tuple[str, datetime]]]:
    met = sa.select(client.c.id, slot.c.ends_at.label("at")).select_from(
        client.join(booking, _theirs()).join(slot, slot.c.id == booking.c.slot_id)
    )
    parts: tuple[sa.Select[tuple[str, datetime]], ...] = (
        sa.select(client.c.id, client.c.seen_at.label("at")),
        met,
        sa.select(client.c.id, message.c.at).join(message, message.c.client_id == client.c.id),
        sa.select(client.c.id, wish.c.at).join(wish, wish.c.client_id == client.c.id),
    )
    rows: list[sa.Row[tuple[str, datetime]]] = []
    for part in parts:
        rows += db.execute(part.where(client.c.id.in_(ids))).all()
    return rows


def rules_changed(db: Connection) -> Mapping[str, tuple[str, datetime]]:
    """Who changed which lifetime, and when."""
    return {row.kind: (row.account_id, row.at) for row in db.execute(sa.select(retention_rule))}
