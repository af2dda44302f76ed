"""What an account may see: every look-up of a session, a booking or a person from the panel asks here first."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.people.queries import AccountRow
from desk.people.rules import Permission, may, sees_people
from desk.tables.calendar import booking, desk, session
from desk.tables.clients import client
from desk.tables.intake import flag, need
from desk.tables.people import duty
from desk.tables.wishes import WAITS, waiting, wish

_STILL_WAITS: sa.ColumnElement[bool] = sa.literal_column(f"waiting.{WAITS}")


def desks_in_sight(db: Connection, viewer: AccountRow) -> frozenset[str]:
    """The ids of the desks an account works for."""
    query = sa.select(desk.c.id).where(desk.c.organisation_id == viewer.organisation_id, _own_desk(viewer))
    return frozenset(db.execute(query).scalars())


def sees_session(db: Connection, viewer: AccountRow, session_id: str) -> bool:
    """Whether this session exists for the viewer: officers see their own, staff those of their desk."""
    return _found(db, _sessions_in_sight(viewer).where(session.c.id == session_id))


def sees_booking(db: Connection, viewer: AccountRow, booking_id: str, *, today: date) -> bool:
    """Whether the person behind a booking may be seen; officers only around the day of their own session."""
    query = (
        _sessions_in_sight(viewer)
        .add_columns(session.c.date)
        .join(booking, booking.c.session_id == session.c.id)
        .where(booking.c.id == booking_id)
    )
    row = db.execute(query).first()
    if row is None:
        return False
    return may(viewer.role, Permission.CASES) or sees_people(session_date=row.date, today=today)


def sees_need(db: Connection, viewer: AccountRow, need_id: str, *, today: date) -> bool:
    """Whether the viewer may decide on a need: staff on their people's, officers around their own session."""
    client_id = db.execute(sa.select(need.c.client_id).where(need.c.id == need_id)).scalar_one_or_none()
    if client_id is None:
        return False
    if may(viewer.role, Permission.CASES):
        return bool(clients_in_sight(db, viewer, [client_id]))
    theirs = sa.or_(booking.c.visitor_id == client_id, booking.c.writer_id == client_id)
    bookings = db.execute(sa.select(booking.c.id).where(theirs)).scalars().all()
    return any(sees_booking(db, viewer, each, today=today) for each in bookings)


def clients_in_sight(db: Connection, viewer: AccountRow, client_ids: Collection[str]) -> frozenset[str]:
    """Which of these people staff may see: those of their desk, and those who have no booking at any desk."""
    query = sa.select(client.c.id).where(client.c.id.in_(set(client_ids)), _client_in_sight(viewer))
    return frozenset(db.execute(query).scalars())


def client_of_flag(db: Connection, *, flag_id: str) -> str | None:
    """Whose sign of danger this is."""
    return db.execute(sa.select(flag.c.client_id).where(flag.c.id == flag_id)).scalar_one_or_none()


def latest_clients(db: Connection, viewer: AccountRow, *, limit: int) -> tuple[str, ...]:
    """The people in sight who were in touch most lately."""
    query = (
        sa.select(client.c.id)
        .where(client.c.erased_at.is_(None), _client_in_sight(viewer))
        .order_by(client.c.seen_at.desc(), client.c.id)
        .limit(limit)
    )
    return tuple(db.execute(query).scalars())


def _client_in_sight(viewer: AccountRow) -> sa.ColumnElement[bool]:
    same_house = client.c.organisation_id == viewer.organisation_id
    if not may(viewer.role, Permission.CASES):
        return sa.false()
    if viewer.desk_id is None:
        return same_house
    theirs = sa.or_(booking.c.writer_id == client.c.id, booking.c.visitor_id == client.c.id)
    at_any_desk = sa.exists().where(theirs)
    here = sa.exists().where(
        theirs, booking.c.session_id == session.c.id, session.c.desk_id == viewer.desk_id
    )
    wished_here = sa.exists().where(wish.c.client_id == client.c.id, wish.c.desk_id == viewer.desk_id)
    waits_here = sa.exists().where(
        waiting.c.client_id == client.c.id, waiting.c.desk_id == viewer.desk_id, _STILL_WAITS
    )
    return same_house & sa.or_(here, wished_here, waits_here, ~at_any_desk)


def _sessions_in_sight(viewer: AccountRow) -> sa.Select[tuple[str]]:
    query = (
        sa.select(session.c.id)
        .join(desk, desk.c.id == session.c.desk_id)
        .where(desk.c.organisation_id == viewer.organisation_id)
    )
    if may(viewer.role, Permission.DESK_WORK):
        return query.where(_own_desk(viewer))
    on_duty = sa.exists().where(duty.c.session_id == session.c.id, duty.c.account_id == viewer.id)
    return query.where(on_duty)


def _own_desk(viewer: AccountRow) -> sa.ColumnElement[bool]:
    return sa.true() if viewer.desk_id is None else desk.c.id == viewer.desk_id


def _found(db: Connection, query: sa.Select[tuple[str]]) -> bool:
    return db.execute(query.limit(1)).first() is not None
