"""Forgets raw events: 14 days after they arrived, and at once what a person unsends or answers without a name."""

import json
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.privacy import Vault
from desk.tables.clients import address
from desk.tables.messaging import inbound_event

RAW_LASTS = timedelta(days=14)
_SETTLED = inbound_event.c.state.in_(("handled", "set_aside"))


def forget_raw(db: Connection, *, now: datetime) -> int:
    """Erases what LINE delivered more than 14 days ago; what is parked waits for a person."""
    old = (inbound_event.c.received_at <= now - RAW_LASTS) & inbound_event.c.raw.is_not(None) & _SETTLED
    return db.execute(inbound_event.update().where(old).values(raw=None)).rowcount


def forget_answer(db: Connection, vault: Vault, *, event_id: int) -> None:
    """Takes what was pressed or written out of an event that is being answered; its reply token stays."""
    this = inbound_event.c.id == event_id
    row = db.execute(sa.select(inbound_event.c.event_key, inbound_event.c.raw).where(this)).one()
    place, key = f"inbound_event.raw:{row.event_key}", vault.house("inbox")
    told = json.loads(key.open(row.raw, place))
    left = {name: value for name, value in told.items() if name not in ("postback", "message")}
    db.execute(inbound_event.update().where(this).values(raw=key.seal(json.dumps(left).encode(), place)))


def erase_raw(
    db: Connection, vault: Vault, *, client_id: str, origin: str, but_event: int | None = None
) -> None:
    """Erases the raw events of an unsent or changed message. `origin`: LINE's id of the message.

    `but_event`: the event that is being answered, whose reply token is still needed.
    """
    lanes = sa.select(address.c.address_index).where(address.c.client_id == client_id)
    query = sa.select(inbound_event.c.id, inbound_event.c.event_key, inbound_event.c.raw).where(
        inbound_event.c.lane_id.in_(lanes),
        inbound_event.c.kind.in_(("message", "messageEdited")),
        inbound_event.c.raw.is_not(None),
        _SETTLED,
    )
    if but_event is not None:
        query = query.where(inbound_event.c.id != but_event)
    for row in db.execute(query).all():
        raw = json.loads(vault.house("inbox").open(row.raw, f"inbound_event.raw:{row.event_key}"))
        if isinstance(raw.get("message"), dict) and raw["message"].get("id") == origin:
            db.execute(inbound_event.update().where(inbound_event.c.id == row.id).values(raw=None))
