"""Whom to ask how a visit was, and what was answered in a year; nobody stands in the figures."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.reached import is_reached
from desk.clock import at_tokyo, local_date
from desk.tables.calendar import booking, desk, slot
from desk.tables.clients import consent
from desk.tables.follow_up import visit_voice
from desk.voices.rules import ANSWERS, FEWEST, is_time_to_ask, last_year_to_show

# Who chose no messages, or a call, was promised that none comes.
_MAY_WRITE = ("both", "day_before")


@dataclass(frozen=True)
class VisitToAsk:
    """A visit that is over, and the person who came."""

    booking_id: str
    client_id: str
    ends_at: datetime


@dataclass(frozen=True)
class YearOfVoices:
    """One 年度 at one desk: how many answered よかった, ふつう and つらかった."""

    year: int
    desk_name: str
    good: int
    so_so: int
    hard: int


def visits_to_ask(db: Connection, *, now: datetime) -> tuple[VisitToAsk, ...]:
    """Today's visits to ask about now: of people who came, agreed to be written to, and are reached by LINE."""
    agreed = sa.exists().where(
        consent.c.client_id == booking.c.visitor_id,
        consent.c.purpose == "follow_up",
        consent.c.basis == "consent",
        consent.c.withdrawn_at.is_(None),
    )
    query = (
        sa.select(booking.c.id, booking.c.visitor_id, slot.c.ends_at)
        .join(slot, slot.c.id == booking.c.slot_id)
        .where(
            slot.c.ends_at.between(at_tokyo(local_date(now), 0), now),
            booking.c.state == "attended",
            booking.c.reminders.in_(_MAY_WRITE),
            agreed,
            is_reached(booking.c.visitor_id),
        )
        .order_by(slot.c.ends_at, booking.c.id)
    )
    over = (VisitToAsk(*row) for row in db.execute(query))
    return tuple(visit for visit in over if is_time_to_ask(visit.ends_at, now))


def yearly_voices(db: Connection, *, desk_ids: Collection[str], today: date) -> tuple[YearOfVoices, ...]:
    """Each 年度 that is over, newest first, desk by desk, where at least five answered.

    Never a sum over desks: whoever knew all but one of them would know that one.
    """
    counts = [sa.func.sum(sa.case((visit_voice.c.answer == word, 1), else_=0)) for word in ANSWERS]
    query = (
        sa.select(visit_voice.c.year, desk.c.name, *counts)
        .join(desk, desk.c.id == visit_voice.c.desk_id)
        .where(desk.c.id.in_(desk_ids), visit_voice.c.year <= last_year_to_show(today))
        .group_by(visit_voice.c.year, desk.c.id, desk.c.name)
        .having(sa.func.count() >= FEWEST)
        .order_by(visit_voice.c.year.desc(), desk.c.name)
    )
    return tuple(YearOfVoices(year, name, *map(int, rest)) for year, name, *rest in db.execute(query))
