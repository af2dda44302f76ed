"""Reads answers, needs and flags, opened with the person's key."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.among import among
from desk.clients.queries import sealer, sealers
from desk.needs.tagging import Evidence
from desk.privacy import Sealer, Vault
from desk.tables.intake import answer, flag, intake, need

_VISIT = (intake.c.booking_id, intake.c.closed_at)


@dataclass(frozen=True)
class NeedRow:
    """A need of a person: `state` is chosen, suggested, confirmed or rejected; `evidence` are their own words.

    `message_id`: the message the words stand in; `by_staff`: somebody of the desk has decided, not the person.
    """

    id: str
    client_id: str
    code: str
    state: str
    evidence: tuple[Evidence, ...]
    message_id: str | None
    by_staff: bool
    at: datetime


@dataclass(frozen=True)
class FlagRow:
    """A sign of danger: which signs, how it came, and what staff did; never what the person wrote.

    `codes` are sure enough for its level; `also` are signs beside an alarm that only may be meant.
    `how`: button (then `pressed` are the words on it), text, menu, or what was said when asked: yes, unsure, unanswered.
    """

    id: str
    client_id: str
    desk_id: str | None
    level: str
    codes: tuple[str, ...]
    also: tuple[str, ...]
    how: str
    pressed: tuple[str, ...]
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
    query = (
        sa.select(answer.c.key, answer.c.value, answer.c.intake_id)
        .join(intake, answer.c.intake_id == intake.c.id)
        .where(answer.c.client_id == client_id, intake.c.closed_at.is_(None))
        .order_by(answer.c.answered_at)
    )
    rows = db.execute(query).all()
    if not rows:
        return {}
    key = sealer(db, vault, client_id)
    return {row.key: _opened_answer(row, key) for row in rows}


def answers_before_visits(
    db: Connection, keys: Mapping[str, Sealer], *, writers: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """What was answered before each of these visits. `writers`: who answered, by the booking's id.

    Answers given before there was a booking belong to the next visit.
    """
    query = (
        sa.select(answer.c.client_id, answer.c.intake_id, answer.c.key, answer.c.value, *_VISIT)
        .join(intake, answer.c.intake_id == intake.c.id)
        .where(among(answer.c.client_id, keys))
        .where(sa.or_(intake.c.closed_at.is_(None), among(intake.c.booking_id, writers)))
        .order_by(answer.c.answered_at)
    )
    own: dict[str, dict[str, Any]] = defaultdict(dict)
    open_ones: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in db.execute(query):
        given = {row.key: _opened_answer(row, keys[row.client_id])}
        own[row.booking_id] |= given
        if row.closed_at is None:
            open_ones[row.client_id] |= given
    return {booking_id: own[booking_id] or open_ones[writer] for booking_id, writer in writers.items()}


def needs_of(db: Connection, vault: Vault, *, client_id: str) -> tuple[NeedRow, ...]:
    """A person's needs for the coming visit, in the order in which they were told."""
    return needs_of_all(db, sealers(db, vault, [client_id])).get(client_id, ())


def needs_of_all(db: Connection, keys: Mapping[str, Sealer]) -> dict[str, tuple[NeedRow, ...]]:
    """The needs of all whose keys are given."""
    query = (
        sa.select(need)
        .outerjoin(intake, need.c.intake_id == intake.c.id)
        .where(among(need.c.client_id, keys), intake.c.closed_at.is_(None))
        .order_by(need.c.client_id, need.c.at, need.c.id)
    )
    rows = [_need(row, keys[row.client_id]) for row in db.execute(query)]
    return {client_id: tuple(own) for client_id, own in groupby(rows, lambda row: row.client_id)}


def flags_of(db: Connection, vault: Vault, *, client_id: str) -> tuple[FlagRow, ...]:
    """All flags of a person, newest first."""
    return flags_of_all(db, sealers(db, vault, [client_id])).get(client_id, ())


def flags_of_all(db: Connection, keys: Mapping[str, Sealer]) -> dict[str, tuple[FlagRow, ...]]:
    """The flags of all whose keys are given."""
    query = sa.select(flag).where(among(flag.c.client_id, keys))
    found = db.execute(query.order_by(flag.c.client_id, flag.c.raised_at.desc()))
    rows = [_flag(row, keys[row.client_id]) for row in found]
    return {client_id: tuple(own) for client_id, own in groupby(rows, lambda row: row.client_id)}


def open_flags(db: Connection, vault: Vault) -> tuple[FlagRow, ...]:
    """What staff must look at first: flags nobody has dealt with, alarms before checks."""
    query = sa.select(flag).where(flag.c.state == "open").order_by(flag.c.level, flag.c.raised_at)
    rows = db.execute(query).all()
    keys = sealers(db, vault, [row.client_id for row in rows])
    return tuple(_flag(row, keys[row.client_id]) for row in rows if row.client_id in keys)


def last_flag_at(db: Connection, *, client_id: str, levels: Collection[str]) -> datetime | None:
    """When the last flag of these levels was raised: a second sign within a day gets the short form."""
    query = sa.select(sa.func.max(flag.c.raised_at)).where(
        flag.c.client_id == client_id, flag.c.level.in_(levels)
    )
    last: datetime | None = db.execute(query).scalar_one()
    return last


def _opened_answer(row: Any, key: Sealer) -> Any:
    return key.open_json(row.value, f"answer.value:{row.intake_id}:{row.key}")


def _need(row: Row[Any], key: Sealer) -> NeedRow:
    body = key.open_json(row.body, f"need.body:{row.id}")
    return NeedRow(
        id=row.id,
        client_id=row.client_id,
        code=body["code"],
        state=row.state,
        evidence=tuple(Evidence(*found) for found in body["evidence"]),
        message_id=row.message_id,
        by_staff=row.decided_by is not None,
        at=row.at,
    )


def _flag(row: Row[Any], key: Sealer) -> FlagRow:
    body = key.open_json(row.body, f"flag.body:{row.id}")
    return FlagRow(
        id=row.id,
        client_id=row.client_id,
        desk_id=row.desk_id,
        level=row.level,
        codes=tuple(body["codes"]),
        also=tuple(body["also"]),
        how=body["how"],
        pressed=tuple(body["pressed"]),
        state=row.state,
        raised_at=row.raised_at,
        note=key.open_text(row.note, f"flag.note:{row.id}") if row.note else None,
        closed_at=row.closed_at,
    )
