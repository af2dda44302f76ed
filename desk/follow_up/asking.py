"""By the clock: who is asked today, who is left in peace a while, and which questions found no answer.

A step is asked once: it leaves `planned` in the same transaction that puts the question into the outbox.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.booking.rules import decent_time
from desk.clients.queries import lock_known, numbers_of
from desk.clients.reached import is_reached
from desk.clock import local_date
from desk.errors import PersonGone
from desk.follow_up import planning
from desk.follow_up.queries import IS_OPEN
from desk.follow_up.rules import ANSWER_WITHIN, AT_PEACE, asked_until, end_of_question, put_off_to
from desk.messaging.service import say
from desk.privacy import Vault
from desk.tables.calendar import booking, slot
from desk.tables.clients import client, consent
from desk.tables.conversations import message
from desk.tables.follow_up import follow_up
from desk.tables.messaging import inbound_event, outbound_message

# At a time, so that whoever writes just then waits for a moment only.
_AT_ONCE = 50
_MET = ("attended", "confirmed", "lapsed")
_HEARD = ("reached", "fine", "trouble")
_ON_ITS_WAY = ("queued", "sending", "parked")
_IS_REACHED = is_reached(follow_up.c.client_id)
_IS_QUESTION = sa.and_(IS_OPEN, follow_up.c.state == "planned", follow_up.c.way == "message")


@dataclass(frozen=True)
class DueStep:
    """A question whose day has come."""

    id: str
    client_id: str


def due_steps(db: Connection, *, now: datetime) -> tuple[DueStep, ...]:
    """The next questions to ask whom LINE reaches, the oldest first."""
    query = (
        sa.select(follow_up.c.id, follow_up.c.client_id)
        .where(_IS_QUESTION, _IS_REACHED, follow_up.c.due_on <= asked_until(now))
        .order_by(follow_up.c.due_on, follow_up.c.client_id)
        .limit(_AT_ONCE)
    )
    return tuple(DueStep(row.id, row.client_id) for row in db.execute(query))


def ask(db: Connection, vault: Vault, step: DueStep, *, now: datetime) -> bool:
    """Asks, puts the step off, or ends it where there is no yes any more; says whether it was asked."""
    try:
        lock_known(db, step.client_id)
    except PersonGone:
        return False
    later = put_off_to(_touched_on(db, step, now), local_date(now))
    if not _is_allowed(db, step):
        planning.settle(db, follow_up_id=step.id, state="stopped", now=now)
    elif later is not None:
        planning.carry_over(db, follow_up_id=step.id, to=later, now=now)
    elif planning.settle(db, follow_up_id=step.id, state="sent", now=now):
        _queue(db, vault, step, now)
        return True
    return False


def close_unanswered(db: Connection, *, now: datetime) -> int:
    """Questions that LINE took a week ago: over, with or without a word since; says how many.

    One that never went out while it could is asked again, from tomorrow on.
    """
    asked_at = sa.func.coalesce(outbound_message.c.settled_at, follow_up.c.settled_at)
    never_went = outbound_message.c.state == "dropped"
    query = (
        sa.select(follow_up, outbound_message.c.state.label("message"), _IS_REACHED.label("reached"))
        .outerjoin(outbound_message, outbound_message.c.id == follow_up.c.outbound_id)
        .where(IS_OPEN, follow_up.c.state == "sent", never_went | (asked_at <= now - ANSWER_WITHIN))
        .where(outbound_message.c.state.is_(None) | outbound_message.c.state.not_in(_ON_ITS_WAY))
        .order_by(follow_up.c.id)
    )
    rows = db.execute(query.limit(_AT_ONCE)).all()
    for row in rows:
        heard = bool(row.reached) and _has_spoken(db, row.client_id, row.settled_at)
        state, result = end_of_question(message=row.message, heard_since=heard)
        if state == "moved":
            tomorrow = local_date(now) + timedelta(days=1)
            planning.carry_over(db, follow_up_id=row.id, to=tomorrow, was="sent", now=now)
            continue
        still_asked = (follow_up.c.id == row.id) & (follow_up.c.state == "sent")
        over = {"state": state, "result": result, "settled_at": now}
        db.execute(follow_up.update().where(still_asked).values(over))
    return len(rows)


def let_go_due(db: Connection, *, now: datetime) -> None:
    """What may have been asked already, as nobody in a house that was brought back can know, is not asked again."""
    due = follow_up.update().where(_IS_QUESTION, follow_up.c.due_on <= asked_until(now))
    db.execute(due.values(state="stopped", settled_at=now))


def let_go_unreached(db: Connection, *, now: datetime) -> int:
    """Questions to people whom LINE has not reached for a week: over. Meanwhile staff have had a task to reach them."""
    long_due = follow_up.c.due_on <= local_date(now) - ANSWER_WITHIN
    ended = follow_up.update().where(_IS_QUESTION, ~_IS_REACHED, long_due)
    return db.execute(ended.values(state="stopped", settled_at=now)).rowcount


def _queue(db: Connection, vault: Vault, step: DueStep, now: datetime) -> None:
    queued = say(
        db,
        vault,
        client_id=step.client_id,
        says=[{"kind": "follow_up", "facts": {"ref": step.id}}],
        purpose="follow_up",
        dedupe_key=f"follow_up:{step.id}",
        due_at=decent_time(now),
        not_after=now + ANSWER_WITHIN,
        now=now,
    )
    db.execute(follow_up.update().where(follow_up.c.id == step.id).values(outbound_id=queued))


def _is_allowed(db: Connection, step: DueStep) -> bool:
    """Whether the yes it stands on is still in force."""
    given = sa.select(consent.c.id).join(follow_up, follow_up.c.consent_id == consent.c.id)
    return (
        db.execute(given.where(follow_up.c.id == step.id, consent.c.withdrawn_at.is_(None))).first()
        is not None
    )


def _has_spoken(db: Connection, client_id: str, since: datetime) -> bool:
    """Whether they wrote or pressed anything; who only blocks the account and comes back has said nothing."""
    said = (
        sa.select(outbound_message.c.id)
        .join(inbound_event, inbound_event.c.id == outbound_message.c.event_id)
        .where(outbound_message.c.client_id.in_(numbers_of(db, client_id)))
        .where(inbound_event.c.kind.in_(("message", "postback")), inbound_event.c.received_at > since)
    )
    return db.execute(said.limit(1)).first() is not None


def _touched_on(db: Connection, step: DueStep, now: datetime) -> date | None:
    """The latest day of a word between the person and the desk, of a visit that was or is near, or of a question."""
    mine = numbers_of(db, step.client_id)
    theirs = sa.or_(booking.c.writer_id.in_(mine), booking.c.visitor_id.in_(mine))
    near = (slot.c.id == booking.c.slot_id) & (slot.c.starts_at < now + AT_PEACE)
    by_staff = follow_up.c.account_id.is_not(None) & follow_up.c.result.in_(_HEARD)
    asked = sa.or_(follow_up.c.state == "sent", by_staff)
    latest = (
        sa.select(sa.func.max(client.c.seen_at)).where(client.c.id.in_(mine)),
        sa.select(sa.func.max(message.c.at)).where(message.c.client_id.in_(mine)),
        sa.select(sa.func.max(slot.c.starts_at)).where(near, theirs, booking.c.state.in_(_MET)),
        sa.select(sa.func.max(follow_up.c.settled_at)).where(follow_up.c.client_id.in_(mine), asked),
    )
    moments = [moment for query in latest if (moment := db.execute(query).scalar()) is not None]
    return max(map(local_date, moments), default=None)
