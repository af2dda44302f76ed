"""Who of a closed or moved day has been reached: by what they press, what staff do, and what follows by itself."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import announce
from desk.notices.service import TOPIC
from desk.tables.calendar import booking, session
from desk.tables.closures import closure, closure_person
from desk.tables.messaging import outbound_message
from desk.tables.wishes import wish

_OPEN = closure_person.c.done_at.is_(None)


def note_answer(db: Connection, *, place_id: str, client_id: str, answer: str, now: datetime) -> bool:
    """Keeps what somebody pressed: other_day, telephone or not_now, the last of which needs nothing more.

    `place_id` is the place they lost, or the one held for them elsewhere. False where it is not theirs.
    """
    place = sa.or_(closure_person.c.booking_id == place_id, closure_person.c.offer_id == place_id)
    this = sa.and_(place, closure_person.c.client_id == client_id)
    values: dict[str, object] = {"answer": answer, "answered_at": now}
    if answer != "other_day":
        values["done_at"] = now if answer == "not_now" else None
    noted = db.execute(closure_person.update().where(this).values(values)).rowcount
    settle(db, now=now)
    return bool(noted)


def note_call(db: Connection, *, person_id: str, told: bool = True, account_id: str, now: datetime) -> None:
    """Staff have told this person, by telephone or face to face; or not `told`: there was no means to."""
    reached = {"told_by": account_id, "told_at": now if told else None, "done_at": now}
    db.execute(closure_person.update().where(closure_person.c.id == person_id).values(reached))
    settle(db, now=now)


def settle(db: Connection, *, now: datetime) -> int:
    """Finishes for each person what needs nobody any more, and then each day; says how many days that were.

    A new booking counts, whoever made it; so does the answer to a place that was held elsewhere. Where only the
    hour changed it is enough that LINE took the message.
    """
    _done(db, _booked_again(), now)
    _done(db, _said_no_to_the_offer(), now, answer="not_now")
    _done(db, _called_back(), now)
    _done(db, _has_been_sent(), now)
    return _finish_days(db, now)


def _done(db: Connection, why: sa.ColumnElement[bool], now: datetime, answer: str | None = None) -> None:
    values = {"done_at": now} | ({"answer": answer, "answered_at": now} if answer else {})
    db.execute(closure_person.update().where(_OPEN, why).values(values))


def _booked_again() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        closure.c.id == closure_person.c.closure_id,
        booking.c.writer_id == closure_person.c.client_id,
        booking.c.id != closure_person.c.booking_id,
        booking.c.state.in_(("confirmed", "lapsed", "attended", "no_show")),
        booking.c.confirmed_at >= closure.c.at,
    )


def _said_no_to_the_offer() -> sa.ColumnElement[bool]:
    """Who wants another day instead has an answer of their own, and is not done with."""
    declined = sa.exists().where(booking.c.id == closure_person.c.offer_id, booking.c.state == "declined")
    return closure_person.c.answer.is_(None) & declined


def _called_back() -> sa.ColumnElement[bool]:
    """The call they asked for was made, and is settled among the wishes."""
    called = sa.exists().where(
        wish.c.client_id == closure_person.c.client_id,
        wish.c.kind == "call_me",
        wish.c.state == "done",
        wish.c.settled_at >= closure_person.c.answered_at,
    )
    return sa.and_(closure_person.c.answer == "telephone", called)


def _has_been_sent() -> sa.ColumnElement[bool]:
    stayed = sa.and_(
        closure.c.id == closure_person.c.closure_id, closure.c.to_session_id == closure.c.session_id
    )
    sent = sa.and_(
        outbound_message.c.id == closure_person.c.outbound_id, outbound_message.c.state == "accepted"
    )
    return sa.exists().where(stayed) & sa.exists().where(sent)


def _finish_days(db: Connection, now: datetime) -> int:
    waiting = sa.exists().where(closure_person.c.closure_id == closure.c.id, _OPEN)
    reached = closure.update().where(closure.c.finished_at.is_(None), ~waiting)
    over = db.execute(reached.values(finished_at=now).returning(closure.c.session_id)).scalars().all()
    if over:
        shut = sa.and_(session.c.id.in_(over), session.c.status == "closing")
        db.execute(session.update().where(shut).values(status="closed"))
        announce(db, TOPIC)
    return len(over)
