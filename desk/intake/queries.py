"""Reads answers, needs and flags, opened with the person's key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.clients.queries import sealer, sealers
from desk.privacy import Sealer, Vault
from desk.tables.intake import answer, flag, intake, need


@dataclass(frozen=True)
class NeedRow:
    """A need of a person: `state` is chosen, suggested, confirmed or rejected; `evidence` are their own words."""

    id: str
    client_id: str
    code: str
    state: str
    evidence: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class FlagRow:
    """A sign of danger: which signs, how it was told (button, text, unanswered), and what staff did."""

    id: str
    client_id: str
    desk_id: str | None
    level: str
    codes: tuple[str, ...]
    how: str
    evidence: tuple[str, ...]
    state: str
    raised_at: datetime
    note: str | None
    closed_at: datetime | None


def open_intake_of(db: Connection, client_id: str) -> str | None:
    """The id of the questions a person is answering now."""
    query = sa.select(intake.c.id).where(intake.c.client_id == client_id, intake.c.closed_at.is_(None))
    return db.execute(query).scalar_one_or_none()


def answers(db: Connection, vault: Vault, *, client_id: str) -> dict[str, Any]:
    """The answers of the open questions by their keys."""
    return _answers(db, vault, client_id, intake.c.closed_at.is_(None))


def answers_for_booking(db: Connection, vault: Vault, *, client_id: str, booking_id: str) -> dict[str, Any]:
    """The answers given before one visit."""
    return _answers(db, vault, client_id, intake.c.booking_id == booking_id)


def needs_of(db: Connection, vault: Vault, *, client_id: str) -> tuple[NeedRow, ...]:
    """A person's needs for the coming visit, in the order in which they were told."""
    query = (
        sa.select(need)
        .outerjoin(intake, need.c.intake_id == intake.c.id)
        .where(need.c.client_id == client_id, intake.c.closed_at.is_(None))
        .order_by(need.c.at, need.c.id)
    )
    key = sealer(db, vault, client_id)
    return tuple(_need(row, key) for row in db.execute(query))


def flags_of(db: Connection, vault: Vault, *, client_id: str) -> tuple[FlagRow, ...]:
    """All flags of a person, newest first."""
    query = sa.select(flag).where(flag.c.client_id == client_id).order_by(flag.c.raised_at.desc())
    return _flags(db, vault, query)


def open_flags(db: Connection, vault: Vault) -> tuple[FlagRow, ...]:
    """What staff must look at first: flags nobody has dealt with, alarms before checks."""
    query = sa.select(flag).where(flag.c.state == "open").order_by(flag.c.level, flag.c.raised_at)
    return _flags(db, vault, query)


def last_flag_at(db: Connection, *, client_id: str, level: str) -> datetime | None:
    """When the last flag of that level was raised: a second sign within a day gets the short form."""
    query = sa.select(sa.func.max(flag.c.raised_at)).where(
        flag.c.client_id == client_id, flag.c.level == level
    )
    last: datetime | None = db.execute(query).scalar_one()
    return last


def _answers(db: Connection, vault: Vault, client_id: str, which: sa.ColumnElement[bool]) -> dict[str, Any]:
    query = (
        sa.select(answer.c.key, answer.c.value, answer.c.intake_id)
        .join(intake, answer.c.intake_id == intake.c.id)
        .where(answer.c.client_id == client_id, which)
        .order_by(answer.c.answered_at)
    )
    rows = db.execute(query).all()
    if not rows:
        return {}
    key = sealer(db, vault, client_id)
    return {row.key: key.open_json(row.value, f"answer.value:{row.intake_id}:{row.key}") for row in rows}


def _need(row: Row[Any], key: Sealer) -> NeedRow:
    body = key.open_json(row.body, f"need.body:{row.id}")
    return NeedRow(row.id, row.client_id, body["code"], row.state, tuple(body["evidence"]), row.at)


def _flags(db: Connection, vault: Vault, query: sa.Select[Any]) -> tuple[FlagRow, ...]:
    rows: Sequence[Row[Any]] = db.execute(query).all()
    keys = sealers(db, vault, [row.client_id for row in rows])
    return tuple(_flag(row, keys[row.client_id]) for row in rows if row.client_id in keys)


def _flag(row: Row[Any], key: Sealer) -> FlagRow:
    body = key.open_json(row.body, f"flag.body:{row.id}")
    return FlagRow(
        id=row.id,
        client_id=row.client_id,
        desk_id=row.desk_id,
        level=row.level,
        codes=tuple(body["codes"]),
        how=body["how"],
        evidence=tuple(body["evidence"]),
        state=row.state,
        raised_at=row.raised_at,
        note=key.open_text(row.note, f"flag.note:{row.id}") if row.note else None,
        closed_at=row.closed_at,
    )
