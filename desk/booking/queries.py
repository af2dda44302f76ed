"""Who comes when, as bot and panel read it; names are opened here and nowhere else."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.among import among
from desk.booking import rules
from desk.calendar.queries import SessionRow, desk_by_id, session_by_id
from desk.calendar.rules import closing_time
from desk.clients.queries import sealers
from desk.clients.rules import heard_name
from desk.privacy import Sealer, Vault
from desk.tables.calendar import IS_LIVE, booking, desk, reminder, session, slot

# Holds that came to nothing are nobody's business.
_SHOWN = ("confirmed", "lapsed", "attended", "no_show", "moved", "excused", "revoked")
_SEEN = ("confirmed", "lapsed", "attended", "no_show")


@dataclass(frozen=True, repr=False)
class BookingRow:
    """A booking with its place and time; `called_name`, `who_comes` and `promise` are None where nothing is kept."""

    id: str
    number: str | None
    slot_id: str
    session_id: str
    desk_id: str
    desk_code: str
    desk_name: str
    place: str
    way_in: str
    door: str
    map_url: str
    way: str
    link: str
    starts_at: datetime
    ends_at: datetime
    table_no: int
    state: str
    offered_for: str | None
    replaces_id: str | None
    about: str
    subject_knows: str | None
    called_name: str | None
    who_comes: str | None
    writer_id: str
    visitor_id: str
    reminders: str
    attends: bool | None
    promise: str | None
    promise_handed_on: bool
    version: int
    source: str
    created_at: datetime
    expires_at: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None

    @property
    def told_state(self) -> str:
        """The state as everybody is told it (`rules.told_state`)."""
        return rules.told_state(self.state, at=self.ended_at, starts_at=self.starts_at)


@dataclass(frozen=True)
class DueReminder:
    """A reminder to be sent now, to the person who writes with us, unless it is after `not_after`."""

    id: str
    kind: str
    booking_id: str
    version: int
    client_id: str
    starts_at: datetime
    due_at: datetime
    not_after: datetime


@dataclass(frozen=True, repr=False)
class EarlierVisits:
    """How often somebody came, and when and what was promised the last time, if they agreed to hand it on."""

    count: int = 0
    promise: tuple[datetime, str] | None = None


def live_booking(db: Connection, vault: Vault, *, client_id: str) -> BookingRow | None:
    """The booking or hold a person has made and has now; a booking before a hold.

    One that somebody else made for them is not theirs to see: they may not know of it.
    """
    query = _BOOKINGS.where(booking.c.writer_id == client_id, IS_LIVE)
    confirmed_first = sa.case((booking.c.state == "confirmed", 0), else_=1)
    rows = _rows(db, vault, query.order_by(None).order_by(confirmed_first, slot.c.starts_at))
    return rows[0] if rows else None


def booking_by_id(db: Connection, vault: Vault, booking_id: str) -> BookingRow | None:
    """One booking."""
    rows = _rows(db, vault, _BOOKINGS.where(booking.c.id == booking_id))
    return rows[0] if rows else None


def booking_by_number(db: Connection, vault: Vault, number: str) -> BookingRow | None:
    """The booking with this 予約番号, typed in half or full width."""
    typed = unicodedata.normalize("NFKC", number).strip()
    rows = _rows(db, vault, _BOOKINGS.where(booking.c.number == typed).order_by(booking.c.created_at.desc()))
    return rows[0] if rows else None


def visitors_called(db: Connection, vault: Vault, name: str) -> tuple[str, ...]:
    """The ids of people who are called exactly so, however it is written; found by its blind index."""
    indexes = vault.indexes("called", heard_name(name))
    query = sa.select(booking.c.visitor_id).distinct().where(booking.c.called_index.in_(indexes))
    return tuple(db.execute(query).scalars())


def bookings_of_session(db: Connection, vault: Vault, session_id: str) -> tuple[BookingRow, ...]:
    """All that was ever booked for the day and what became of it, in order of time; no holds."""
    return _rows(db, vault, _BOOKINGS.where(booking.c.session_id == session_id, booking.c.state.in_(_SHOWN)))


def bookings_of_client(db: Connection, vault: Vault, client_id: str) -> tuple[BookingRow, ...]:
    """All bookings in which a person writes or comes, in order of time; no holds."""
    return bookings_of_clients(db, vault, [client_id])


def bookings_of_clients(db: Connection, vault: Vault, client_ids: Collection[str]) -> tuple[BookingRow, ...]:
    """The same of several people at once."""
    theirs = sa.or_(among(booking.c.writer_id, client_ids), among(booking.c.visitor_id, client_ids))
    return _rows(db, vault, _BOOKINGS.where(theirs, booking.c.state.in_(_SHOWN)))


def bookings_list(
    db: Connection,
    vault: Vault,
    *,
    desk_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    seen: sa.ColumnElement[bool] | None = None,
) -> tuple[BookingRow, ...]:
    """Bookings of the sessions from `since` to `until` (included), of one desk or all; no holds.

    `seen`: what is in somebody's sight (`desk.people.sight.booking_seen`), where it is somebody who asks.
    """
    query = _BOOKINGS.where(booking.c.state.in_(_SHOWN))
    if seen is not None:
        query = query.where(seen)
    if desk_id is not None:
        query = query.where(session.c.desk_id == desk_id)
    if since is not None:
        query = query.where(session.c.date >= since)
    if until is not None:
        query = query.where(session.c.date <= until)
    return _rows(db, vault, query)


def names_taken_on(db: Connection, vault: Vault, *, session_id: str) -> set[str]:
    """The names people are called by on that day, so that nobody else is offered the same."""
    query = _BOOKINGS.where(booking.c.session_id == session_id, booking.c.state.in_(_SEEN))
    return {row.called_name for row in _rows(db, vault, query) if row.called_name}


def visits_before(
    db: Connection, vault: Vault, *, client_ids: Collection[str], before: datetime
) -> dict[str, EarlierVisits]:
    """Of each of these people who came before that moment, how often, and what was promised last."""
    came = (among(booking.c.visitor_id, client_ids), booking.c.state == "attended", slot.c.starts_at < before)
    rows = _rows(db, vault, _BOOKINGS.where(*came).order_by(None).order_by(slot.c.starts_at))
    found: dict[str, EarlierVisits] = {}
    for row in rows:
        count = found[row.visitor_id].count + 1 if row.visitor_id in found else 1
        promise = (row.starts_at, row.promise) if row.promise_handed_on and row.promise is not None else None
        found[row.visitor_id] = EarlierVisits(count, promise)
    return found


def due_reminders(db: Connection, *, now: datetime) -> tuple[DueReminder, ...]:
    """Reminders to be sent now, the oldest first; none in quiet hours, and none about what is no longer so.

    One that came too late is still listed, with `not_after` in the past: settle it as not sent.
    """
    if rules.decent_time(now) != now:
        return ()
    query = (
        sa.select(
            reminder.c.id,
            reminder.c.kind,
            reminder.c.booking_id,
            reminder.c.booking_version,
            booking.c.writer_id,
            booking.c.reminders,
            slot.c.starts_at,
            reminder.c.due_at,
        )
        .select_from(_JOINED.join(reminder, reminder.c.booking_id == booking.c.id))
        .where(reminder.c.state == "planned", reminder.c.due_at <= now)
        .where(_still_true(), booking.c.reminders != "telephone")
        .order_by(reminder.c.due_at, reminder.c.id)
    )
    return tuple(_due(*row) for row in db.execute(query))


def sessions_without_bookings_at_cutoff(db: Connection, *, now: datetime) -> tuple[SessionRow, ...]:
    """Open sessions still to come that can no longer be booked by clients and that nobody has booked."""
    has_somebody = sa.exists().where(booking.c.session_id == session.c.id, booking.c.state == "confirmed")
    query = sa.select(session.c.id, session.c.desk_id, session.c.date).where(
        session.c.status == "open", session.c.starts_at > now, ~has_somebody
    )
    empty = []
    for row in db.execute(query.order_by(session.c.starts_at)):
        terms = desk_by_id(db, row.desk_id)
        if closing_time(row.date, terms.cutoff_days, terms.cutoff_at) <= now:
            empty.append(session_by_id(db, row.id))
    return tuple(found for found in empty if found is not None)


_WAY_IN = (desk.c.way_in, desk.c.door, desk.c.map_url)
_JOINED = (
    booking.join(slot, slot.c.id == booking.c.slot_id)
    .join(session, session.c.id == booking.c.session_id)
    .join(desk, desk.c.id == session.c.desk_id)
)
# Made once: building it costs as much as asking it.
_BOOKINGS = (
    sa.select(
        booking,
        slot.c.starts_at,
        slot.c.ends_at,
        slot.c.table_no,
        slot.c.way,
        slot.c.link,
        session.c.desk_id,
        session.c.place,
        desk.c.code.label("desk_code"),
        desk.c.name.label("desk_name"),
        # The way to another place is not known.
        *(sa.case((session.c.place == desk.c.place, each), else_="").label(each.name) for each in _WAY_IN),
    )
    .select_from(_JOINED)
    .order_by(slot.c.starts_at, slot.c.table_no, booking.c.created_at)
)


def _still_true() -> sa.ColumnElement[bool]:
    before = sa.and_(reminder.c.kind != "missed", booking.c.state == "confirmed")
    after = sa.and_(reminder.c.kind == "missed", booking.c.state == "no_show")
    return sa.and_(reminder.c.booking_version == booking.c.version, sa.or_(before, after))


def _due(
    reminder_id: str,
    kind: str,
    booking_id: str,
    version: int,
    client_id: str,
    choice: str,
    starts_at: datetime,
    due_at: datetime,
) -> DueReminder:
    until = rules.reminder_useless_from(kind, starts_at, choice, due_at)
    return DueReminder(reminder_id, kind, booking_id, version, client_id, starts_at, due_at, until)


def _rows(db: Connection, vault: Vault, query: sa.Select[Any]) -> tuple[BookingRow, ...]:
    found = db.execute(query).all()
    keys = sealers(db, vault, [person for row in found for person in (row.visitor_id, row.writer_id)])
    return tuple(_row(row, keys) for row in found)


def _row(row: Row[Any], keys: dict[str, Sealer]) -> BookingRow:
    fields = {name: value for name, value in row._mapping.items() if name in BookingRow.__dataclass_fields__}
    whose = {"called_name": row.visitor_id, "promise": row.visitor_id, "who_comes": row.writer_id}
    opened = {
        name: keys[person].open_text(fields[name], f"booking.{name}:{row.id}")
        if person in keys and fields[name]
        else None
        for name, person in whose.items()
    }
    return BookingRow(**fields | opened)
