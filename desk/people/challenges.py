"""Half a sign-in: what a browser must still answer. Each is good for five minutes of real time, and once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.people import rules
from desk.privacy import token_hash
from desk.tables.people import challenge

Purpose = Literal["enrol", "sign_in", "second", "prove", "totp"]


@dataclass(frozen=True)
class Challenge:
    """Whose answer is awaited (nobody's yet where any device may answer), and what was put aside for it."""

    token_hash: str
    account_id: str | None
    value: str | None


def pose(
    db: Connection,
    *,
    purpose: Purpose,
    account_id: str | None = None,
    token: str = "",
    value: str | None = None,
    real: datetime,
) -> str:
    """Puts one down and returns its secret (256 bits), of which only the hash is kept. `real`: the machine's time."""
    token = token or secrets.token_urlsafe(32)
    row = {
        "token_hash": token_hash(token),
        "account_id": account_id,
        "purpose": purpose,
        "value": value,
        "expires_at": real + rules.CHALLENGE_LASTS,
    }
    db.execute(challenge.insert().values(row))
    return token


def look(db: Connection, *, token: str, purpose: Purpose, real: datetime) -> Challenge | None:
    """The challenge, without spending it: a wrong answer may be given again. None once it is over."""
    columns = (challenge.c.token_hash, challenge.c.account_id, challenge.c.value)
    row = db.execute(sa.select(*columns).where(_is_open(token, purpose, real))).first()
    return Challenge(*row) if row else None


def spend(db: Connection, *, token: str, purpose: Purpose, real: datetime) -> Challenge | None:
    """Takes the challenge away: of two that answer at once, one gets it."""
    columns = (challenge.c.token_hash, challenge.c.account_id, challenge.c.value)
    row = db.execute(challenge.delete().where(_is_open(token, purpose, real)).returning(*columns)).first()
    return Challenge(*row) if row else None


def _is_open(token: str, purpose: Purpose, real: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        challenge.c.token_hash == token_hash(token),
        challenge.c.purpose == purpose,
        challenge.c.expires_at > real,
    )
