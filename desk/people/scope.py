"""Which object of each kind an account may reach: one selection a kind, of those in its sight and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clock import local_date
from desk.people.queries import AccountRow
from desk.people.rules import Permission, may
from desk.people.sight import (
    Condition,
    Rows,
    announcement_seen,
    at_own_desk,
    booking_of_duty,
    booking_seen,
    bookings,
    bookings_of_duty,
    client_of_desk,
    client_seen,
    kept_from,
    not_kept_from,
    session_seen,
    with_desk,
)
from desk.tables.audit import break_glass, incident
from desk.tables.calendar import booking, desk, desk_rule, reminder, session, slot
from desk.tables.clients import client
from desk.tables.closures import closure, closure_person
from desk.tables.conversations import message
from desk.tables.follow_up import announcement, follow_up, reach_task, relink
from desk.tables.inbox import canned_text, media
from desk.tables.intake import flag, intake, need
from desk.tables.notices import agency
from desk.tables.people import account, duty
from desk.tables.roster import absence, swap
from desk.tables.wishes import waiting, wish

_NOBODYS: sa.ColumnElement[Any] = sa.null()
_PLAINLY: Condition = sa.false()
# Who comes to the visit for which a need was told.
_COMES: sa.ColumnElement[Any] = (
    sa.select(booking.c.visitor_id)
    .join(intake, intake.c.booking_id == booking.c.id)
    .where(intake.c.id == need.c.intake_id)
    .correlate(need)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Viewpoint:
    """Who looks, and when."""

    viewer: AccountRow
    now: datetime


#: The objects of a kind in somebody's sight: `id`, `client_id` whose it is, `visitor_id` who comes where that is known,
#: `glass` where it is seen only so.
Scope = Callable[[Viewpoint], Rows]


@dataclass(frozen=True)
class Found:
    """An object in sight: whom it shows, who writes before who comes, and whether only broken glass lets it be seen."""

    id: str
    people: tuple[str, ...]
    glass: bool


def find(db: Connection, scope: Scope, viewer: AccountRow, object_id: str, *, now: datetime) -> Found | None:
    """The object, or None: not there and not for this viewer are the same."""
    rows = scope(Viewpoint(viewer, now)).subquery()
    return _found(db, sa.select(rows).where(rows.c.id == object_id))


def first(db: Connection, scope: Scope, viewer: AccountRow, *, now: datetime) -> Found | None:
    """The first object of an ordered selection, if there is any."""
    return _found(db, scope(Viewpoint(viewer, now)))


def client_scope(by: Viewpoint) -> Rows:
    """People."""
    return _select(client.c.id, client.c.id, ~client_of_desk(by.viewer)).where(client_seen(by.viewer, by.now))


def booking_scope(by: Viewpoint) -> Rows:
    """Bookings."""
    return _of_booking(booking.c.id, by)


def call_scope(by: Viewpoint) -> Rows:
    """Reminders by telephone."""
    query = _of_booking(reminder.c.id, by)
    return query.join(reminder, reminder.c.booking_id == booking.c.id)


def session_scope(by: Viewpoint) -> Rows:
    """Sessions."""
    return with_desk(_select(session.c.id).select_from(session)).where(session_seen(by.viewer))


def next_session_scope(by: Viewpoint) -> Rows:
    """Open sessions from today on, the nearest first: 本日 shows the first."""
    coming = (session.c.status == "open") & (session.c.date >= local_date(by.now))
    return session_scope(by).where(coming).order_by(session.c.starts_at, session.c.id)


def own_session_scope(by: Viewpoint) -> Rows:
    """Sessions at which the viewer sits."""
    query = _select(session.c.id).join(duty, duty.c.session_id == session.c.id)
    return query.where(duty.c.account_id == by.viewer.id)


def own_booking_scope(by: Viewpoint) -> Rows:
    """Bookings of sessions at which the viewer sits, on whatever day; never of whom they must not meet."""
    people = (booking.c.writer_id, booking.c.visitor_id)
    query = _select(booking.c.id, people[0], kept_from(by.viewer, *people), visitor_id=people[1])
    query = query.join(duty, duty.c.session_id == booking.c.session_id)
    may_meet = not_kept_from(by.viewer, by.now, *people)
    return query.where(duty.c.account_id == by.viewer.id, may_meet)


def place_scope(by: Viewpoint) -> Rows:
    """Times at a table."""
    query = _select(slot.c.id).join(session, session.c.id == slot.c.session_id)
    return with_desk(query).where(session_seen(by.viewer))


def need_scope(by: Viewpoint) -> Rows:
    """Needs: staff's people's, and officers' around their own session."""
    if may(by.viewer.role, Permission.CASES):
        return _of_client(need, by, visitor_id=_COMES)
    return _around_duty(need, by, visitor_id=_COMES)


def media_scope(by: Viewpoint) -> Rows:
    """Photos and voices: staff's people's, and for officers around their own session what is for the people of that day."""
    if may(by.viewer.role, Permission.CASES):
        return _of_client(media, by)
    query = _around_duty(media, by).join(message, message.c.id == media.c.message_id)
    return query.where(message.c.purpose == "story", message.c.shared_at.is_not(None))


def flag_scope(by: Viewpoint) -> Rows:
    """Signs of danger."""
    return _of_client(flag, by)


def wish_scope(by: Viewpoint) -> Rows:
    """Wishes at the viewer's desk, of people in sight."""
    return _of_client(wish, by).join(desk, desk.c.id == wish.c.desk_id).where(at_own_desk(by.viewer))


def waiting_scope(by: Viewpoint) -> Rows:
    """Entries of the waiting list at the viewer's desk or at any, of people in sight."""
    own = sa.select(desk.c.id).where(at_own_desk(by.viewer))
    return _of_client(waiting, by).where(waiting.c.desk_id.is_(None) | waiting.c.desk_id.in_(own))


def follow_up_scope(by: Viewpoint) -> Rows:
    """Steps of plans of people in sight, at whatever desk they were made."""
    return _of_client(follow_up, by)


def reach_scope(by: Viewpoint) -> Rows:
    """People to be reached by another means than LINE."""
    return _of_client(reach_task, by)


def relink_scope(by: Viewpoint) -> Rows:
    """Links of a LINE account, where both the earlier person and the number it came from are in sight."""
    glass = ~client_of_desk(by.viewer) | kept_from(by.viewer, relink.c.from_id)
    query = _select(relink.c.id, relink.c.client_id, glass).select_from(relink)
    query = query.join(client, client.c.id == relink.c.client_id)
    return query.where(client_seen(by.viewer, by.now), not_kept_from(by.viewer, by.now, relink.c.from_id))


def closure_scope(by: Viewpoint) -> Rows:
    """Closed and moved days."""
    query = _select(closure.c.id).join(session, session.c.id == closure.c.session_id)
    return with_desk(query).where(session_seen(by.viewer))


def closure_person_scope(by: Viewpoint) -> Rows:
    """Lines of such a day's ledger, also of people who have gone to another desk since."""
    glass = kept_from(by.viewer, closure_person.c.client_id)
    query = _select(closure_person.c.id, closure_person.c.client_id, glass)
    query = query.join(closure, closure.c.id == closure_person.c.closure_id)
    seen = session_seen(by.viewer) & not_kept_from(by.viewer, by.now, closure_person.c.client_id)
    return with_desk(query.join(session, session.c.id == closure.c.session_id)).where(seen)


def glass_scope(by: Viewpoint) -> Rows:
    """Times somebody of the organisation broke the glass; not for people whom the viewer must not see."""
    query = _select(break_glass.c.id, break_glass.c.client_id)
    query = query.join(account, account.c.id == break_glass.c.account_id)
    seen = not_kept_from(by.viewer, by.now, break_glass.c.client_id)
    return query.where(account.c.organisation_id == by.viewer.organisation_id, seen)


def absence_scope(by: Viewpoint) -> Rows:
    """Days away of the officers of the viewer's desk."""
    query = _select(absence.c.id).join(account, account.c.id == absence.c.account_id)
    return query.where(_colleague(by.viewer))


def own_absence_scope(by: Viewpoint) -> Rows:
    """The viewer's own days away."""
    return _select(absence.c.id).where(absence.c.account_id == by.viewer.id)


def swap_scope(by: Viewpoint) -> Rows:
    """Swaps asked for sessions of the viewer's desk."""
    query = _select(swap.c.id).join(session, session.c.id == swap.c.session_id)
    return with_desk(query).where(session_seen(by.viewer))


def own_swap_scope(by: Viewpoint) -> Rows:
    """Swaps the viewer asked for or is asked for."""
    return _select(swap.c.id).where(sa.or_(swap.c.from_id == by.viewer.id, swap.c.to_id == by.viewer.id))


def rule_scope(by: Viewpoint) -> Rows:
    """Rules of the calendar."""
    query = _select(desk_rule.c.id).join(desk, desk.c.id == desk_rule.c.desk_id)
    return query.where(at_own_desk(by.viewer))


def desk_scope(by: Viewpoint) -> Rows:
    """Desks, by their short names."""
    return _select(desk.c.code).where(at_own_desk(by.viewer))


def account_scope(by: Viewpoint) -> Rows:
    """Accounts of the organisation."""
    return _select(account.c.id).where(account.c.organisation_id == by.viewer.organisation_id)


def agency_scope(by: Viewpoint) -> Rows:
    """Agencies of the organisation."""
    return _select(agency.c.id).where(agency.c.organisation_id == by.viewer.organisation_id)


def announcement_scope(by: Viewpoint) -> Rows:
    """News of the viewer's desk."""
    return _select(announcement.c.id).where(announcement_seen(by.viewer))


def canned_scope(by: Viewpoint) -> Rows:
    """Canned texts of the organisation."""
    return _select(canned_text.c.id).where(canned_text.c.organisation_id == by.viewer.organisation_id)


def incident_scope(by: Viewpoint) -> Rows:
    """Incidents of the organisation."""
    return _select(incident.c.id).where(incident.c.organisation_id == by.viewer.organisation_id)


def _found(db: Connection, query: Rows) -> Found | None:
    row = db.execute(query.limit(1)).first()
    if row is None:
        return None
    known = [client_id for client_id in (row.client_id, row.visitor_id) if client_id]
    return Found(row.id, tuple(dict.fromkeys(known)), bool(row.glass))


def _select(
    object_id: sa.ColumnElement[str],
    client_id: sa.ColumnElement[Any] = _NOBODYS,
    glass: Condition = _PLAINLY,
    *,
    visitor_id: sa.ColumnElement[Any] = _NOBODYS,
) -> Rows:
    return sa.select(
        object_id.label("id"),
        client_id.label("client_id"),
        visitor_id.label("visitor_id"),
        glass.label("glass"),
    )


def _of_client(table: sa.Table, by: Viewpoint, *, visitor_id: sa.ColumnElement[Any] = _NOBODYS) -> Rows:
    glass = ~client_of_desk(by.viewer)
    query = _select(table.c.id, table.c.client_id, glass, visitor_id=visitor_id).select_from(table)
    whose = client.c.id == table.c.client_id
    return query.join(client, whose).where(client_seen(by.viewer, by.now))


def _around_duty(table: sa.Table, by: Viewpoint, *, visitor_id: sa.ColumnElement[Any] = _NOBODYS) -> Rows:
    theirs = sa.or_(booking.c.visitor_id == table.c.client_id, booking.c.writer_id == table.c.client_id)
    seen = sa.exists().where(theirs, booking.c.id.in_(bookings(by.viewer, by.now)))
    plainly = sa.exists().where(theirs, booking.c.id.in_(bookings_of_duty(by.viewer, by.now)))
    query = _select(table.c.id, table.c.client_id, ~plainly, visitor_id=visitor_id).select_from(table)
    whose = client.c.id == table.c.client_id
    return query.join(client, whose).where(seen, client.c.erased_at.is_(None))


def _of_booking(object_id: sa.ColumnElement[str], by: Viewpoint) -> Rows:
    ordinary = booking_of_duty(by.viewer, by.now)
    query = _select(object_id, booking.c.writer_id, ~ordinary, visitor_id=booking.c.visitor_id)
    query = query.select_from(booking)
    query = with_desk(query.join(session, session.c.id == booking.c.session_id))
    return query.where(booking_seen(by.viewer, by.now))


def _colleague(viewer: AccountRow) -> Condition:
    of_house = (account.c.organisation_id == viewer.organisation_id) & (account.c.role == "officer")
    if viewer.desk_id is None:
        return of_house
    return of_house & (account.c.desk_id.is_(None) | (account.c.desk_id == viewer.desk_id))
