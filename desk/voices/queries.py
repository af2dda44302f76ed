"""Whom to ask how a visit was, and what was answered in a year; nobody stands in the figures."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.among import among
from desk.clients.queries import numbers_of_each
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
    """A visit that is over, and the number under which the person who came writes to us now."""

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
    query = (
        sa.select(booking.c.id, booking.c.visitor_id, slot.c.ends_at)
        .join(slot, slot.c.id == booking.c.slot_id)
        .where(
            slot.c.ends_at.between(at_tokyo(local_date(now), 0), now),
            booking.c.state == "attended",
            booking.c.reminders.in_(_MAY_WRITE),
            is_reached(booking.c.visitor_id),
        )
        .order_by(slot.c.ends_at, booking.c.id)
    )
    over = [row for row in db.execute(query) if is_time_to_ask(row.ends_at, now)]
    numbers = numbers_of_each(db, {row.visitor_id for row in over})
    agreed = _who_agreed(db, {each for theirs in numbers.values() for each in theirs})
    return tuple(
        VisitToAsk(row.id, numbers[row.visitor_id][0], row.ends_at)
        for row in over
        if not agreed.isdisjoint(numbers[row.visitor_id])
    )


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


def _who_agreed(db: Connection, client_ids: Collection[str]) -> frozenset[str]:
    query = sa.select(consent.c.client_id).where(
        among(consent.c.client_id, client_ids),
        consent.c.purpose == "follow_up",
        consent.c.basis == "consent",
        consent.c.withdrawn_at.is_(None),
    )
    return frozenset(db.execute(query).scalars())
