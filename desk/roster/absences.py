"""Days on which an officer cannot come (不在): the seat stays theirs, and counts as empty until somebody stands in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clock import local_date
from desk.database import announce, new_id
from desk.notices.service import TOPIC, tell
from desk.roster import rules
from desk.tables.calendar import session
from desk.tables.people import duty
from desk.tables.roster import absence


@dataclass(frozen=True)
class AbsenceRow:
    """From the first to the last day, both included."""

    id: str
    account_id: str
    first_day: date
    last_day: date


def absences(db: Connection, *, account_ids: list[str], since: date) -> tuple[AbsenceRow, ...]:
    """The days away of these officers that are not over by `since`, the nearest first."""
    query = sa.select(absence.c.id, absence.c.account_id, absence.c.first_day, absence.c.last_day).where(
        absence.c.account_id.in_(account_ids), absence.c.last_day >= since
    )
    return tuple(AbsenceRow(*row) for row in db.execute(query.order_by(absence.c.first_day, absence.c.id)))


def enter_absence(
    db: Connection, *, account_id: str, first_day: date, last_day: date, entered_by: str, now: datetime
) -> None:
    """Keeps the days, and tells those who sit with the officer then. Raises WrongRoster for days that cannot be."""
    rules.check_period(first_day, last_day, local_date(now))
    row = {"account_id": account_id, "first_day": first_day, "last_day": last_day}
    db.execute(absence.insert().values(id=new_id(), **row, entered_by=entered_by, at=now))
    _tell(db, "absence", account_id, first_day, last_day, entered_by, now)


def end_absence(db: Connection, *, absence_id: str, by: str, now: datetime) -> None:
    """The officer can come after all, and those who sit with them learn of it; nothing where it is gone already."""
    ended = absence.delete().where(absence.c.id == absence_id)
    row = db.execute(ended.returning(absence.c.account_id, absence.c.first_day, absence.c.last_day)).first()
    if row is not None:
        _tell(db, "roster", row.account_id, row.first_day, row.last_day, by, now)


def is_away(account: sa.ColumnElement[str], day: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """Whether the officer is away that day, for queries."""
    return sa.exists().where(
        absence.c.account_id == account, absence.c.first_day <= day, absence.c.last_day >= day
    )


def _tell(
    db: Connection, kind: str, account_id: str, first_day: date, last_day: date, by: str, now: datetime
) -> None:
    """Tells everybody who sits there on one of these days that are still to come."""
    for seat in _seats_within(db, account_id, max(first_day, local_date(now)), last_day):
        tell(
            db,
            kind=kind,
            desk_id=seat.desk_id,
            session_id=seat.session_id,
            dedupe_key=f"{kind}:{seat.session_id}:{account_id}:{now.timestamp()}",
            known_by=by,
            now=now,
        )
    announce(db, TOPIC)


def _seats_within(db: Connection, account_id: str, first_day: date, last_day: date) -> list[sa.Row[Any]]:
    query = (
        sa.select(duty.c.session_id, session.c.desk_id)
        .join(session, session.c.id == duty.c.session_id)
        .where(
            duty.c.account_id == account_id,
            duty.c.date.between(first_day, last_day),
            session.c.status == "open",
        )
        .order_by(duty.c.date)
    )
    return list(db.execute(query))
