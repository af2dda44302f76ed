"""What waits: clients with events, messages that are due, what is parked, and how much of each there is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.clients.reached import line_state
from desk.clock import Tick
from desk.messaging.rules import LEASE, LONGEST_REST
from desk.tables.base import UtcTime
from desk.tables.messaging import (
    MESSAGE_OPEN,
    MESSAGE_PARKED,
    OPEN,
    heartbeat,
    inbound_event,
    lane,
    outbound_message,
)

# As words, as MESSAGE_OPEN is.
_EVENT_WAITS: sa.ColumnElement[bool] = sa.literal_column("inbound_event.state = 'waiting'")
_EVENT_PARKED: sa.ColumnElement[bool] = sa.literal_column("inbound_event.state = 'parked'")

#: Nobody has begun to hand it over, so that it can be taken back: delivery changes the row before it sends anything.
UNTRIED = sa.and_(
    outbound_message.c.state == "queued",
    outbound_message.c.attempts == 0,
    outbound_message.c.reply_tried.is_(False),
    outbound_message.c.first_push_at.is_(None),
)
_STATE_OF_LINE = line_state(outbound_message.c.client_id)

_EVENTS_OF_LANE = (
    sa.select(inbound_event)
    .where(_EVENT_WAITS, inbound_event.c.lane_id == sa.bindparam("lane"))
    .order_by(inbound_event.c.happened_ms, inbound_event.c.id)
    .limit(sa.bindparam("number"))
)

# Steps from one waiting client to the next in the index, so a client with thousands of events costs one step.
# Whoever was served longest ago comes first. A time too far ahead was written before the clock was set back.
_LANES = sa.text(
    """
    WITH RECURSIVE waiting(lane_id) AS (
        SELECT min(lane_id) FROM inbound_event WHERE state = 'waiting'
        UNION ALL
        SELECT (SELECT min(e.lane_id) FROM inbound_event e
                WHERE e.state = 'waiting' AND e.lane_id > w.lane_id)
        FROM waiting w WHERE w.lane_id IS NOT NULL
    )
    SELECT id FROM lane WHERE id IN (SELECT lane_id FROM waiting)
      AND (claimed_until IS NULL OR claimed_until <= :now OR claimed_until > :beyond_lease)
      AND (next_at IS NULL OR next_at <= :now OR next_at > :beyond_rest)
    ORDER BY next_at IS NOT NULL, next_at, id LIMIT :count
    """
).bindparams(
    sa.bindparam("now", type_=UtcTime),
    sa.bindparam("beyond_lease", type_=UtcTime),
    sa.bindparam("beyond_rest", type_=UtcTime),
)

# Once tried, a message never rests so long; never tried, one to be sent at once cannot be made in the time to come:
# both were written before the clock was set back.
_IS_DUE = """(m.due_at <= :now OR (m.attempts > 0 AND m.due_at > :beyond_rest)
    OR (m.attempts = 0 AND m.created_at > :now AND m.due_at <= m.created_at))"""

# The same walk over clients with open messages, and of each the first that is due. A client's messages go one
# at a time; one that may still go as a reply holds back the later ones, a push that waits does not.
_MESSAGES = sa.text(
    f"""
    WITH RECURSIVE waiting(client_id) AS (
        SELECT min(client_id) FROM outbound_message WHERE {OPEN}
        UNION ALL
        SELECT (SELECT min(m.client_id) FROM outbound_message m
                WHERE m.{OPEN} AND m.client_id > w.client_id)
        FROM waiting w WHERE w.client_id IS NOT NULL
    ), first_due(id) AS (
        SELECT (SELECT m.id FROM outbound_message m
                WHERE m.client_id = w.client_id AND m.{OPEN}
                  AND ({_IS_DUE} OR (m.attempts > 0 AND m.first_push_at IS NULL))
                ORDER BY m.id LIMIT 1)
        FROM waiting w
        WHERE NOT EXISTS (SELECT 1 FROM outbound_message m
                          WHERE m.client_id = w.client_id AND m.{OPEN}
                            AND m.claimed_until > :now AND m.claimed_until <= :beyond_lease)
    )
    SELECT m.id FROM first_due JOIN outbound_message m ON m.id = first_due.id
    WHERE {_IS_DUE} ORDER BY m.id LIMIT :count
    """
).bindparams(
    sa.bindparam("now", type_=UtcTime),
    sa.bindparam("beyond_lease", type_=UtcTime),
    sa.bindparam("beyond_rest", type_=UtcTime),
)


@dataclass(frozen=True)
class StoredEvent:
    """A waiting event as it is kept; `raw` is sealed under the inbox key, None once it was erased."""

    id: int
    event_key: str
    kind: str
    raw: bytes | None
    received_at: datetime
    received: Tick


@dataclass(frozen=True)
class StoredMessage:
    """A message that is due, as it is kept, with the event whose reply token may carry it."""

    id: int
    key: str
    client_id: str
    purpose: str
    must_arrive: bool
    says: bytes
    reply_wire: bytes | None
    push_wire: bytes | None
    attempts: int
    reply_tried: bool
    first_push_at: datetime | None
    not_after: datetime | None
    fault: str
    address_state: str | None
    event_key: str | None
    event_raw: bytes | None
    received: Tick | None


@dataclass(frozen=True)
class ParkedEvent:
    """An event nobody could handle; `fault` is the class of the last fault."""

    id: int
    kind: str
    received_at: datetime
    attempts: int
    fault: str


@dataclass(frozen=True)
class ParkedMessage:
    """A message that could not be sent; `fault` is LINE's status or the class of the last fault."""

    id: int
    client_id: str
    purpose: str
    created_at: datetime
    attempts: int
    fault: str


@dataclass(frozen=True)
class Counts:
    """How much waits and how much is parked."""

    waiting_events: int
    parked_events: int
    open_messages: int
    parked_messages: int


def lanes_to_serve(db: Connection, *, count: int, now: datetime) -> tuple[str, ...]:
    """Clients with waiting events whom nobody serves and who do not rest; locked on PostgreSQL."""
    found = db.execute(
        _LANES,
        {"now": now, "beyond_lease": now + 2 * LEASE, "beyond_rest": now + LONGEST_REST, "count": count},
    )
    ids = list(found.scalars())
    free = sa.or_(
        lane.c.claimed_until.is_(None), lane.c.claimed_until <= now, lane.c.claimed_until > now + 2 * LEASE
    )
    query = sa.select(lane.c.id).where(lane.c.id.in_(ids), free).order_by(lane.c.id)
    return tuple(db.execute(query.with_for_update(key_share=True, skip_locked=True)).scalars()) if ids else ()


def waiting_events(db: Connection, *, lane_id: str, count: int) -> tuple[StoredEvent, ...]:
    """A client's next events: by LINE's time, then as they came."""
    rows = db.execute(_EVENTS_OF_LANE, {"lane": lane_id, "number": count})
    return tuple(_stored_event(row) for row in rows)


def due_messages(db: Connection, *, count: int, now: datetime) -> tuple[StoredMessage, ...]:
    """The next message of each client that has one due and none under way; locked on PostgreSQL."""
    found = db.execute(
        _MESSAGES,
        {"now": now, "beyond_lease": now + 2 * LEASE, "beyond_rest": now + LONGEST_REST, "count": count},
    )
    ids = list(found.scalars())
    if not ids:
        return ()
    query = (
        sa.select(
            outbound_message,
            _STATE_OF_LINE.label("address_state"),
            inbound_event.c.event_key,
            inbound_event.c.raw,
            inbound_event.c.received_tick,
            inbound_event.c.received_boot,
        )
        .outerjoin(inbound_event, outbound_message.c.event_id == inbound_event.c.id)
        .where(outbound_message.c.id.in_(ids), MESSAGE_OPEN)
        .where(sa.or_(outbound_message.c.claimed_until.is_(None), _lease_over(now)))
        .order_by(outbound_message.c.id)
        .with_for_update(of=outbound_message, key_share=True, skip_locked=True)
    )
    return tuple(_stored_message(row) for row in db.execute(query))


def parked_events(db: Connection) -> tuple[ParkedEvent, ...]:
    """Events to look at: try again or set aside."""
    query = sa.select(inbound_event).where(_EVENT_PARKED).order_by(inbound_event.c.id)
    return tuple(
        ParkedEvent(row.id, row.kind, row.received_at, row.attempts, row.fault) for row in db.execute(query)
    )


def parked_messages(db: Connection) -> tuple[ParkedMessage, ...]:
    """Messages to look at: try again or set aside."""
    query = sa.select(outbound_message).where(MESSAGE_PARKED).order_by(outbound_message.c.id)
    return tuple(
        ParkedMessage(row.id, row.client_id, row.purpose, row.created_at, row.attempts, row.fault)
        for row in db.execute(query)
    )


def counts(db: Connection) -> Counts:
    """How much waits and how much is parked, from the partial indexes alone."""
    return Counts(
        waiting_events=_count(db, inbound_event, _EVENT_WAITS),
        parked_events=_count(db, inbound_event, _EVENT_PARKED),
        open_messages=_count(db, outbound_message, MESSAGE_OPEN),
        parked_messages=_count(db, outbound_message, MESSAGE_PARKED),
    )


def messages_by_state(db: Connection) -> dict[str, int]:
    """How many messages ended in which state."""
    state = outbound_message.c.state
    return {
        row.state: row.number
        for row in db.execute(sa.select(state, sa.func.count().label("number")).group_by(state))
    }


def last_beat(db: Connection, process: str) -> datetime | None:
    """When a process last said that it is alive."""
    return db.execute(
        sa.select(heartbeat.c.beat_at).where(heartbeat.c.process == process)
    ).scalar_one_or_none()


def _lease_over(now: datetime) -> sa.ColumnElement[bool]:
    until = outbound_message.c.claimed_until
    return sa.or_(until <= now, until > now + 2 * LEASE)


def _count(db: Connection, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(table).where(where)).scalar_one()


def _stored_event(row: Row[Any]) -> StoredEvent:
    received = Tick(row.received_tick, row.received_boot)
    return StoredEvent(row.id, row.event_key, row.kind, row.raw, row.received_at, received)


def _stored_message(row: Row[Any]) -> StoredMessage:
    received = None if row.received_tick is None else Tick(row.received_tick, row.received_boot)
    return StoredMessage(
        id=row.id,
        key=row.key,
        client_id=row.client_id,
        purpose=row.purpose,
        must_arrive=row.must_arrive,
        says=row.says,
        reply_wire=row.reply_wire,
        push_wire=row.push_wire,
        attempts=row.attempts,
        reply_tried=row.reply_tried,
        first_push_at=row.first_push_at,
        not_after=row.not_after,
        fault=row.fault,
        address_state=row.address_state,
        event_key=row.event_key,
        event_raw=row.raw,
        received=received,
    )
