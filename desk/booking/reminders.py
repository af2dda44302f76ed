"""The reminders of a booking as rows: planned, replanned, skipped and settled."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import rules
from desk.database import insert_or_ignore, new_id
from desk.tables.calendar import reminder


def replan(
    db: Connection, *, booking_id: str, version: int, starts_at: datetime, choice: str, now: datetime
) -> None:
    """Plans what is still to come of the chosen reminders and drops whatever was planned before."""
    skip(db, booking_id=booking_id, now=now)
    for kind, due_at in rules.reminders_to_plan(starts_at, choice, now).items():
        _plan(db, booking_id, version, kind, due_at)


def plan_missed_word(
    db: Connection, *, booking_id: str, version: int, starts_at: datetime, choice: str, now: datetime
) -> None:
    """Plans the one kind word after a missed visit; never a second one."""
    due_at = rules.missed_word_due(starts_at, choice, now)
    if due_at is not None:
        _plan(db, booking_id, version, "missed", due_at)


def skip(db: Connection, *, booking_id: str, now: datetime) -> None:
    """Nothing more is sent about this booking."""
    planned = sa.and_(reminder.c.booking_id == booking_id, reminder.c.state == "planned")
    db.execute(reminder.update().where(planned).values(state="skipped", settled_at=now))


def settle(db: Connection, *, reminder_id: str, sent: bool, now: datetime) -> bool:
    """Marks a planned reminder as sent or skipped; False where somebody else has settled it already."""
    planned = sa.and_(reminder.c.id == reminder_id, reminder.c.state == "planned")
    state = "sent" if sent else "skipped"
    return db.execute(reminder.update().where(planned).values(state=state, settled_at=now)).rowcount == 1


def put_off(db: Connection, *, reminder_id: str, due_at: datetime) -> None:
    """A planned reminder is due later; one that is settled stays so."""
    planned = sa.and_(reminder.c.id == reminder_id, reminder.c.state == "planned")
    db.execute(reminder.update().where(planned).values(due_at=due_at))


def _plan(db: Connection, booking_id: str, version: int, kind: str, due_at: datetime) -> None:
    """A row for each kind and version; one that was skipped is planned again, a sent one stays sent."""
    row = {"booking_id": booking_id, "kind": kind, "booking_version": version}
    insert_or_ignore(db, reminder, [row | {"id": new_id(), "due_at": due_at}])
    same = sa.and_(*(reminder.c[name] == value for name, value in row.items()))
    db.execute(
        reminder.update()
        .where(same, reminder.c.state == "skipped")
        .values(state="planned", due_at=due_at, settled_at=None)
    )
