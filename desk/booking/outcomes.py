"""What became of a visit, and what was promised for the next one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking import changes, making, reminders, rules, waiting
from desk.booking.changes import Standing
from desk.clients.queries import sealer
from desk.errors import NoSuchBooking
from desk.privacy import Vault
from desk.tables.calendar import booking
from desk.tables.clients import client


def record_outcome(
    db: Connection,
    vault: Vault,
    *,
    booking_id: str,
    outcome: str,
    promise: str | None,
    handed_on: bool,
    by: str,
    now: datetime,
) -> None:
    """What became of a visit: attended, no_show, moved or excused; it may be corrected later.

    `promise` is what was agreed for the next time (None leaves it as it is, "" removes it), `handed_on` says
    that the next officers may read it. Raises NoSuchBooking where nothing can be recorded.
    """
    was = changes.standing(db, booking_id)
    early = rules.outcome_is_early(was.starts_at, outcome, now)
    if outcome not in rules.OUTCOMES or was.state not in rules.BEFORE_OUTCOME or early:
        raise NoSuchBooking(f"{outcome} cannot be recorded from {was.state} now")
    if was.state != outcome:
        waiting.release(db, [was], outcome, by=by, now=now)
        if outcome == "no_show":
            reminders.plan_missed_word(db, **making.occasion(was), now=now)
    if promise is not None:
        _keep_promise(db, vault, was, promise, handed_on)


def _keep_promise(db: Connection, vault: Vault, of: Standing, promise: str, handed_on: bool) -> None:
    seal = sealer(db, vault, of.visitor_id).seal_text
    sealed = seal(promise, f"booking.promise:{of.id}") if promise else None
    values = {"promise": sealed, "promise_handed_on": handed_on and bool(promise)}
    # Who was erased meanwhile has no next time.
    known = sa.select(client.c.id).where(client.c.erased_at.is_(None))
    kept = booking.update().where(booking.c.id == of.id, booking.c.visitor_id.in_(known))
    db.execute(kept.values(values))
