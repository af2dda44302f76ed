"""Keeps answers, needs and flags; nothing is kept without a consent, and a person decides what a need is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.database import announce, insert_or_ignore, new_id, upsert
from desk.intake import queries
from desk.notices.service import tell
from desk.privacy import Vault
from desk.tables.calendar import IS_LIVE, booking, desk, session
from desk.tables.intake import answer, flag, intake, need

QUESTIONNAIRE_VERSION = "2026-11"


def open_intake(db: Connection, *, client_id: str, booking_id: str | None, now: datetime) -> str:
    """The questions a person is answering now, tied to the coming visit once there is one.

    Those of an earlier visit are closed: the next visit starts with empty questions.
    """
    own = (intake.c.client_id == client_id) & intake.c.closed_at.is_(None)
    if booking_id is not None:
        of_another = own & (intake.c.booking_id != booking_id)
        db.execute(intake.update().where(of_another).values(closed_at=now))
    row = {
        "id": new_id(),
        "client_id": client_id,
        "opened_at": now,
        "questionnaire_version": QUESTIONNAIRE_VERSION,
    }
    insert_or_ignore(db, intake, [row | {"booking_id": booking_id}])
    if booking_id is not None:
        db.execute(intake.update().where(own, intake.c.booking_id.is_(None)).values(booking_id=booking_id))
    found = queries.open_intake_of(db, client_id)
    assert found is not None
    return found


def keep_answer(
    db: Connection, vault: Vault, *, client_id: str, key: str, value: Any, consent_id: str, now: datetime
) -> None:
    """Keeps one answer at once; a later answer to the same question takes its place."""
    intake_id = open_intake(db, client_id=client_id, booking_id=None, now=now)
    sealed = sealer(db, vault, client_id).seal_json(value, f"answer.value:{intake_id}:{key}")
    row = {
        "intake_id": intake_id,
        "client_id": client_id,
        "key": key,
        "value": sealed,
        "consent_id": consent_id,
        "answered_at": now,
    }
    upsert(db, answer, {"id": new_id()} | row, key=["intake_id", "key"])
    announce(db, "notices")


def drop_answer(db: Connection, *, client_id: str, key: str) -> None:
    """Forgets the answer to one question of the open ones."""
    open_ones = sa.select(intake.c.id).where(intake.c.client_id == client_id, intake.c.closed_at.is_(None))
    db.execute(answer.delete().where(answer.c.key == key, answer.c.intake_id.in_(open_ones)))


def choose_needs(
    db: Connection, vault: Vault, *, client_id: str, codes: Iterable[str], now: datetime
) -> None:
    """The needs a person ticked, in their order of weight; an earlier choice is replaced."""
    for row in queries.needs_of(db, vault, client_id=client_id):
        if row.state == "chosen":
            db.execute(need.delete().where(need.c.id == row.id))
    for place, code in enumerate(dict.fromkeys(codes)):
        at = now + timedelta(microseconds=place)  # rows are read in the order of their time
        _add_need(
            db, vault, client_id=client_id, code=code, evidence=(), state="chosen", message_id=None, now=at
        )


def suggest_needs(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    message_id: str,
    found: Mapping[str, Sequence[str]],
    now: datetime,
) -> None:
    """Needs recognised in a person's words, each code with the words that caused it, for a person to confirm."""
    for code, evidence in found.items():
        _add_need(
            db,
            vault,
            client_id=client_id,
            code=code,
            evidence=evidence,
            state="suggested",
            message_id=message_id,
            now=now,
        )


def add_need(
    db: Connection, vault: Vault, *, client_id: str, code: str, account_id: str, now: datetime
) -> str:
    """A need that an officer or staff found; it is confirmed from the start."""
    need_id = _add_need(
        db, vault, client_id=client_id, code=code, evidence=(), state="suggested", message_id=None, now=now
    )
    decide_need(db, need_id=need_id, confirmed=True, account_id=account_id, now=now)
    return need_id


def decide_need(db: Connection, *, need_id: str, confirmed: bool, account_id: str, now: datetime) -> None:
    """The machine suggests, a person decides; may be decided again."""
    state = "confirmed" if confirmed else "rejected"
    db.execute(
        need.update().where(need.c.id == need_id).values(state=state, decided_by=account_id, decided_at=now)
    )


def client_decides(db: Connection, *, need_id: str, client_id: str, right: bool, now: datetime) -> None:
    """The person says whether a need found in their own words is right; their word stands above staff's."""
    found_in_words = (need.c.id == need_id) & (need.c.client_id == client_id) & (need.c.state != "chosen")
    state = "confirmed" if right else "rejected"
    db.execute(need.update().where(found_in_words).values(state=state, decided_by=None, decided_at=now))


def raise_flag(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    codes: Sequence[str],
    level: str,
    how: str,
    evidence: Sequence[str],
    origin: str | None = None,
    now: datetime,
) -> str:
    """A sign of danger for staff to see first; tells the desk of the person's booking, else every desk."""
    flag_id = new_id()
    live = _desk_of_live_booking(db, client_id)
    body = {"codes": list(codes), "how": how, "evidence": list(evidence)}
    db.execute(
        flag.insert().values(
            id=flag_id,
            client_id=client_id,
            desk_id=live.desk_id if live else None,
            origin_index=vault.index("message", origin) if origin else None,
            level=level,
            body=sealer(db, vault, client_id).seal_json(body, f"flag.body:{flag_id}"),
            raised_at=now,
        )
    )
    desks = [live.desk_id] if live else list(db.execute(sa.select(desk.c.id)).scalars())
    for desk_id in desks:
        tell(
            db,
            kind="flag",
            desk_id=desk_id,
            session_id=live.session_id if live else None,
            booking_id=live.booking_id if live else None,
            flag_id=flag_id,
            dedupe_key=f"flag:{flag_id}:{desk_id}",
            now=now,
        )
    return flag_id


def forget_evidence(db: Connection, vault: Vault, *, client_id: str, origin: str) -> None:
    """The message was unsent: flags stay, since somebody may be in danger, but without the words."""
    query = sa.select(flag.c.id, flag.c.body).where(
        flag.c.client_id == client_id, flag.c.origin_index == vault.index("message", origin)
    )
    key = sealer(db, vault, client_id)
    for row in db.execute(query).all():
        body = key.open_json(row.body, f"flag.body:{row.id}") | {"evidence": []}
        sealed = key.seal_json(body, f"flag.body:{row.id}")
        db.execute(flag.update().where(flag.c.id == row.id).values(body=sealed))


def close_flag(
    db: Connection, vault: Vault, *, flag_id: str, note: str, account_id: str, now: datetime
) -> None:
    """Staff have dealt with it and say what they did."""
    client_id = db.execute(sa.select(flag.c.client_id).where(flag.c.id == flag_id)).scalar_one()
    sealed = sealer(db, vault, client_id).seal_text(note, f"flag.note:{flag_id}")
    db.execute(
        flag.update()
        .where(flag.c.id == flag_id)
        .values(state="closed", note=sealed, closed_by=account_id, closed_at=now)
    )


def _add_need(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    code: str,
    evidence: Sequence[str],
    state: str,
    message_id: str | None,
    now: datetime,
) -> str:
    need_id = new_id()
    intake_id = open_intake(db, client_id=client_id, booking_id=None, now=now)
    body = {"code": code, "evidence": list(evidence)}
    db.execute(
        need.insert().values(
            id=need_id,
            client_id=client_id,
            intake_id=intake_id,
            message_id=message_id,
            body=sealer(db, vault, client_id).seal_json(body, f"need.body:{need_id}"),
            state=state,
            at=now,
        )
    )
    return need_id


def _desk_of_live_booking(db: Connection, client_id: str) -> Any:
    query = (
        sa.select(session.c.desk_id, booking.c.session_id, booking.c.id.label("booking_id"))
        .join(session, booking.c.session_id == session.c.id)
        .where(
            IS_LIVE,
            sa.or_(booking.c.writer_id == client_id, booking.c.visitor_id == client_id),
        )
        .order_by(booking.c.created_at.desc())
        .limit(1)
    )
    return db.execute(query).first()
