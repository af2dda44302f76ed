"""The ledger of a closed or moved day: who lost a place there, and where each of them stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.booking.queries import booking_by_id
from desk.closures.rules import FOR_STAFF, Traces, standing
from desk.privacy import Vault
from desk.tables.calendar import IS_LIVE, booking, desk, session, slot
from desk.tables.clients import client
from desk.tables.closures import closure, closure_person
from desk.tables.messaging import outbound_message

_offer = booking.alias("offer")
_offer_slot = slot.alias("offer_slot")
_target = session.alias("target")


@dataclass(frozen=True)
class Affected:
    """How many people a closing would touch: who booked, who has a place offered, who is choosing just now."""

    booked: int
    offered: int
    held: int

    @property
    def people(self) -> int:
        """All of them."""
        return self.booked + self.offered + self.held


@dataclass(frozen=True)
class ClosureRow:
    """A day that was closed or moved; `to_day` is where it went, its own date where it stayed, None for nowhere.

    Of its people: `to_tell`, whom staff have to tell; `untold`, whom nobody could.
    """

    id: str
    session_id: str
    desk_id: str
    desk_name: str
    day: date
    to_session_id: str | None
    to_day: date | None
    why: str
    at: datetime
    finished_at: datetime | None
    people: int
    done: int
    to_tell: int
    untold: int

    @property
    def stayed(self) -> bool:
        """Whether only the hour or the place is another one."""
        return self.to_session_id == self.session_id


@dataclass(frozen=True, repr=False)
class LedgerRow:
    """One person of the ledger. `standing` is a word of `rules.standing`; `offered_at` is the time held elsewhere.

    `told_by` without `told_at`: who of staff found no means to tell them.
    """

    id: str
    client_id: str
    client_number: int
    booking_id: str
    called_name: str | None
    starts_at: datetime
    standing: str
    answer: str | None
    answered_at: datetime | None
    offer_id: str | None
    offer_state: str | None
    offered_at: datetime | None
    told_by: str | None
    told_at: datetime | None
    done_at: datetime | None

    @property
    def untold(self) -> bool:
        """Whether it was closed without anybody having told them."""
        return _untold(self)


def affected(db: Connection, session_id: str) -> Affected:
    """Who would lose a place if the session were closed now."""
    query = sa.select(booking.c.state, sa.func.count()).where(booking.c.session_id == session_id, IS_LIVE)
    found = {row[0]: row[1] for row in db.execute(query.group_by(booking.c.state))}
    return Affected(found.get("confirmed", 0), found.get("offered", 0), found.get("held", 0))


def open_closures(db: Connection, *, desk_id: str | None = None) -> tuple[ClosureRow, ...]:
    """Days of which somebody has still to be reached, the nearest first."""
    query = _closures().where(closure.c.finished_at.is_(None))
    if desk_id is not None:
        query = query.where(session.c.desk_id == desk_id)
    return _with_counts(db, query)


def closure_by_id(db: Connection, closure_id: str) -> ClosureRow | None:
    """One closed or moved day."""
    found = _with_counts(db, _closures().where(closure.c.id == closure_id))
    return found[0] if found else None


def closure_of_session(db: Connection, session_id: str) -> str | None:
    """The id of the ledger of a session, if it was closed, moved or shifted."""
    query = sa.select(closure.c.id).where(closure.c.session_id == session_id)
    return db.execute(query).scalar_one_or_none()


def ledger(db: Connection, vault: Vault, closure_id: str) -> tuple[LedgerRow, ...]:
    """Everybody of that day, in the order of their times."""
    rows = db.execute(_people().where(closure_person.c.closure_id == closure_id))
    return tuple(_ledger_row(db, vault, row) for row in rows.all())


def lost_a_place(db: Connection, *, client_id: str) -> bool:
    """Whether a closed day took a place from somebody who has found no other, or whom nobody has told of it."""
    query = _people().where(closure_person.c.client_id == client_id, closure_person.c.done_at.is_(None))
    return db.execute(query.limit(1)).first() is not None


def _closures() -> sa.Select[Any]:
    return (
        sa.select(
            closure,
            session.c.desk_id,
            session.c.date,
            desk.c.name.label("desk_name"),
            _target.c.date.label("to_date"),
        )
        .join(session, session.c.id == closure.c.session_id)
        .join(desk, desk.c.id == session.c.desk_id)
        .outerjoin(_target, _target.c.id == closure.c.to_session_id)
        .order_by(session.c.date, closure.c.id)
    )


def _people() -> sa.Select[Any]:
    return (
        sa.select(
            closure_person,
            client.c.number,
            outbound_message.c.state.label("sent"),
            outbound_message.c.due_at,
            slot.c.starts_at,
            _offer.c.state.label("offer_state"),
            _offer_slot.c.starts_at.label("offered_at"),
        )
        .join(client, client.c.id == closure_person.c.client_id)
        .join(booking, booking.c.id == closure_person.c.booking_id)
        .join(slot, slot.c.id == booking.c.slot_id)
        .outerjoin(outbound_message, outbound_message.c.id == closure_person.c.outbound_id)
        .outerjoin(_offer, _offer.c.id == closure_person.c.offer_id)
        .outerjoin(_offer_slot, _offer_slot.c.id == _offer.c.slot_id)
        .order_by(slot.c.starts_at, slot.c.table_no, closure_person.c.id)
    )


def _with_counts(db: Connection, query: sa.Select[Any]) -> tuple[ClosureRow, ...]:
    days = db.execute(query).all()
    people = _people().where(closure_person.c.closure_id.in_([day.id for day in days]))
    theirs: dict[str, list[Row[Any]]] = {day.id: [] for day in days}
    for row in db.execute(people):
        theirs[row.closure_id].append(row)
    return tuple(_closure_row(day, theirs[day.id]) for day in days)


def _untold(row: Row[Any] | LedgerRow) -> bool:
    return row.told_by is not None and row.told_at is None


def _closure_row(day: Row[Any], people: Sequence[Row[Any]]) -> ClosureRow:
    known = [_standing(row) for row in people]
    return ClosureRow(
        id=day.id,
        session_id=day.session_id,
        desk_id=day.desk_id,
        desk_name=day.desk_name,
        day=day.date,
        to_session_id=day.to_session_id,
        to_day=day.to_date,
        why=day.why,
        at=day.at,
        finished_at=day.finished_at,
        people=len(known),
        done=known.count("done"),
        to_tell=sum(each in FOR_STAFF for each in known),
        untold=sum(map(_untold, people)),
    )


def _standing(row: Row[Any]) -> str:
    traces = Traces(
        sent=row.sent,
        due_at=row.due_at,
        starts_at=row.starts_at,
        answer=row.answer,
        offer=row.offer_state,
        done=row.done_at is not None,
    )
    return standing(traces)


def _ledger_row(db: Connection, vault: Vault, row: Row[Any]) -> LedgerRow:
    lost = booking_by_id(db, vault, row.booking_id)
    return LedgerRow(
        id=row.id,
        client_id=row.client_id,
        client_number=row.number,
        booking_id=row.booking_id,
        called_name=lost.called_name if lost else None,
        starts_at=row.starts_at,
        standing=_standing(row),
        answer=row.answer,
        answered_at=row.answered_at,
        offer_id=row.offer_id,
        offer_state=row.offer_state,
        offered_at=row.offered_at,
        told_by=row.told_by,
        told_at=row.told_at,
        done_at=row.done_at,
    )
