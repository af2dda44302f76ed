"""Desks, their sessions, and the times that are free."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.calendar import rules
from desk.calendar.holiday import holidays_between
from desk.tables.calendar import IS_LIVE, booking, desk, promise, session, slot

_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class DeskRow:
    """A desk with all that a client may ask about it."""

    id: str
    organisation_id: str
    code: str
    name: str
    place: str
    way_in: str
    door: str
    map_url: str
    building_phone: str
    staff_phone: str
    opened_on: date
    reading_hours: tuple[tuple[int, time], ...]
    months_ahead: int
    cutoff_days: int
    cutoff_at: time
    gap_minutes: int
    on_holiday: str
    keeps_media: bool


@dataclass(frozen=True)
class SessionRow:
    """A day on which a desk meets people; `places` counts its unblocked slots, `booked` those confirmed or used."""

    id: str
    desk_id: str
    desk_code: str
    desk_name: str
    date: date
    starts_at: datetime
    ends_at: datetime
    place: str
    status: str
    origin: str
    note: str
    places: int
    booked: int


@dataclass(frozen=True)
class PromiseRow:
    """What the desk promises to clients, and who approved it when."""

    key: str
    text: str
    approved_by: str
    approved_on: date


@dataclass(frozen=True)
class FreeSlot:
    """A time at which somebody can come; one per time, although several tables may be free then."""

    slot_id: str
    session_id: str
    starts_at: datetime
    ends_at: datetime
    place: str
    way: str


@dataclass(frozen=True)
class SlotRow:
    """A time at a table, with the session it belongs to."""

    id: str
    session_id: str
    desk_id: str
    table_no: int
    starts_at: datetime
    ends_at: datetime
    date: date
    status: str


def _free() -> sa.Select[Any]:
    """Slots of open sessions that nobody has; a hold that ran out or is the client's own does not count."""
    now = sa.bindparam("now", type_=slot.c.starts_at.type)
    run_out = sa.and_(booking.c.expires_at.is_not(None), booking.c.expires_at <= now)
    own = sa.and_(booking.c.state == "held", booking.c.writer_id == sa.bindparam("client"))
    has_it = sa.and_(booking.c.slot_id == slot.c.id, IS_LIVE, ~run_out, ~own)
    query = sa.select(
        slot.c.id,
        slot.c.session_id,
        slot.c.starts_at,
        slot.c.ends_at,
        slot.c.way,
        session.c.place,
        session.c.date,
        desk.c.months_ahead,
        desk.c.cutoff_days,
        desk.c.cutoff_at,
    )
    return (
        query.join_from(slot, session)
        .join(desk, desk.c.id == session.c.desk_id)
        .where(session.c.status == "open", slot.c.status == "open", ~sa.exists().where(has_it))
        .order_by(slot.c.starts_at, slot.c.table_no)
    )


# Made once, since they run with every turn of a booking: building them costs as much as running them.
_ALL_DESKS = sa.select(desk).order_by(desk.c.opened_on, desk.c.code)
_DESK = sa.select(desk).where(desk.c.id == sa.bindparam("desk"))
_FREE_OF_DESK = _free().where(
    session.c.desk_id == sa.bindparam("desk"), ~slot.c.reserved, slot.c.starts_at > sa.bindparam("now")
)
_FREE_OF_SESSION = _free().where(
    session.c.id == sa.bindparam("session"), slot.c.ends_at > sa.bindparam("now")
)


def list_desks(db: Connection) -> tuple[DeskRow, ...]:
    """All desks, in the order in which they opened."""
    return tuple(_desk(row) for row in db.execute(_ALL_DESKS))


def desk_by_code(db: Connection, code: str) -> DeskRow | None:
    """The desk with this short name, such as `suwa`."""
    row = db.execute(sa.select(desk).where(desk.c.code == code)).first()
    return _desk(row) if row else None


def desk_by_id(db: Connection, desk_id: str) -> DeskRow:
    """The desk with this id, which must exist."""
    return _desk(db.execute(_DESK, {"desk": desk_id}).one())


def promises(db: Connection, desk_id: str) -> dict[str, PromiseRow]:
    """What the desk promises, by key (`rules.PROMISE_KEYS`)."""
    query = sa.select(promise).where(promise.c.desk_id == desk_id).order_by(promise.c.key)
    return {
        row.key: PromiseRow(row.key, row.text, row.approved_by, row.approved_on) for row in db.execute(query)
    }


def next_reading(desk_row: DeskRow, now: datetime) -> datetime:
    """When staff of the desk read messages next; never on a public holiday or at the year's end."""
    today = now.astimezone(rules.TOKYO).date()
    return rules.next_reading(desk_row.reading_hours, now, holidays_between(today, today + _YEAR))


def upcoming_sessions(
    db: Connection, *, desk_id: str | None = None, since: date, until: date | None = None
) -> tuple[SessionRow, ...]:
    """Sessions from `since` to `until` (included), of one desk or all, in order of time; closed ones too."""
    query = _sessions().where(session.c.date >= since)
    if desk_id is not None:
        query = query.where(session.c.desk_id == desk_id)
    if until is not None:
        query = query.where(session.c.date <= until)
    ordered = query.order_by(session.c.starts_at, desk.c.opened_on, desk.c.code)
    return tuple(_session(row) for row in db.execute(ordered))


def session_by_id(db: Connection, session_id: str) -> SessionRow | None:
    """One session."""
    row = db.execute(_sessions().where(session.c.id == session_id)).first()
    return _session(row) if row else None


def tables_of_session(db: Connection, session_id: str) -> tuple[int, ...]:
    """The numbers of the tables at which parties are received that day."""
    query = (
        sa.select(slot.c.table_no).where(slot.c.session_id == session_id).distinct().order_by(slot.c.table_no)
    )
    return tuple(db.execute(query).scalars())


def slot_by_id(db: Connection, slot_id: str) -> SlotRow | None:
    """One slot."""
    row = db.execute(_slots().where(slot.c.id == slot_id)).first()
    return SlotRow(*row) if row else None


def is_bookable(desk_row: DeskRow, day: date, now: datetime) -> bool:
    """Whether a client may book a session of that day now: not too far ahead, before the closing time."""
    furthest = rules.last_bookable_day(now.astimezone(rules.TOKYO).date(), desk_row.months_ahead)
    return day <= furthest and now < rules.closing_time(day, desk_row.cutoff_days, desk_row.cutoff_at)


def free_slots(
    db: Connection, *, desk_id: str, now: datetime, limit: int | None = None, client_id: str | None = None
) -> tuple[FreeSlot, ...]:
    """The times a client can book now, in order; a hold that ran out is free, and so is `client_id`'s."""
    rows = db.execute(_FREE_OF_DESK, {"desk": desk_id, "now": now, "client": client_id or ""})
    today = now.astimezone(rules.TOKYO).date()
    # In order of time: after the first day too far ahead there is none that is near enough.
    near = takewhile(lambda row: row.date <= rules.last_bookable_day(today, row.months_ahead), rows)
    return _one_per_time(row for row in near if now < _closing(row))[:limit]


def _closing(row: Row[Any]) -> datetime:
    return rules.closing_time(row.date, row.cutoff_days, time.fromisoformat(row.cutoff_at))


def free_slots_of_session(db: Connection, *, session_id: str, now: datetime) -> tuple[FreeSlot, ...]:
    """The times staff can give to a caller or somebody at the door: until they end."""
    return _one_per_time(db.execute(_FREE_OF_SESSION, {"session": session_id, "now": now, "client": ""}))


def _sessions() -> sa.Select[Any]:
    usable = (slot.c.session_id == session.c.id, slot.c.status == "open")
    places = sa.select(sa.func.count()).where(*usable).scalar_subquery()
    seen = booking.c.state.in_(("confirmed", "lapsed", "attended", "no_show"))
    booked = sa.select(sa.func.count()).where(booking.c.session_id == session.c.id, seen).scalar_subquery()
    return sa.select(
        session, desk.c.code, desk.c.name, places.label("places"), booked.label("booked")
    ).join_from(session, desk)


def _session(row: Row[Any]) -> SessionRow:
    return SessionRow(
        row.id,
        row.desk_id,
        row.code,
        row.name,
        row.date,
        row.starts_at,
        row.ends_at,
        row.place,
        row.status,
        row.origin,
        row.note,
        row.places,
        row.booked,
    )


def _desk(row: Row[Any]) -> DeskRow:
    fields = dict(row._mapping)
    reading = tuple((hour["weekday"], time.fromisoformat(hour["at"])) for hour in row.reading_hours)
    return DeskRow(**fields | {"reading_hours": reading, "cutoff_at": time.fromisoformat(row.cutoff_at)})


def _slots() -> sa.Select[Any]:
    return sa.select(
        slot.c.id,
        slot.c.session_id,
        session.c.desk_id,
        slot.c.table_no,
        slot.c.starts_at,
        slot.c.ends_at,
        session.c.date,
        session.c.status,
    ).join_from(slot, session)


def _one_per_time(rows: Any) -> tuple[FreeSlot, ...]:
    times: dict[tuple[str, datetime], FreeSlot] = {}
    for row in rows:
        found = FreeSlot(row.id, row.session_id, row.starts_at, row.ends_at, row.place, row.way)
        times.setdefault((row.session_id, row.starts_at), found)
    return tuple(times.values())
