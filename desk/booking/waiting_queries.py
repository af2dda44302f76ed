"""Who waits for a place, in which order, and whose turn it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.calendar.queries import FreeSlot, desk_by_id
from desk.calendar.rules import closing_time
from desk.tables.calendar import IS_LIVE, booking, desk, session, slot
from desk.tables.clients import address, client
from desk.tables.messaging import outbound_message
from desk.tables.wishes import STILL_WAITS, waiting

_offered = booking.alias("offered")
_asked = booking.alias("asked")
_asked_slot = slot.alias("asked_slot")
_own_slot = slot.alias("own_slot")

_REACHED_BY_LINE = sa.exists().where(
    address.c.client_id == waiting.c.client_id, address.c.state == "following"
)
_IN_ORDER = (waiting.c.lost_place.desc(), waiting.c.entered_at, waiting.c.id)
# The one booking or hold somebody has; their offered places that would replace it do not count.
_OWN = sa.and_(booking.c.quota_key == waiting.c.client_id, IS_LIVE)


@dataclass(frozen=True)
class Entry:
    """Somebody's place in the line; `desk_id` is None where any desk will do."""

    id: str
    client_id: str
    desk_id: str | None
    entered_at: datetime
    lost_place: bool
    state: str
    booking_id: str | None
    silences: int


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, and the booking an earlier place would replace."""

    entry_id: str
    client_id: str
    replaces_id: str | None


@dataclass(frozen=True)
class EndedSession:
    """A session that is over; after `closed_at` nobody could get a place there any more."""

    id: str
    desk_id: str
    day: date
    closed_at: datetime


@dataclass(frozen=True)
class WaitingRow:
    """One line of the list as staff see it, in the order in which places are given."""

    id: str
    client_id: str
    desk_id: str | None
    desk_name: str | None
    entered_at: datetime
    lost_place: bool
    state: str
    by_line: bool
    booked_at: datetime | None
    offer_id: str | None
    offered_at: datetime | None
    offered_until: datetime | None


# Made once, since it runs with every place that becomes free.
_SOMEBODY_WAITS = (
    sa.select(waiting.c.id)
    .where(
        STILL_WAITS,
        sa.literal_column("waiting.state = 'active'"),
        sa.or_(waiting.c.desk_id.is_(None), waiting.c.desk_id == sa.bindparam("desk")),
    )
    .limit(1)
)


def somebody_waits(db: Connection, desk_id: str) -> bool:
    """Whether anybody would like a place at this desk."""
    return db.execute(_SOMEBODY_WAITS, {"desk": desk_id}).first() is not None


def entry_of(db: Connection, client_id: str) -> Entry | None:
    """The person's place in the line, if they wait."""
    query = _entries().where(STILL_WAITS, waiting.c.client_id == client_id)
    row = db.execute(query).first()
    return Entry(*row) if row else None


def entry_by_id(db: Connection, entry_id: str) -> Entry | None:
    """One place in the line, as long as somebody waits there."""
    row = db.execute(_entries().where(STILL_WAITS, waiting.c.id == entry_id)).first()
    return Entry(*row) if row else None


def next_in_line(db: Connection, desk_id: str, free: FreeSlot, *, passed: Collection[str]) -> Turn | None:
    """Whose turn it is for this time, kept so until the transaction ends.

    Who lost a place by a closure comes first, then the date of entry. Passed over are those whom LINE does not
    reach, who hold or are offered a time already, who were asked about this very time, or whose own booking
    is no later.
    """
    query = (
        sa.select(waiting.c.id, waiting.c.client_id, booking.c.id)
        .join(client, client.c.id == waiting.c.client_id)
        .join(desk, desk.c.id == desk_id)
        .outerjoin(booking, _OWN)
        .outerjoin(_own_slot, _own_slot.c.id == booking.c.slot_id)
        .where(
            STILL_WAITS,
            sa.literal_column("waiting.state = 'active'"),
            sa.or_(waiting.c.desk_id.is_(None), waiting.c.desk_id == desk_id),
            client.c.organisation_id == desk.c.organisation_id,
            sa.or_(
                booking.c.id.is_(None),
                sa.and_(booking.c.state == "confirmed", _own_slot.c.starts_at > free.starts_at),
            ),
            _REACHED_BY_LINE,
            ~_has_an_offer(),
            ~_was_asked(free),
            waiting.c.id.not_in(passed),
        )
        .order_by(*_IN_ORDER)
        .limit(1)
        .with_for_update(of=waiting, skip_locked=True)
    )
    row = db.execute(query).first()
    return Turn(*row) if row else None


def booking_to_replace(db: Connection, client_id: str) -> str | None:
    """The confirmed booking somebody has, which an offered place would take the turn of."""
    query = sa.select(booking.c.id).where(booking.c.quota_key == client_id, IS_LIVE)
    return db.execute(query.where(booking.c.state == "confirmed")).scalar_one_or_none()


def offers_to_tell(db: Connection) -> tuple[str, ...]:
    """The offered places of the list of which nothing was said yet."""
    said = sa.exists().where(
        outbound_message.c.dedupe_key == sa.literal("place_offered:") + waiting.c.booking_id
    )
    query = sa.select(waiting.c.booking_id).where(
        STILL_WAITS, waiting.c.state == "offered", _REACHED_BY_LINE, ~said
    )
    return tuple(db.execute(query.order_by(waiting.c.booking_id)).scalars())


def resting(db: Connection, *, since: datetime) -> tuple[Entry, ...]:
    """Those whose list rests because an offer was left without an answer since then."""
    query = _entries().join(booking, booking.c.id == waiting.c.booking_id)
    lately = sa.and_(waiting.c.state == "paused", booking.c.ended_at > since)
    rows = db.execute(query.where(STILL_WAITS, lately, _REACHED_BY_LINE))
    return tuple(Entry(*row) for row in rows)


def ended_sessions(db: Connection, *, since: date, now: datetime) -> tuple[EndedSession, ...]:
    """Sessions from that day on that are over, the oldest first."""
    query = (
        sa.select(session.c.id, session.c.desk_id, session.c.date)
        .where(session.c.date >= since, session.c.ends_at <= now, session.c.status == "open")
        .order_by(session.c.starts_at, session.c.id)
    )
    return tuple(EndedSession(*row, _closed_at(db, row.desk_id, row.date)) for row in db.execute(query))


def waiting_in_vain(
    db: Connection, *, desk_id: str, entered_before: datetime
) -> list[tuple[Entry, date | None]]:
    """Those who waited for a place at this desk before that moment and still do, with when they were last asked."""
    query = (
        _entries()
        .add_columns(waiting.c.asked_after)
        .where(
            STILL_WAITS,
            waiting.c.state == "active",
            waiting.c.entered_at <= entered_before,
            _REACHED_BY_LINE,
            sa.or_(waiting.c.desk_id.is_(None), waiting.c.desk_id == desk_id),
        )
    )
    return [(Entry(*row[:-1]), row[-1]) for row in db.execute(query.order_by(*_IN_ORDER))]


def came_on(db: Connection, *, client_id: str, day: date) -> bool:
    """Whether the person had a booking for that day, at whichever desk."""
    theirs = sa.or_(booking.c.writer_id == client_id, booking.c.visitor_id == client_id)
    seen = booking.c.state.in_(("confirmed", "lapsed", "attended", "no_show"))
    query = sa.select(booking.c.id).join(session, session.c.id == booking.c.session_id)
    return db.execute(query.where(theirs, seen, session.c.date == day).limit(1)).first() is not None


def waiting_list(db: Connection, *, desk_id: str | None = None) -> tuple[WaitingRow, ...]:
    """Everybody who waits, for a desk or for all, in the order in which places are given."""
    offered_slot = slot.alias("offered_slot")
    is_held = sa.and_(_offered.c.id == waiting.c.booking_id, _offered.c.state == "offered")
    query = (
        sa.select(
            waiting.c.id,
            waiting.c.client_id,
            waiting.c.desk_id,
            desk.c.name,
            waiting.c.entered_at,
            waiting.c.lost_place,
            waiting.c.state,
            _REACHED_BY_LINE.label("by_line"),
            _own_slot.c.starts_at,
            _offered.c.id,
            offered_slot.c.starts_at,
            _offered.c.expires_at,
        )
        .select_from(waiting)
        .outerjoin(desk, desk.c.id == waiting.c.desk_id)
        .outerjoin(booking, sa.and_(_OWN, booking.c.state == "confirmed"))
        .outerjoin(_own_slot, _own_slot.c.id == booking.c.slot_id)
        .outerjoin(_offered, is_held)
        .outerjoin(offered_slot, offered_slot.c.id == _offered.c.slot_id)
        .where(STILL_WAITS)
        .order_by(*_IN_ORDER)
    )
    if desk_id is not None:
        query = query.where(sa.or_(waiting.c.desk_id.is_(None), waiting.c.desk_id == desk_id))
    return tuple(WaitingRow(*row) for row in db.execute(query))


def _entries() -> sa.Select[Any]:
    return sa.select(
        waiting.c.id,
        waiting.c.client_id,
        waiting.c.desk_id,
        waiting.c.entered_at,
        waiting.c.lost_place,
        waiting.c.state,
        waiting.c.booking_id,
        waiting.c.silences,
    )


def _closed_at(db: Connection, desk_id: str, day: date) -> datetime:
    terms = desk_by_id(db, desk_id)
    return closing_time(day, terms.cutoff_days, terms.cutoff_at)


def _has_an_offer() -> sa.ColumnElement[bool]:
    return sa.exists().where(_offered.c.writer_id == waiting.c.client_id, _offered.c.state == "offered")


def _was_asked(free: FreeSlot) -> sa.ColumnElement[bool]:
    """Whether they were asked about this time, at any table, since they wait, saw it free, or gave it back themselves."""
    return sa.exists().where(
        _asked.c.writer_id == waiting.c.client_id,
        _asked.c.state.in_(("declined", "expired", "excused")),
        _asked.c.ended_at >= waiting.c.entered_at,
        _asked.c.slot_id == _asked_slot.c.id,
        _asked.c.session_id == free.session_id,
        _asked_slot.c.starts_at == free.starts_at,
    )
