"""Asking whether somebody is in danger: what is heard, asked and answered, and the silence after the question.

Each question leads to one flag at most, unless the person says that there is danger now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.database import upsert
from desk.intake import queries, rules
from desk.intake.rules import Step
from desk.intake.service import raise_flag
from desk.one_by_one import one_by_one
from desk.privacy import Vault
from desk.tables.base import UtcTime
from desk.tables.intake import danger_question

ANY_LEVEL = ("alarm", "check")


@dataclass(frozen=True)
class DangerQuestion:
    """Whether there is danger, as it was asked last: for which signs, when, and whether that is settled."""

    client_id: str
    codes: tuple[str, ...]
    asked_at: datetime
    settled: bool


def question_of(db: Connection, vault: Vault, *, client_id: str) -> DangerQuestion | None:
    """What the person was asked last; None where they never were."""
    query = sa.select(danger_question).where(danger_question.c.client_id == client_id)
    row = db.execute(query).first()
    if row is None:
        return None
    codes = sealer(db, vault, client_id).open_json(row.codes, f"danger_question.codes:{client_id}")
    return DangerQuestion(client_id, tuple(codes), row.asked_at, row.settled_at is not None)


def hear_alarm(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    codes: Sequence[str],
    also: Sequence[str] = (),
    how: str,
    pressed: Sequence[str] = (),
    now: datetime,
) -> None:
    """Danger that is near and real: a flag at once. It stands above whatever was asked before.

    `also`: signs beside it that only may be meant.
    """
    settle(db, client_id=client_id, now=now)
    raise_flag(
        db,
        vault,
        client_id=client_id,
        codes=codes,
        also=also,
        level="alarm",
        how=how,
        pressed=pressed,
        now=now,
    )


def hear_check(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    codes: Sequence[str],
    how: str,
    pressed: Sequence[str] = (),
    now: datetime,
) -> Step:
    """What may mean danger: asks, or tells staff where the person was asked in the same conversation."""
    asked = question_of(db, vault, client_id=client_id)
    step, tells = rules.step_after_check(
        asked_at=asked.asked_at if asked else None,
        settled=asked.settled if asked else True,
        flagged=_is_flagged(db, asked, ANY_LEVEL, now),
        now=now,
    )
    if step is Step.QUESTION:
        ask(db, vault, client_id=client_id, codes=codes, now=now)
    if tells:
        settle(db, client_id=client_id, now=now)
        raise_flag(
            db, vault, client_id=client_id, codes=codes, level="check", how=how, pressed=pressed, now=now
        )
    return step


def ask(db: Connection, vault: Vault, *, client_id: str, codes: Sequence[str], now: datetime) -> None:
    """Remembers that the question was put, and for which signs, so that silence is noticed."""
    sealed = sealer(db, vault, client_id).seal_json(list(codes), f"danger_question.codes:{client_id}")
    row = {"client_id": client_id, "codes": sealed, "asked_at": now, "settled_at": None}
    upsert(db, danger_question, row, key=["client_id"])


def answer(db: Connection, vault: Vault, *, client_id: str, said: str, now: datetime) -> tuple[str, ...]:
    """`said`: yes, no or unsure. Returns the signs that it was about. Pressed twice, staff are told once."""
    settle(db, client_id=client_id, now=now)
    asked = question_of(db, vault, client_id=client_id)
    codes = asked.codes if asked else ()
    level, known_by = ("alarm", ("alarm",)) if said == "yes" else ("check", ANY_LEVEL)
    if said != "no" and not _is_flagged(db, asked, known_by, now):
        raise_flag(db, vault, client_id=client_id, codes=codes, level=level, how=said, now=now)
    return codes


def settle(db: Connection, *, client_id: str, now: datetime) -> None:
    """The question is no longer open. Done first, so that of two who answer at once the second sees the first."""
    own = danger_question.c.client_id == client_id
    first = sa.func.coalesce(danger_question.c.settled_at, sa.bindparam("now", now, UtcTime()))
    db.execute(danger_question.update().where(own).values(settled_at=first))


def flag_silence(db: Connection, vault: Vault, *, now: datetime) -> int:
    """Flags each person who was asked 15 minutes ago and has not answered; says how many."""
    due = danger_question.c.settled_at.is_(None) & (danger_question.c.asked_at <= now - rules.SILENCE)
    silent = db.execute(sa.select(danger_question.c.client_id).where(due)).scalars().all()
    return one_by_one(db, silent, lambda client_id: _flag_silent(db, vault, client_id, now))


def _flag_silent(db: Connection, vault: Vault, client_id: str, now: datetime) -> bool:
    theirs = (danger_question.c.client_id == client_id, danger_question.c.settled_at.is_(None))
    if db.execute(danger_question.update().where(*theirs).values(settled_at=now)).rowcount != 1:
        return False  # they answered just now
    asked = question_of(db, vault, client_id=client_id)
    last = queries.last_flag_at(db, client_id=client_id, levels=ANY_LEVEL)
    if asked is None or (last is not None and last >= asked.asked_at):
        return False
    raise_flag(db, vault, client_id=client_id, codes=asked.codes, level="check", how="unanswered", now=now)
    return True


def _is_flagged(db: Connection, asked: DangerQuestion | None, levels: Sequence[str], now: datetime) -> bool:
    """Whether staff were told since the question was put; what was asked long ago is another conversation."""
    if asked is None or now - asked.asked_at >= rules.SAME_CONVERSATION:
        return False
    last = queries.last_flag_at(db, client_id=asked.client_id, levels=levels)
    return last is not None and last >= asked.asked_at
