"""What must always be true of the data, as one query each: run every night, by the command, and by the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.erasing import OF_PEOPLE
from desk.tables.base import UtcTime
from desk.tables.calendar import LIVE
from desk.tables.messaging import OPEN, invariant, outbound_message

_SWEEP = timedelta(minutes=2)
_PLANNED_SURELY = timedelta(hours=48)
_LAST_WORD = timedelta(minutes=10)
_LATE_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Invariant:
    """One truth, and how many rows offend against it."""

    name: str
    sentence: str
    offenders: int


@dataclass(frozen=True)
class LastCheck:
    """What the last night found: when it was, and how many rows offend against which. `late`: two days ago or more."""

    at: datetime | None
    broken: Mapping[str, int]
    late: bool


# Told by a person or of them; the last word to them is still on its way.
_TOLD = "".join(
    f" OR EXISTS (SELECT 1 FROM {column.table.name} WHERE {column.table.name}.{column.name} = client.id)"
    for column in OF_PEOPLE
    if column.table is not outbound_message
)

# Each query counts; :now and the moments before and after it are bound where named.
_QUERIES = (
    (
        "I1",
        "No slot has two live bookings.",
        f"""SELECT count(*) FROM (SELECT 1 FROM booking WHERE {LIVE}
            GROUP BY slot_id HAVING count(*) > 1) AS found""",
    ),
    (
        "I2",
        "Nobody has two live bookings, unless staff allowed it.",
        f"""SELECT count(*) FROM (SELECT 1 FROM booking WHERE {LIVE} AND quota_key IS NOT NULL
            GROUP BY quota_key HAVING count(*) > 1) AS found""",
    ),
    (
        "I3",
        "Every live booking belongs to an open session, and its slot does too and is not blocked.",
        f"""SELECT count(*) FROM booking JOIN session ON session.id = booking.session_id
            JOIN slot ON slot.id = booking.slot_id
            WHERE booking.{LIVE} AND (session.status <> 'open' OR slot.status <> 'open'
                OR slot.session_id <> booking.session_id)""",
    ),
    (
        "I4",
        "No hold or offer outlives its time by more than two minutes.",
        f"SELECT count(*) FROM booking WHERE {LIVE} AND expires_at < :swept",
    ),
    (
        "I5",
        "Every confirmed booking has its number and the reminders the person chose.",
        """SELECT count(*) FROM booking JOIN slot ON slot.id = booking.slot_id
            WHERE booking.state = 'confirmed' AND (booking.number IS NULL OR booking.confirmed_at IS NULL OR (
                booking.reminders IN ('both', 'day_before', 'telephone') AND slot.starts_at > :surely_planned
                AND NOT EXISTS (SELECT 1 FROM reminder WHERE reminder.booking_id = booking.id
                    AND reminder.kind = 'day_before' AND reminder.booking_version = booking.version
                    AND reminder.state <> 'skipped')))""",
    ),
    (
        "I6",
        "No officer sits at two places on one day, and each on the day of the session.",
        """SELECT (SELECT count(*) FROM (SELECT 1 FROM duty
                GROUP BY account_id, date HAVING count(*) > 1) AS found)
            + (SELECT count(*) FROM duty JOIN session ON session.id = duty.session_id
                WHERE duty.date <> session.date)""",
    ),
    (
        "I7",
        "How each booking came to its state and its slot is written down.",
        """SELECT count(*) FROM booking WHERE NOT EXISTS (SELECT 1 FROM booking_change
            WHERE booking_change.booking_id = booking.id AND booking_change.to_state = booking.state
            AND booking_change.slot_id = booking.slot_id)""",
    ),
    (
        "I8",
        "Of an erased person only the bare row is left until their last day is over; address and key go before.",
        f"""SELECT count(*) FROM client WHERE erased_at IS NOT NULL AND (
            phone IS NOT NULL OR phone_index IS NOT NULL OR phone_note IS NOT NULL
            OR spoken_code IS NOT NULL OR spoken_code_index IS NOT NULL
            {_TOLD}
            OR EXISTS (SELECT 1 FROM break_glass WHERE break_glass.client_id = client.id
                AND break_glass.reason IS NOT NULL)
            OR EXISTS (SELECT 1 FROM booking WHERE booking.writer_id = client.id
                AND (booking.who_comes IS NOT NULL OR booking.state IN ('held', 'offered', 'confirmed')))
            OR EXISTS (SELECT 1 FROM booking WHERE booking.visitor_id = client.id
                AND (booking.called_name IS NOT NULL OR booking.called_index IS NOT NULL OR booking.promise IS NOT NULL))
            OR (erased_at < :last_word_said
                AND NOT EXISTS (SELECT 1 FROM outbound_message WHERE outbound_message.client_id = client.id
                    AND outbound_message.{OPEN})
                AND (wrapped_key IS NOT NULL
                    OR EXISTS (SELECT 1 FROM address WHERE address.client_id = client.id))))""",
    ),
    (
        "I9",
        "Whoever has a place on offer from the waiting list has it held, and none is held for nobody.",
        """SELECT (SELECT count(*) FROM waiting JOIN booking ON booking.id = waiting.booking_id
                WHERE waiting.state = 'offered' AND booking.state <> 'offered'
                AND (booking.ended_at IS NULL OR booking.ended_at < :swept))
            + (SELECT count(*) FROM booking WHERE booking.state = 'offered' AND booking.offered_for = 'waiting'
                AND NOT EXISTS (SELECT 1 FROM waiting
                    WHERE waiting.booking_id = booking.id AND waiting.state = 'offered'))""",
    ),
    (
        "I10",
        "What people have told, and what is planned for them, stands on a consent that is in force.",
        """SELECT (SELECT count(*) FROM answer JOIN consent ON consent.id = answer.consent_id
                WHERE consent.withdrawn_at IS NOT NULL)
            + (SELECT count(*) FROM message JOIN consent ON consent.id = message.consent_id
                WHERE consent.withdrawn_at IS NOT NULL)
            + (SELECT count(*) FROM follow_up JOIN consent ON consent.id = follow_up.consent_id
                WHERE consent.withdrawn_at IS NOT NULL AND follow_up.state IN ('planned', 'sent'))""",
    ),
)


def check_invariants(db: Connection, *, now: datetime) -> tuple[Invariant, ...]:
    """Asks each question once; all is well where every invariant has no offenders."""
    moments = {
        "swept": now - _SWEEP,
        "surely_planned": now + _PLANNED_SURELY,
        "last_word_said": now - _LAST_WORD,
    }
    return tuple(
        Invariant(name, sentence, int(db.execute(_bound(query, moments)).scalar_one()))
        for name, sentence, query in _QUERIES
    )


def keep_check(db: Connection, found: Sequence[Invariant], *, now: datetime) -> None:
    """Keeps what was found, in the place of what was found before."""
    db.execute(invariant.delete())
    rows = [{"name": each.name, "offenders": each.offenders, "checked_at": now} for each in found]
    db.execute(invariant.insert(), rows)


def last_check(db: Connection, *, now: datetime) -> LastCheck:
    """What was found last; a desk that was never checked is late too."""
    rows = db.execute(sa.select(invariant).order_by(invariant.c.name)).all()
    at = min((row.checked_at for row in rows), default=None)
    broken = {row.name: row.offenders for row in rows if row.offenders}
    return LastCheck(at, broken, late=at is None or at <= now - _LATE_AFTER)


def _bound(query: str, moments: dict[str, datetime]) -> sa.TextClause:
    statement = sa.text(query)
    for name, moment in moments.items():
        if f":{name}" in query:
            statement = statement.bindparams(sa.bindparam(name, moment, type_=UtcTime()))
    return statement
