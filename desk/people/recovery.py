"""Recovery codes: ten of them, printed once, each good once in place of the second factor.

A code has 79 bits, so a light argon2id is enough to keep it: ten are made and looked through in one go.
"""

import secrets
from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.engine import Connection

from desk.database import new_id
from desk.people.rules import folded_code
from desk.tables.people import recovery_code

HOW_MANY = 10
# Without what is easily mistaken on paper: 0 and o, 1, i and l.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS = 4
_IN_A_GROUP = 4
_HASHER = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


def fresh_codes() -> tuple[str, ...]:
    """Ten new codes, such as 7kq2-m3xw-…: shown once, never again."""
    return tuple(_code() for _ in range(HOW_MANY))


def hashes_of(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What is kept of them; slow, so not inside a transaction."""
    return tuple(_HASHER.hash(folded_code(code)) for code in codes)


def keep_codes(db: Connection, *, account_id: str, hashes: tuple[str, ...]) -> None:
    """From now on these count, and no earlier ones."""
    db.execute(recovery_code.delete().where(recovery_code.c.account_id == account_id))
    rows = [{"id": new_id(), "account_id": account_id, "code_hash": each} for each in hashes]
    db.execute(recovery_code.insert(), rows)


def codes_left(db: Connection, account_id: str) -> tuple[tuple[str, str], ...]:
    """The id and the hash of each code that is still good."""
    columns = (recovery_code.c.id, recovery_code.c.code_hash)
    unused = (recovery_code.c.account_id == account_id) & recovery_code.c.used_at.is_(None)
    return tuple((row.id, row.code_hash) for row in db.execute(sa.select(*columns).where(unused)))


def find_code(left: tuple[tuple[str, str], ...], code: str) -> str | None:
    """The id of the one that was typed, if any; slow, so not inside a transaction."""
    wanted = folded_code(code)
    return next((code_id for code_id, code_hash in left if _matches(code_hash, wanted)), None)


def spend_code(db: Connection, *, code_id: str, now: datetime) -> bool:
    """Uses it up, if it is still there and good: of two at once one gets in."""
    unused = (recovery_code.c.id == code_id) & recovery_code.c.used_at.is_(None)
    return db.execute(recovery_code.update().where(unused).values(used_at=now)).rowcount == 1


def _code() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _matches(code_hash: str, code: str) -> bool:
    try:
        return _HASHER.verify(code_hash, code)
    except VerifyMismatchError:
        return False
