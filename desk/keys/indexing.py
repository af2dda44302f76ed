"""Making blind indexes anew: from what they were made of, opened once more, or forgetting them where that is gone."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.rules import folded_phone, heard_name
from desk.database import insert_or_ignore
from desk.errors import Unreadable
from desk.keys.places import SEALED, SealedColumn
from desk.keys.resealing import AT_A_TIME, opened
from desk.messaging.service import user_of
from desk.privacy import Vault, index_prefix
from desk.tables.calendar import booking
from desk.tables.clients import address, client
from desk.tables.conversations import message
from desk.tables.messaging import inbound_event, lane
from desk.tables.people import challenge, sign_in, sign_in_attempt

_PLACES = {place.column: place for place in SEALED}


@dataclass(frozen=True)
class IndexedColumn:
    """A blind index of what another column of the row holds."""

    column: sa.Column[str]
    source: sa.Column[bytes]
    purpose: str
    fold: Callable[[str], str]


INDEXED = (
    IndexedColumn(client.c.phone_index, client.c.phone, "phone", folded_phone),
    IndexedColumn(client.c.spoken_code_index, client.c.spoken_code, "spoken", str),
    IndexedColumn(booking.c.called_index, booking.c.called_name, "called", heard_name),
    IndexedColumn(address.c.address_index, address.c.value, "line", str),
)
#: Every column that holds one; `erasure.subject_hash` stays, since what it was made of is gone for good.
ALL = (
    *(each.column for each in INDEXED),
    lane.c.id,
    inbound_event.c.lane_id,
    message.c.origin_index,
    sign_in_attempt.c.address_index,
    sign_in.c.address_index,
)


def is_old(column: sa.Column[str], number: int) -> sa.ColumnElement[bool]:
    """Made with another master key than this one."""
    return sa.func.substr(column, 1, 2) != index_prefix(number)


def source_of(each: IndexedColumn) -> SealedColumn:
    """Where that stands of which the index is made."""
    return _PLACES[each.source]


def reindex(db: Connection, vault: Vault, each: IndexedColumn, *, after: Any, now: datetime) -> Any:
    """Makes the next indexes of a column anew. Returns the last row's key, to go on after; None when all are done."""
    table, last = each.column.table, None
    rows = opened(db, vault, source_of(each), is_old(each.column, vault.numbers[0]), after=after)
    for row in rows:
        last = row.key
        if row.plain is None:
            continue
        text = row.plain.decode("utf-8", "surrogatepass")
        new = vault.index(each.purpose, each.fold(text))
        if each.column is address.c.address_index and not _move_lanes(db, vault, text, now):
            continue
        same = (table.c.id == row.key) & (each.source == row.sealed)
        db.execute(table.update().where(same).values({each.column.name: new}))
    return last


def move_other_lanes(db: Connection, vault: Vault, *, after: str, now: datetime) -> str | None:
    """The next lanes that belong to nobody we know: their events tell whose they are, or wait with nobody's."""
    known = sa.select(address.c.address_index)
    query = (
        sa.select(lane.c.id)
        .where(is_old(lane.c.id, vault.numbers[0]), lane.c.id.not_in(known), lane.c.id > after)
        .where(sa.exists().where(inbound_event.c.lane_id == lane.c.id))
    )
    found = db.execute(query.order_by(lane.c.id).limit(AT_A_TIME)).scalars().all()
    for lane_id in found:
        _move_lane(db, lane_id, vault.index("line", _user_in(db, vault, lane_id)), now)
    return found[-1] if found else None


def reindex_origins(db: Connection, vault: Vault, *, after: str) -> str | None:
    """The messages of the next people, by LINE's id of each as long as its raw event is kept (14 days).

    Later LINE takes nothing back any more, and the index is forgotten.
    """
    is_due = is_old(message.c.origin_index, vault.numbers[0])
    query = sa.select(message.c.client_id).distinct().where(is_due, message.c.client_id > after)
    people = db.execute(query.order_by(message.c.client_id).limit(AT_A_TIME)).scalars().all()
    for client_id in people:
        new = _origins_of(db, vault, client_id)
        rows = db.execute(
            sa.select(message.c.id, message.c.origin_index).where(is_due, message.c.client_id == client_id)
        )
        for row in rows.all():
            changed = message.update().where(message.c.id == row.id)
            db.execute(changed.values(origin_index=new.get(row.origin_index)))
    return people[-1] if people else None


def forget_passing(db: Connection, vault: Vault) -> None:
    """Lets go of what was of use for minutes: empty lanes, where sign-ins came from, seeds not yet kept."""
    old_lane = is_old(lane.c.id, vault.numbers[0])
    has_events = sa.exists().where(inbound_event.c.lane_id == lane.c.id)
    db.execute(lane.delete().where(old_lane, ~has_events))
    for table in (sign_in_attempt, sign_in):
        came_from = table.update().where(is_old(table.c.address_index, vault.numbers[0]))
        db.execute(came_from.values(address_index=None))
    # A seed that waits for its first digits stands there in hexadecimal.
    seed = (challenge.c.purpose == "totp") & is_old(challenge.c.value, vault.numbers[0])
    db.execute(challenge.delete().where(seed))


def _move_lanes(db: Connection, vault: Vault, user_id: str, now: datetime) -> bool:
    new, *old = vault.indexes("line", user_id)
    return all(_move_lane(db, lane_id, new, now) for lane_id in old)


def _move_lane(db: Connection, old: str, new: str, now: datetime) -> bool:
    """Moves what came from one person to their new lane; False while somebody works on it, then later."""
    if db.execute(sa.select(lane.c.id).where(lane.c.id == old)).first() is None:
        return True
    idle = sa.or_(lane.c.claimed_by.is_(None), lane.c.claimed_until <= now)
    # Touched, and so nobody's until this transaction ends.
    touched = lane.update().where(lane.c.id == old, idle).values(next_at=lane.c.next_at)
    if not db.execute(touched).rowcount:
        return False
    insert_or_ignore(db, lane, [{"id": new}])
    db.execute(inbound_event.update().where(inbound_event.c.lane_id == old).values(lane_id=new))
    return True


def _user_in(db: Connection, vault: Vault, lane_id: str) -> str:
    for raw in _raws(db, vault, [lane_id]):
        if user_id := user_of(raw):
            return user_id
    return ""


def _origins_of(db: Connection, vault: Vault, client_id: str) -> dict[str | None, str]:
    lanes = (
        db.execute(sa.select(address.c.address_index).where(address.c.client_id == client_id)).scalars().all()
    )
    found: dict[str | None, str] = {}
    for raw in _raws(db, vault, lanes):
        told = raw.get("message")
        if isinstance(told, dict) and isinstance(told.get("id"), str):
            new, *old = vault.indexes("message", told["id"])
            found |= dict.fromkeys(old, new)
    return found


def _raws(db: Connection, vault: Vault, lanes: Sequence[str]) -> Iterator[dict[str, Any]]:
    query = sa.select(inbound_event.c.event_key, inbound_event.c.raw).where(
        inbound_event.c.lane_id.in_(lanes), inbound_event.c.raw.is_not(None)
    )
    for row in db.execute(query).all():
        try:
            raw = json.loads(vault.house("inbox").open(row.raw, f"inbound_event.raw:{row.event_key}"))
        except (Unreadable, ValueError):
            continue
        if isinstance(raw, dict):
            yield raw
