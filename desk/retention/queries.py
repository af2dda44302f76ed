"""Lifetimes as they hold today, who is kept longer, and what the last nights did."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.clock import at_tokyo
from desk.privacy import Vault
from desk.retention.rules import HOLD_WAITS, lifetimes_with
from desk.tables.retention import retention_hold, retention_rule, retention_run

# What a night foretells, beside what it let go of: too many look-ups for a page that opens all day.
WITHIN_WEEK = "foretold_week"
WITHIN_MONTH = "foretold_month"


@dataclass(frozen=True)
class HoldRow:
    """Somebody is kept longer: why, until when, who asked, who agreed, if anybody has, and when it was put down."""

    id: str
    client_id: str
    reason: str
    until: date
    asked_by: str
    agreed_by: str | None
    asked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class RunRow:
    """One night's letting go; `counts` in JSON, by kind."""

    at: datetime
    counts: str


def lifetimes(db: Connection) -> dict[str, int]:
    """Days by kind, as they hold today."""
    return lifetimes_with({row.kind: row.days for row in db.execute(sa.select(retention_rule))})


def in_force(on: date) -> sa.ColumnElement[bool]:
    """A hold that keeps somebody through the night of this day: not ended, not over, and agreed to or fresh."""
    asked_since = at_tokyo(on, 0) - HOLD_WAITS
    return sa.and_(
        retention_hold.c.ended_at.is_(None),
        retention_hold.c.until_date >= on,
        sa.or_(retention_hold.c.agreed_at.is_not(None), retention_hold.c.at >= asked_since),
    )


def hold_of(db: Connection, vault: Vault, client_id: str, *, today: date) -> HoldRow | None:
    """What keeps this person, if anything does."""
    found = _holds(db, vault, client_id, in_force(today))
    return found[0] if found else None


def holds_of(db: Connection, vault: Vault, client_id: str) -> tuple[HoldRow, ...]:
    """All that keeps this person or once did, oldest first."""
    return _holds(db, vault, client_id, sa.true())


def _holds(
    db: Connection, vault: Vault, client_id: str, which: sa.ColumnElement[bool]
) -> tuple[HoldRow, ...]:
    query = sa.select(retention_hold).where(retention_hold.c.client_id == client_id, which)
    rows = db.execute(query.order_by(retention_hold.c.at, retention_hold.c.id)).all()
    open_text = sealer(db, vault, client_id).open_text
    return tuple(
        HoldRow(
            id=row.id,
            client_id=client_id,
            reason=open_text(row.reason, f"retention_hold.reason:{row.id}"),
            until=row.until_date,
            asked_by=row.account_id,
            agreed_by=row.second_id,
            asked_at=row.at,
            ended_at=row.ended_at,
        )
        for row in rows
    )


def held_people(db: Connection, *, today: date, waiting_only: bool = False) -> tuple[str, ...]:
    """Everybody who is kept longer; `waiting_only`: those for whom a second person has not said yes."""
    query = sa.select(retention_hold.c.client_id).where(in_force(today))
    if waiting_only:
        query = query.where(retention_hold.c.agreed_at.is_(None))
    return tuple(db.execute(query.order_by(retention_hold.c.at)).scalars())


def runs(db: Connection, *, since: datetime) -> tuple[RunRow, ...]:
    """The nights since then, newest first."""
    query = (
        sa.select(retention_run)
        .where(retention_run.c.at >= since)
        .order_by(retention_run.c.at.desc(), retention_run.c.id)
    )
    return tuple(RunRow(row.at, row.counts) for row in db.execute(query))


def foretold(db: Connection) -> tuple[int, int]:
    """How many go within a week and within a month, as the last night counted them."""
    query = sa.select(retention_run.c.counts).where(retention_run.c.counts.contains(WITHIN_MONTH))
    counts = db.execute(query.order_by(retention_run.c.at.desc()).limit(1)).scalar_one_or_none()
    told = json.loads(counts) if counts else {}
    return told.get(WITHIN_WEEK, 0), told.get(WITHIN_MONTH, 0)


def rules_changed(db: Connection) -> Mapping[str, tuple[str, datetime]]:
    """Who changed which lifetime, and when."""
    return {row.kind: (row.account_id, row.at) for row in db.execute(sa.select(retention_rule))}
