"""Notices that still wait: for an officer to see them, or for staff to tell the officer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.among import Texts, among
from desk.clients.queries import is_same_person
from desk.clock import local_date
from desk.notices import rules
from desk.tables.calendar import booking, desk, session, slot
from desk.tables.intake import flag
from desk.tables.notices import notice, notice_receipt
from desk.tables.people import duty
from desk.tables.roster import avoidance

# Which notice is of a sign of danger at the level of an alarm that staff have not dealt with yet.
IS_OPEN_ALARM = (flag.c.id == notice.c.flag_id) & (flag.c.level == "alarm") & (flag.c.state == "open")
# Handed in with each question: the sessions to come.
_COMING = sa.bindparam("coming", type_=Texts())


@dataclass(frozen=True)
class NoticeRow:
    """What changed, where and when; no personal data. `starts_at` is the time of the booking it speaks of."""

    id: int
    kind: str
    at: datetime
    desk_id: str
    desk_name: str
    session_id: str | None
    session_date: date | None
    starts_at: datetime | None
    booking_id: str | None
    flag_id: str | None
    escalate_at: datetime


@dataclass(frozen=True)
class EscalatedNotice:
    """A notice whose time to be seen is over; `waiting_for`: the officers who do not know yet."""

    notice: NoticeRow
    waiting_for: tuple[str, ...]


def open_for_officer(db: Connection, *, account_id: str, now: datetime) -> tuple[NoticeRow, ...]:
    """What an officer has not acknowledged of their own coming sessions, or was told alone; oldest first."""
    told = {"coming": _coming_sessions(db, now), "officer": account_id}
    return tuple(_notice(row) for row in db.execute(_OPEN_FOR_OFFICER, told))


def open_for_staff(
    db: Connection, *, desk_id: str | None, reader_id: str | None = None, now: datetime
) -> tuple[EscalatedNotice, ...]:
    """Notices whose time is over, with the officers to tell; without `desk_id`, of every desk.

    `reader_id`: who reads it; what is about people they must not see is left out. A notice that
    has no officer to wait for (for staff, or no roster yet, or no session) waits for anybody's receipt.
    """
    escalated = _is_escalated(desk_id, now)
    if reader_id is not None:
        escalated &= may_know(sa.literal(reader_id))
    coming = {"coming": _coming_sessions(db, now)}
    unaware = _unaware_officers(db, escalated, coming)
    any_receipt = sa.exists().where(notice_receipt.c.notice_id == notice.c.id)
    any_officer = sa.exists().where(_READERS.c.notice_id == notice.c.id)
    nobody_to_wait_for = ~any_officer & ~any_receipt
    query = (
        _notices()
        .where(escalated, sa.or_(nobody_to_wait_for, notice.c.id.in_(unaware)))
        .order_by(None)
        .order_by(session.c.date, notice.c.id)
    )
    found = db.execute(query, coming)
    return tuple(EscalatedNotice(_notice(row), tuple(unaware.get(row.id, ()))) for row in found)


def open_alarms(db: Connection, *, since: datetime) -> tuple[NoticeRow, ...]:
    """Signs of danger at the level of an alarm since then that staff have not dealt with yet, oldest first."""
    query = _notices().join(flag, IS_OPEN_ALARM).where(flag.c.raised_at >= since)
    return tuple(_notice(row) for row in db.execute(query))


def told_before(db: Connection, dedupe_keys: Collection[str]) -> frozenset[str]:
    """Which of these notices there have been."""
    query = sa.select(notice.c.dedupe_key).where(notice.c.dedupe_key.in_(dedupe_keys))
    return frozenset(db.execute(query).scalars())


def _readers() -> sa.Subquery:
    """Which officer is to know of which notice: those of the session, or the one it was written to."""
    # Seats count up from one; whoever it is for alone comes first.
    by_seat = (
        sa.select(
            notice.c.id.label("notice_id"),
            duty.c.account_id.label("account_id"),
            (duty.c.table_no * 2 + duty.c.seat).label("place"),
        )
        .join(duty, duty.c.session_id == notice.c.session_id)
        .where(
            among(notice.c.session_id, _COMING),
            notice.c.account_id.is_(None),
            notice.c.kind.not_in(rules.FOR_STAFF),
            may_know(duty.c.account_id),
        )
    )
    alone = sa.select(notice.c.id, notice.c.account_id, sa.literal(0)).where(
        among(notice.c.session_id, _COMING), notice.c.account_id.is_not(None)
    )
    return sa.union_all(by_seat, alone).subquery("reader")


def _unaware_officers(
    db: Connection, escalated: sa.ColumnElement[bool], coming: Mapping[str, list[str]]
) -> dict[int, list[str]]:
    query = (
        sa.select(notice.c.id, _READERS.c.account_id)
        .join(_READERS, _READERS.c.notice_id == notice.c.id)
        .where(escalated, ~_received(_READERS.c.account_id))
        .order_by(notice.c.id, _READERS.c.place)
    )
    unaware: dict[int, list[str]] = {}
    for notice_id, account_id in db.execute(query, coming):
        unaware.setdefault(notice_id, []).append(account_id)
    return unaware


def _coming_sessions(db: Connection, now: datetime) -> list[str]:
    """Asked for by themselves, so that the notices of years gone by are not walked over."""
    return list(db.execute(sa.select(session.c.id).where(session.c.date >= local_date(now))).scalars())


def _is_escalated(desk_id: str | None, now: datetime) -> sa.ColumnElement[bool]:
    still_of_use = sa.or_(notice.c.session_id.is_(None), among(notice.c.session_id, _COMING))
    own_desk = sa.true() if desk_id is None else notice.c.desk_id == desk_id
    return sa.and_(notice.c.escalate_at <= now, still_of_use, own_desk)


def may_know(account: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The notice is about nobody whom this account must not see."""
    whom = avoidance.c.client_id
    about_booking = (booking.c.id == notice.c.booking_id) & sa.or_(
        is_same_person(whom, booking.c.writer_id), is_same_person(whom, booking.c.visitor_id)
    )
    about_flag = (flag.c.id == notice.c.flag_id) & is_same_person(whom, flag.c.client_id)
    theirs = avoidance.c.account_id == account
    return ~(
        sa.exists().where(theirs, about_booking).correlate_except(booking, avoidance)
        | sa.exists().where(theirs, about_flag).correlate_except(flag, avoidance)
    )


def _received(account: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        notice_receipt.c.notice_id == notice.c.id, notice_receipt.c.account_id == account
    )


def _notices() -> sa.Select[Any]:
    # The booking's own time only while it is still part of the session that the notice speaks of.
    of_session = (booking.c.id == notice.c.booking_id) & (booking.c.session_id == notice.c.session_id)
    return (
        sa.select(
            notice, desk.c.name.label("desk_name"), session.c.date.label("session_date"), slot.c.starts_at
        )
        .join(desk, desk.c.id == notice.c.desk_id)
        .outerjoin(session, session.c.id == notice.c.session_id)
        .outerjoin(booking, of_session)
        .outerjoin(slot, slot.c.id == booking.c.slot_id)
        .order_by(notice.c.id)
    )


def _notice(row: Row[Any]) -> NoticeRow:
    return NoticeRow(
        id=row.id,
        kind=row.kind,
        at=row.at,
        desk_id=row.desk_id,
        desk_name=row.desk_name,
        session_id=row.session_id,
        session_date=row.session_date,
        starts_at=row.starts_at,
        booking_id=row.booking_id,
        flag_id=row.flag_id,
        escalate_at=row.escalate_at,
    )


def _open_for_officer() -> sa.Select[Any]:
    officer = sa.bindparam("officer", type_=sa.String())
    theirs = sa.select(_READERS.c.notice_id).where(_READERS.c.account_id == officer)
    return _notices().where(notice.c.id.in_(theirs), ~_received(officer))


# Made once: building them costs as much as asking.
_READERS = _readers()
_OPEN_FOR_OFFICER = _open_for_officer()
