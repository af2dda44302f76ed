"""A booking as it stands, and how it passes from one state to another: each change is written down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import reminders
from desk.database import new_id
from desk.errors import NoSuchBooking
from desk.messaging.service import drop_unsent
from desk.notices.service import tell
from desk.tables.calendar import IS_LIVE, booking, booking_change, session, slot

CLIENT = "client"
SYSTEM = "system"


@dataclass(frozen=True)
class Standing:
    """What decides about a booking; nothing personal."""

    id: str
    organisation_id: str
    desk_id: str
    slot_id: str
    session_id: str
    writer_id: str
    visitor_id: str
    number: str | None
    state: str
    version: int
    reminders: str
    starts_at: datetime
    expires_at: datetime | None


def standing(db: Connection, booking_id: str) -> Standing:
    """The booking as it stands, kept so until the transaction ends; raises NoSuchBooking."""
    return _locked(db, booking.c.id == booking_id) or _missing()


def live_of(db: Connection, client_id: str) -> Standing | None:
    """The one live booking a person may have, as the constraint counts it; kept so as well."""
    return _locked(db, sa.and_(booking.c.quota_key == client_id, IS_LIVE))


def latest_of(db: Connection, client_id: str) -> Standing | None:
    """What the person chose last themselves, whatever became of it; kept so as well."""
    return _locked(db, sa.and_(booking.c.writer_id == client_id, booking.c.offered_for.is_(None)))


def run_out(db: Connection, moment: datetime, slot_ids: Iterable[str] | None = None) -> tuple[Standing, ...]:
    """Holds and offers that have run out, on these slots or on all, unless somebody is at them."""
    query = _standing_query().where(booking.c.expires_at.is_not(None), booking.c.expires_at <= moment)
    if slot_ids is not None:
        query = query.where(booking.c.slot_id.in_(list(slot_ids)))
    return _standings(db, _claimed(query))


def over(db: Connection, moment: datetime) -> tuple[Standing, ...]:
    """Confirmed bookings whose session has ended at that moment."""
    return _standings(
        db, _claimed(_standing_query().where(booking.c.state == "confirmed", session.c.ends_at <= moment))
    )


def end(db: Connection, was: Standing, to_state: str, *, by: str, reason: str = "", now: datetime) -> bool:
    """The booking ends and its place is free at once; False where it was no longer as it stood."""
    done = db.execute(
        booking.update()
        .where(booking.c.id == was.id, booking.c.state == was.state)
        .values(state=to_state, guard=None, expires_at=None, ended_at=now)
    )
    if not done.rowcount:
        return False
    write_down(db, was.id, was.state, to_state, was.slot_id, by=by, reason=reason, now=now)
    reminders.skip(db, booking_id=was.id, now=now)
    if was.state == "offered":
        withdraw_news(db, was.id, now=now)
    return True


def news_key(booking_id: str) -> str:
    """The message that tells of an offered place exists once."""
    return f"place_offered:{booking_id}"


def withdraw_news(db: Connection, booking_id: str, *, now: datetime) -> None:
    """An offered place was answered or is over: whoever sleeps is not told of it in the morning."""
    drop_unsent(db, dedupe_key=news_key(booking_id), now=now)


def write_down(
    db: Connection,
    booking_id: str,
    from_state: str | None,
    to_state: str,
    slot_id: str,
    *,
    by: str,
    reason: str = "",
    now: datetime,
) -> None:
    """Keeps what changed, when, and by whom: `client`, `system` or an account."""
    row = {
        "from_state": from_state,
        "to_state": to_state,
        "slot_id": slot_id,
        "by": by,
        "reason": reason,
        "at": now,
    }
    db.execute(booking_change.insert().values(id=new_id(), booking_id=booking_id, **row))


def tell_officers(db: Connection, kind: str, about: Standing, *, now: datetime) -> None:
    """Lets the officers of the session know of a change that was just made."""
    tell(
        db,
        kind=kind,
        desk_id=about.desk_id,
        session_id=about.session_id,
        booking_id=about.id,
        dedupe_key=f"{kind}:{about.id}:{about.version}:{about.session_id}:{now.timestamp()}",
        now=now,
    )


def _locked(db: Connection, which: sa.ColumnElement[bool]) -> Standing | None:
    """Locks first and reads then: a joined row read while another changes the booking would be lost."""
    newest = sa.select(booking.c.id).where(which).order_by(booking.c.created_at.desc(), booking.c.id).limit(1)
    booking_id = db.execute(newest.with_for_update()).scalar_one_or_none()
    if booking_id is None:
        return None
    return _standings(db, _standing_query().where(booking.c.id == booking_id))[0]


def _missing() -> NoReturn:
    raise NoSuchBooking("there is no such booking")


def _standing_query() -> sa.Select[Any]:
    return (
        sa.select(
            booking.c.id,
            booking.c.organisation_id,
            session.c.desk_id,
            booking.c.slot_id,
            booking.c.session_id,
            booking.c.writer_id,
            booking.c.visitor_id,
            booking.c.number,
            booking.c.state,
            booking.c.version,
            booking.c.reminders,
            slot.c.starts_at,
            booking.c.expires_at,
        )
        .join_from(booking, slot, slot.c.id == booking.c.slot_id)
        .join(session, session.c.id == booking.c.session_id)
    )


def _claimed(query: sa.Select[Any]) -> sa.Select[Any]:
    """Only rows nobody else is changing, in a fixed order, so that two workers never wait for each other."""
    return query.order_by(booking.c.id).with_for_update(of=booking, skip_locked=True)


def _standings(db: Connection, query: sa.Select[Any]) -> tuple[Standing, ...]:
    return tuple(Standing(*row) for row in db.execute(query))
