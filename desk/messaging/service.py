"""Keeps what arrives and what is to be said, hands both out in order, and notes what became of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.clock import Tick
from desk.database import announce, insert_new, insert_or_ignore, new_id, upsert
from desk.errors import Unreadable
from desk.messaging.queries import UNTRIED, StoredEvent, StoredMessage, due_messages, lanes_to_serve
from desk.messaging.rules import LEASE, PUSH_FOR, ClaimLost, Settlement, Way, event_rest
from desk.privacy import Vault
from desk.tables.messaging import heartbeat, inbound_event, lane, outbound_message

UNREADABLE = "unreadable"
_FAULT_LENGTH = 80

# Made once, since they run with every event: building them costs as much as running them.
_MARK_HANDLED = (
    inbound_event.update()
    .where(
        inbound_event.c.id == sa.bindparam("event"),
        inbound_event.c.state == "waiting",
        sa.exists().where(lane.c.id == sa.bindparam("lane"), lane.c.claimed_by == sa.bindparam("token")),
    )
    .values(state="handled", settled_at=sa.bindparam("at"))
)


@dataclass(frozen=True, repr=False)
class ArrivedEvent:
    """An event as the webhook read it; `raw` is its JSON, or an unreadable body as it came."""

    event_key: str
    kind: str
    user_id: str | None
    happened_ms: int
    raw: bytes
    received_at: datetime
    received: Tick


@dataclass(frozen=True, repr=False)
class InboundEvent:
    """An event as a handler gets it: LINE's own JSON in `raw`, and what was noted at receipt."""

    id: int
    event_key: str
    kind: str
    raw: dict[str, Any]
    user_id: str | None
    received_at: datetime
    received: Tick


@dataclass(frozen=True)
class Attempt:
    """A message about to be sent: which way, and the sealed wire; one that is kept already stays as it is."""

    message_id: int
    way: Way
    wire: bytes


def inbox_row(vault: Vault, event: ArrivedEvent) -> dict[str, Any]:
    """The row an event is kept as: sealed, with the client's lane as a blind index."""
    return {
        "event_key": event.event_key,
        "lane_id": vault.index("line", event.user_id or ""),
        "kind": event.kind,
        "raw": vault.house("inbox").seal(event.raw, f"inbound_event.raw:{event.event_key}"),
        "happened_ms": event.happened_ms,
        "received_at": event.received_at,
        "received_tick": event.received.seconds,
        "received_boot": event.received.boot,
    }


def keep_events(db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keeps events unless they are known, in the order in which they came."""
    # In one fixed order, so that two processes that meet the same new clients do not wait for each other.
    lanes = sorted({row["lane_id"] for row in rows})
    insert_or_ignore(db, lane, [{"id": lane_id} for lane_id in lanes])
    insert_or_ignore(db, inbound_event, rows)
    announce(db, "inbox")


def open_event(vault: Vault, stored: StoredEvent) -> InboundEvent:
    """The event in the clear; raises Unreadable where it is no JSON object."""
    if stored.kind == UNREADABLE or stored.raw is None:
        raise Unreadable("not an event")
    raw = _open_raw(vault, stored.event_key, stored.raw)
    return InboundEvent(
        stored.id, stored.event_key, stored.kind, raw, user_of(raw), stored.received_at, stored.received
    )


def user_of(raw: dict[str, Any]) -> str | None:
    """The LINE user id of an event, where it names one."""
    source = raw.get("source")
    user_id = source.get("userId") if isinstance(source, dict) else None
    return user_id if isinstance(user_id, str) and user_id else None


def claim_lanes(
    db: Connection, *, token: str, served: Sequence[str], count: int, now: datetime
) -> tuple[str, ...]:
    """Gives back the clients this worker has `served` and takes up to `count` that have waiting events."""
    release_lanes(db, token=token, served=served, now=now)
    lane_ids = lanes_to_serve(db, count=count, now=now)
    if lane_ids:
        taken = {"claimed_by": token, "claimed_until": now + LEASE, "next_at": None}
        db.execute(lane.update().where(lane.c.id.in_(lane_ids)).values(taken))
    return lane_ids


def release_lanes(db: Connection, *, token: str, served: Sequence[str], now: datetime) -> None:
    """Gives clients back; those who need not rest go to the end of the line."""
    if served:
        mine = lane.update().where(lane.c.id.in_(served), lane.c.claimed_by == token)
        rested = sa.func.coalesce(lane.c.next_at, sa.literal(now, lane.c.next_at.type))
        db.execute(mine.values(claimed_by=None, claimed_until=None, next_at=rested))


def mark_handled(db: Connection, *, event_id: int, lane_id: str, token: str, now: datetime) -> None:
    """Marks an event handled; raises ClaimLost where it or its client is somebody else's by now.

    Comes first in the handler's transaction: another worker at the same event then waits here, and does no work in
    vain.
    """
    mine = {"event": event_id, "lane": lane_id, "token": token, "at": now}
    if db.execute(_MARK_HANDLED, mine).rowcount != 1:
        raise ClaimLost("the client is claimed by another worker, or the event is settled already")


def note_failure(
    db: Connection, *, event_id: int, lane_id: str, token: str, fault: BaseException, now: datetime
) -> bool:
    """Counts a failure: the client rests a while, or the event is parked. Says whether it was parked."""
    mine = lane.update().where(lane.c.id == lane_id, lane.c.claimed_by == token)
    event = inbound_event.c
    failures = db.execute(sa.select(event.attempts).where(event.id == event_id)).scalar_one() + 1
    pause = None if isinstance(fault, Unreadable) else event_rest(failures)
    if db.execute(mine.values(next_at=None if pause is None else now + pause)).rowcount != 1:
        raise ClaimLost("the lane is claimed by another worker")
    settled = {"state": "parked", "settled_at": now} if pause is None else {}
    note = {"attempts": failures, "fault": type(fault).__name__[:_FAULT_LENGTH], **settled}
    db.execute(inbound_event.update().where(event.id == event_id, event.state == "waiting").values(note))
    return pause is None


def say(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    says: Sequence[dict[str, Any]],
    purpose: str = "answer",
    must_arrive: bool = False,
    event_id: int | None = None,
    dedupe_key: str | None = None,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    now: datetime,
) -> int | None:
    """Queues what is to be said, a list of {"kind", "facts"}; returns its id, None for a known `dedupe_key`.

    `event_id`: the event it answers, whose reply token may carry it. `must_arrive`: pushed when the outcome
    of a reply stays unknown, at the risk of a second copy, and never held back. After `not_after` it is dropped.
    """
    key = new_id()
    row = {
        "key": key,
        "dedupe_key": dedupe_key,
        "client_id": client_id,
        "event_id": event_id,
        "purpose": purpose,
        "must_arrive": must_arrive,
        "says": sealer(db, vault, client_id).seal_json(list(says), f"outbound_message.says:{key}"),
        "due_at": due_at or now,
        "not_after": not_after,
        "created_at": now,
    }
    made: int | None = insert_new(db, outbound_message, row)
    if made is not None:
        announce(db, "outbox")
    return made


def drop_unsent(db: Connection, *, dedupe_key: str, now: datetime) -> None:
    """What was still to be said is not said any more; nothing happens once it is on its way."""
    unsent = (outbound_message.c.dedupe_key == dedupe_key, outbound_message.c.state == "queued")
    db.execute(outbound_message.update().where(*unsent).values(state="dropped", settled_at=now))


def drop_untried(db: Connection, vault: Vault, *, message_id: int, now: datetime) -> bool:
    """Takes back what nobody has begun to hand over, and its words go; False where delivery was quicker.

    One conditional change: it and delivery's claim meet at the row, and whoever comes second finds another state.
    """
    this = outbound_message.update().where(outbound_message.c.id == message_id)
    if db.execute(this.where(UNTRIED).values(state="dropped", settled_at=now)).rowcount != 1:
        return False
    query = sa.select(outbound_message.c.key, outbound_message.c.client_id)
    row = db.execute(query.where(outbound_message.c.id == message_id)).one()
    nothing = sealer(db, vault, row.client_id).seal_json([], f"outbound_message.says:{row.key}")
    db.execute(this.values(says=nothing))
    return True


def reply_token(vault: Vault, message: StoredMessage) -> str | None:
    """The reply token of the event a message answers, as long as the raw event is kept."""
    if message.event_key is None or message.event_raw is None:
        return None
    token = _open_raw(vault, message.event_key, message.event_raw).get("replyToken")
    return token if isinstance(token, str) and token else None


def claim_messages(db: Connection, *, token: str, count: int, now: datetime) -> tuple[StoredMessage, ...]:
    """Takes up to `count` messages that are due, one of each client; they are given back by `settle`."""
    messages = due_messages(db, count=count, now=now)
    if messages:
        column = outbound_message.c
        taken = {"state": "sending", "claimed_by": token, "claimed_until": now + LEASE}
        ids = [message.id for message in messages]
        db.execute(
            outbound_message.update().where(column.id.in_(ids)).values(**taken, attempts=column.attempts + 1)
        )
    return messages


def start_attempts(db: Connection, attempts: Sequence[Attempt], *, now: datetime) -> None:
    """Writes down, before anything is sent, what is about to be sent: after a crash the row says so."""
    replies = [{"message_id": it.message_id, "wire": it.wire} for it in attempts if it.way == "reply"]
    pushes = [{"message_id": it.message_id, "wire": it.wire} for it in attempts if it.way == "push"]
    column = outbound_message.c
    mine = outbound_message.update().where(column.id == sa.bindparam("message_id"))
    wire = sa.bindparam("wire", type_=sa.LargeBinary)
    if replies:
        kept = sa.func.coalesce(column.reply_wire, wire)
        db.execute(mine.values(reply_wire=kept, reply_tried=True), replies)
    if pushes:
        kept = sa.func.coalesce(column.push_wire, wire)
        first = sa.func.coalesce(column.first_push_at, sa.literal(now, column.first_push_at.type))
        db.execute(mine.values(push_wire=kept, first_push_at=first), pushes)


def settle(db: Connection, settled: Sequence[tuple[int, Settlement]], *, token: str, now: datetime) -> None:
    """Writes down what became of messages this sender holds."""
    if not settled:
        return
    column = outbound_message.c
    statement = outbound_message.update().where(
        column.id == sa.bindparam("message_id"), column.claimed_by == token
    )
    changed: dict[str, Any] = {name: sa.bindparam(f"to_{name}") for name in _SETTLED}
    db.execute(
        statement.values(claimed_by=None, claimed_until=None, **changed),
        [_settled_row(message_id, settlement, now) for message_id, settlement in settled],
    )


def put_off(
    db: Connection, message_ids: Sequence[int], *, token: str, until: datetime, fault: str = ""
) -> None:
    """Messages this sender holds that were certainly not taken: they wait, as if they had never been tried."""
    mine = outbound_message.update().where(
        outbound_message.c.id.in_(message_ids), outbound_message.c.claimed_by == token
    )
    untried = {"state": "queued", "attempts": 0, "first_push_at": None}
    db.execute(mine.values(**untried, due_at=until, fault=fault, claimed_by=None, claimed_until=None))


def try_event_again(db: Connection, *, event_id: int) -> None:
    """Staff want a parked event handled once more."""
    parked = inbound_event.update().where(inbound_event.c.id == event_id, inbound_event.c.state == "parked")
    db.execute(parked.values(state="waiting", attempts=0, settled_at=None))
    announce(db, "inbox")


def try_message_again(db: Connection, *, message_id: int, now: datetime) -> None:
    """Staff want a parked message sent once more; put into words anew where LINE has forgotten its key."""
    parked = outbound_message.update().where(
        outbound_message.c.id == message_id, outbound_message.c.state == "parked"
    )
    forgotten = sa.or_(
        outbound_message.c.first_push_at.is_(None), outbound_message.c.first_push_at <= now - PUSH_FOR
    )
    anew = {"reply_wire": None, "push_wire": None, "first_push_at": None}
    db.execute(parked.where(forgotten).values(anew))
    db.execute(parked.values(state="queued", attempts=0, reply_tried=False, due_at=now, settled_at=None))
    announce(db, "outbox")


def set_event_aside(db: Connection, *, event_id: int, now: datetime) -> None:
    """Staff have looked at a parked event: nothing more is to be done."""
    parked = inbound_event.update().where(inbound_event.c.id == event_id, inbound_event.c.state == "parked")
    db.execute(parked.values(state="set_aside", settled_at=now))


def set_message_aside(db: Connection, *, message_id: int, now: datetime) -> None:
    """Staff have looked at a parked message: it will not be sent."""
    parked = outbound_message.update().where(
        outbound_message.c.id == message_id, outbound_message.c.state == "parked"
    )
    db.execute(parked.values(state="set_aside", settled_at=now))


def beat(db: Connection, process: str, *, now: datetime) -> None:
    """A process says that it is alive; `now` is real time, which no shifted clock makes old."""
    upsert(db, heartbeat, {"process": process, "beat_at": now}, key=["process"])


_SETTLED = ("state", "due_at", "fault", "line_request_id", "reply_tried", "first_push_at", "settled_at")


def _open_raw(vault: Vault, event_key: str, sealed: bytes) -> dict[str, Any]:
    plain = vault.house("inbox").open(sealed, f"inbound_event.raw:{event_key}")
    raw: dict[str, Any] = json.loads(plain)
    return raw


def _settled_row(message_id: int, settlement: Settlement, now: datetime) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "to_state": settlement.state,
        "to_due_at": settlement.due_at,
        "to_fault": settlement.fault[:_FAULT_LENGTH],
        "to_line_request_id": settlement.request_id[:_FAULT_LENGTH],
        "to_reply_tried": settlement.reply_tried,
        "to_first_push_at": settlement.first_push_at,
        "to_settled_at": None if settlement.state == "queued" else now,
    }
