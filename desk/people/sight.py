"""What an account may see: every look-up of the panel starts from one of these selections."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.among import among
from desk.clients.queries import numbers_of_any
from desk.clock import local_date
from desk.people.queries import AccountRow
from desk.people.rules import AFTER_DUTY, BEFORE_DUTY, Permission, may
from desk.tables.audit import break_glass
from desk.tables.calendar import booking, desk, session
from desk.tables.clients import client
from desk.tables.follow_up import announcement
from desk.tables.people import duty
from desk.tables.roster import avoidance
from desk.tables.wishes import STILL_WAITS, waiting, wish

#: A condition of SQL, or the rows that fulfil one.
Condition = sa.ColumnElement[bool]
Rows = sa.Select[Any]

# Another name than in the queries these conditions stand in, some of which are about broken glass themselves.
_GLASS = break_glass.alias("opened_glass")


def desks_in_sight(db: Connection, viewer: AccountRow) -> frozenset[str]:
    """The ids of the desks an account works for."""
    return frozenset(db.execute(sa.select(desk.c.id).where(at_own_desk(viewer))).scalars())


def clients_in_sight(
    db: Connection, viewer: AccountRow, client_ids: Collection[str], *, now: datetime
) -> frozenset[str]:
    """Which of these people staff may see."""
    query = sa.select(client.c.id).where(among(client.c.id, client_ids), client_seen(viewer, now))
    return frozenset(db.execute(query).scalars())


def latest_clients(db: Connection, viewer: AccountRow, *, limit: int, now: datetime) -> tuple[str, ...]:
    """The people in sight who were in touch most lately."""
    query = (
        sa.select(client.c.id)
        .where(client_seen(viewer, now))
        .order_by(client.c.seen_at.desc(), client.c.id)
        .limit(limit)
    )
    return tuple(db.execute(query).scalars())


def booking_seen(viewer: AccountRow, now: datetime) -> Condition:
    """Bookings behind which the viewer may see the person, in a query that joins session and desk."""
    return sa.or_(booking_of_duty(viewer, now), booking_opened(viewer, now))


def bookings(viewer: AccountRow, now: datetime) -> Rows:
    """The ids of these bookings."""
    return _bookings(booking_seen(viewer, now))


def bookings_of_duty(viewer: AccountRow, now: datetime) -> Rows:
    """Those of them that are seen without broken glass."""
    return _bookings(booking_of_duty(viewer, now))


def bookings_in_sight(
    db: Connection, viewer: AccountRow, booking_ids: Collection[str], *, now: datetime
) -> frozenset[str]:
    """Behind which of these bookings the viewer may see the person."""
    query = bookings(viewer, now).where(among(booking.c.id, booking_ids))
    return frozenset(db.execute(query).scalars())


def bookings_of_seen(
    db: Connection, viewer: AccountRow, booking_ids: Collection[str], *, now: datetime
) -> frozenset[str]:
    """Which of these bookings, at whatever desk, are of nobody whom staff may not see; who was erased hides nothing."""
    hidden = sa.exists().where(
        client.c.id.in_((booking.c.writer_id, booking.c.visitor_id)),
        client.c.erased_at.is_(None),
        ~client_seen(viewer, now),
    )
    query = sa.select(booking.c.id).where(among(booking.c.id, booking_ids), ~hidden)
    return frozenset(db.execute(query).scalars())


def clients_to_change(db: Connection, viewer: AccountRow, client_ids: Collection[str]) -> frozenset[str]:
    """For which of these people staff may do something; broken glass is for looking only."""
    query = sa.select(client.c.id).where(among(client.c.id, client_ids), client_of_desk(viewer))
    return frozenset(db.execute(query).scalars())


def clients_of_house(db: Connection, viewer: AccountRow, client_ids: Collection[str]) -> frozenset[str]:
    """Which of these people belong to the viewer's organisation and were not erased, in sight or not."""
    query = sa.select(client.c.id).where(among(client.c.id, client_ids), _known_to(viewer))
    return frozenset(db.execute(query).scalars())


def must_not_see(
    db: Connection, viewer: AccountRow, client_ids: Collection[str], *, now: datetime
) -> frozenset[str]:
    """Which of these people the viewer is kept from (会わない組み合わせ), unless the glass is broken."""
    query = sa.select(client.c.id).where(
        among(client.c.id, client_ids), ~not_kept_from(viewer, now, client.c.id)
    )
    return frozenset(db.execute(query).scalars())


def with_desk(query: Rows) -> Rows:
    """Joins the desk of the sessions a query is about."""
    return query.join(desk, desk.c.id == session.c.desk_id)


def at_own_desk(viewer: AccountRow) -> Condition:
    """Desks of the viewer's organisation: their own, or all where they belong to none."""
    of_house = desk.c.organisation_id == viewer.organisation_id
    return of_house if viewer.desk_id is None else of_house & (desk.c.id == viewer.desk_id)


def session_seen(viewer: AccountRow) -> Condition:
    """Sessions that exist for the viewer: officers see those they sit at, staff those of their desk."""
    if may(viewer.role, Permission.DESK_WORK):
        return at_own_desk(viewer)
    if not may(viewer.role, Permission.DUTY):
        return sa.false()
    on_duty = sa.exists().where(duty.c.session_id == session.c.id, duty.c.account_id == viewer.id)
    return (desk.c.organisation_id == viewer.organisation_id) & on_duty


def announcement_seen(viewer: AccountRow) -> Condition:
    """News of the viewer's organisation: of their own desk, or all where they belong to none."""
    of_house = announcement.c.organisation_id == viewer.organisation_id
    return of_house if viewer.desk_id is None else of_house & (announcement.c.desk_id == viewer.desk_id)


def booking_of_duty(viewer: AccountRow, now: datetime) -> Condition:
    """Bookings whose person is the viewer's to see: officers around their own session; never whom they must not meet."""
    return _seen_there(viewer, now, booking.c.writer_id, booking.c.visitor_id)


def booking_opened(viewer: AccountRow, now: datetime) -> Condition:
    """Bookings where the glass is broken for each person who is not seen anyhow; officers only of their sessions."""
    people = (booking.c.writer_id, booking.c.visitor_id)
    opened = sa.and_(*(_opened(viewer, now, who) | _seen_there(viewer, now, who) for who in people))
    if may(viewer.role, Permission.CASES):
        return opened & (desk.c.organisation_id == viewer.organisation_id)
    return opened & session_seen(viewer)


def client_seen(viewer: AccountRow, now: datetime) -> Condition:
    """People staff may see at this moment."""
    return sa.or_(client_of_desk(viewer), client_opened(viewer, now))


def client_of_desk(viewer: AccountRow) -> Condition:
    """People of staff's desk, and those who belong to no desk yet; never whom the viewer must not see."""
    if not may(viewer.role, Permission.CASES):
        return sa.false()
    theirs = _known_to(viewer) & ~kept_from(viewer, client.c.id)
    if viewer.desk_id is None:
        return theirs
    booked = sa.or_(booking.c.writer_id == client.c.id, booking.c.visitor_id == client.c.id)
    own = viewer.desk_id
    here = _is_any(booked, booking.c.session_id == session.c.id, session.c.desk_id == own)
    wished_here = _is_any(wish.c.client_id == client.c.id, wish.c.desk_id == own)
    waits_here = _is_any(waiting.c.client_id == client.c.id, waiting.c.desk_id == own, STILL_WAITS)
    return theirs & sa.or_(here, wished_here, waits_here, ~_is_any(booked))


def client_opened(viewer: AccountRow, now: datetime) -> Condition:
    """People for whom the viewer has broken the glass, while it lasts."""
    if not may(viewer.role, Permission.CASES):
        return sa.false()
    return _known_to(viewer) & _opened(viewer, now, client.c.id)


def not_kept_from(viewer: AccountRow, now: datetime, *people: sa.ColumnElement[str]) -> Condition:
    """None of these people is one the viewer must not see, unless the glass is broken for that very one."""
    return sa.and_(*(~kept_from(viewer, who) | _opened(viewer, now, who) for who in people))


def kept_from(viewer: AccountRow, *people: sa.ColumnElement[str]) -> Condition:
    """One of these people is one the viewer must not see, under whichever number, broken glass or not."""
    noted = sa.select(avoidance.c.client_id).where(avoidance.c.account_id == viewer.id)
    kept = numbers_of_any(noted)
    return sa.or_(*(each.in_(kept) for each in people))


def _known_to(viewer: AccountRow) -> Condition:
    """People of the viewer's organisation who were not erased."""
    return (client.c.organisation_id == viewer.organisation_id) & client.c.erased_at.is_(None)


def _bookings(seen: Condition) -> Rows:
    query = sa.select(booking.c.id).join(session, session.c.id == booking.c.session_id)
    return with_desk(query).where(seen).correlate(None)


def _is_any(*conditions: Condition) -> Condition:
    """Whether there is such a thing of the client asked for, whatever else the query is about."""
    return sa.exists().where(*conditions).correlate(client)


def _seen_there(viewer: AccountRow, now: datetime, *people: sa.ColumnElement[str]) -> Condition:
    """These people of a booking are seen at its session without broken glass."""
    seen = session_seen(viewer) & ~kept_from(viewer, *people)
    if may(viewer.role, Permission.CASES):
        return seen
    today = local_date(now)
    return seen & session.c.date.between(today - AFTER_DUTY, today + BEFORE_DUTY)


def _opened(viewer: AccountRow, now: datetime, *people: sa.ColumnElement[str]) -> Condition:
    return sa.exists().where(
        _GLASS.c.account_id == viewer.id, _GLASS.c.client_id.in_(people), _GLASS.c.until > now
    )
