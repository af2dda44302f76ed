"""Keeps answers, needs and flags; nothing is kept without a consent, and a person decides what a need is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import lock_known, sealer
from desk.database import announce, insert_or_ignore, new_id, upsert
from desk.intake import queries
from desk.needs.tagging import Evidence
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
    found: Mapping[str, Sequence[Evidence]],
    now: datetime,
) -> None:
    """Needs recognised in a message, each code with the words that caused it, for a person to confirm."""
    for place, (code, evidence) in enumerate(found.items()):
        _add_need(
            db,
            vault,
            client_id=client_id,
            code=code,
            evidence=evidence,
            state="suggested",
            message_id=message_id,
            now=now + timedelta(microseconds=place),
        )


def add_need(
    db: Connection, vault: Vault, *, client_id: str, code: str, account_id: str, now: datetime
) -> None:
    """A need that an officer or staff found; it is confirmed from the start. Raises PersonGone."""
    lock_known(db, client_id)
    _name_need(db, vault, client_id, code, by=account_id, now=now)


def decide_need(
    db: Connection, vault: Vault, *, need_id: str, confirmed: bool, account_id: str, now: datetime
) -> None:
    """The machine suggests, a person of the desk decides; may be decided again."""
    client_id = db.execute(sa.select(need.c.client_id).where(need.c.id == need_id)).scalar_one()
    _decide(db, vault, client_id, need_id, confirmed=confirmed, by=account_id, now=now)


def client_decides(
    db: Connection, vault: Vault, *, need_id: str, client_id: str, right: bool, now: datetime
) -> None:
    """The person says whether a need found in their own words is right."""
    _decide(db, vault, client_id, need_id, confirmed=right, by=None, now=now)


def client_adds(db: Connection, vault: Vault, *, client_id: str, code: str, now: datetime) -> None:
    """A need that the person names in our plain words."""
    _name_need(db, vault, client_id, code, by=None, now=now)


def raise_flag(
    db: Connection,
    vault: Vault,
    *,
    client_id: str,
    codes: Sequence[str],
    level: str,
    how: str,
    also: Sequence[str] = (),
    pressed: Sequence[str] = (),
    now: datetime,
) -> str:
    """A sign of danger for staff to see first; tells the desk of the person's booking, else every desk.

    `pressed`: the words on our own buttons. What a person wrote is in their message, if they let the desk read it.
    """
    flag_id = new_id()
    live = _desk_of_live_booking(db, client_id)
    body = {"codes": list(codes), "also": list(also), "how": how, "pressed": list(pressed)}
    db.execute(
        flag.insert().values(
            id=flag_id,
            client_id=client_id,
            desk_id=live.desk_id if live else None,
            level=level,
            body=sealer(db, vault, client_id).seal_json(body, f"flag.body:{flag_id}"),
            raised_at=now,
        )
    )
    _tell_of_flag(db, flag_id, live, now)
    return flag_id


def _tell_of_flag(db: Connection, flag_id: str, live: Any, now: datetime) -> None:
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
    evidence: Sequence[Evidence],
    state: str,
    message_id: str | None,
    now: datetime,
) -> str:
    need_id = new_id()
    intake_id = open_intake(db, client_id=client_id, booking_id=None, now=now)
    body = {"code": code, "evidence": [[each.start, each.end, each.text] for each in evidence]}
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


def _name_need(
    db: Connection, vault: Vault, client_id: str, code: str, *, by: str | None, now: datetime
) -> None:
    """Somebody says that there is this need: what is known already becomes certain, else it is new."""
    known = [row for row in queries.needs_of(db, vault, client_id=client_id) if row.code == code]
    if any(row.state in ("chosen", "confirmed") for row in known):
        return
    need_id = (
        known[0].id
        if known
        else _add_need(
            db,
            vault,
            client_id=client_id,
            code=code,
            evidence=(),
            state="suggested",
            message_id=None,
            now=now,
        )
    )
    _decide(db, vault, client_id, need_id, confirmed=True, by=by, now=now)


def _decide(
    db: Connection,
    vault: Vault,
    client_id: str,
    need_id: str,
    *,
    confirmed: bool,
    by: str | None,
    now: datetime,
) -> None:
    """Decides on all rows of that need of the coming visit, in however many messages it was found."""
    rows = queries.needs_of(db, vault, client_id=client_id)
    code = next((row.code for row in rows if row.id == need_id), None)
    same = [row.id for row in rows if row.code == code and row.state != "chosen"]
    state = "confirmed" if confirmed else "rejected"
    db.execute(need.update().where(need.c.id.in_(same)).values(state=state, decided_by=by, decided_at=now))
    announce(db, "notices")


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
