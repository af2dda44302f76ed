"""Officers and people who must not meet (会わない組み合わせ): kept without a reason, and never told to either."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import is_same_person, numbers_of, numbers_of_each
from desk.database import announce, insert_or_ignore, new_id
from desk.notices.service import TOPIC
from desk.tables.calendar import IS_LIVE, booking, desk, session, slot
from desk.tables.people import duty
from desk.tables.roster import avoidance

_MUST_NOT_MEET = sa.or_(
    is_same_person(avoidance.c.client_id, booking.c.writer_id),
    is_same_person(avoidance.c.client_id, booking.c.visitor_id),
)


@dataclass(frozen=True)
class Meeting:
    """Somebody is booked at the table of an officer whom they must not meet."""

    booking_id: str
    client_id: str
    account_id: str
    session_id: str
    date: date
    starts_at: datetime
    desk_name: str


def avoided_by(db: Connection, client_id: str) -> frozenset[str]:
    """The officers who must not meet this person, under whichever number that was noted."""
    query = sa.select(avoidance.c.account_id).where(avoidance.c.client_id.in_(numbers_of(db, client_id)))
    return frozenset(db.execute(query).scalars())


def forbid_meeting(
    db: Connection, *, account_id: str, client_ids: Collection[str], entered_by: str, now: datetime
) -> None:
    """From now on the officer is not put at a table at which one of these people is booked."""
    rows = [
        {"id": new_id(), "account_id": account_id, "client_id": each, "entered_by": entered_by, "at": now}
        for each in sorted(set(client_ids))
    ]
    insert_or_ignore(db, avoidance, rows)
    announce(db, TOPIC)


def allow_meeting(db: Connection, *, account_id: str, client_id: str) -> None:
    """They may meet after all."""
    db.execute(
        avoidance.delete().where(
            avoidance.c.account_id == account_id, avoidance.c.client_id.in_(numbers_of(db, client_id))
        )
    )
    announce(db, TOPIC)


def kept_from(db: Connection, *, session_id: str, table_no: int) -> frozenset[str]:
    """The officers who cannot sit at a table, since somebody is booked there whom they must not meet."""
    query = (
        sa.select(avoidance.c.account_id)
        .select_from(booking)
        .join(slot, slot.c.id == booking.c.slot_id)
        .join(avoidance, _MUST_NOT_MEET)
        .where(booking.c.session_id == session_id, slot.c.table_no == table_no, IS_LIVE)
    )
    return frozenset(db.execute(query).scalars())


def tables_to_avoid(db: Connection, *, session_id: str, client_ids: Collection[str]) -> frozenset[int]:
    """The tables of a session at which an officer sits who must not meet one of these people."""
    numbers = {each for theirs in numbers_of_each(db, client_ids).values() for each in theirs}
    query = (
        sa.select(duty.c.table_no)
        .join(avoidance, avoidance.c.account_id == duty.c.account_id)
        .where(duty.c.session_id == session_id, avoidance.c.client_id.in_(numbers))
    )
    return frozenset(db.execute(query).scalars())


def meetings_to_mend(db: Connection, *, desk_id: str | None, since: date) -> tuple[Meeting, ...]:
    """Bookings from `since` on at which somebody would meet whom they must not, in order of time."""
    query = (
        sa.select(
            booking.c.id,
            booking.c.writer_id,
            duty.c.account_id,
            session.c.id,
            session.c.date,
            slot.c.starts_at,
            desk.c.name,
        )
        .select_from(booking)
        .join(slot, slot.c.id == booking.c.slot_id)
        .join(session, session.c.id == booking.c.session_id)
        .join(desk, desk.c.id == session.c.desk_id)
        .join(duty, (duty.c.session_id == session.c.id) & (duty.c.table_no == slot.c.table_no))
        .join(avoidance, (avoidance.c.account_id == duty.c.account_id) & _MUST_NOT_MEET)
        .where(booking.c.state == "confirmed", session.c.date >= since)
        .distinct()
        .order_by(slot.c.starts_at, booking.c.id, duty.c.account_id)
    )
    if desk_id is not None:
        query = query.where(session.c.desk_id == desk_id)
    return tuple(Meeting(*row) for row in db.execute(query))
