"""Slows guessing: at one account, from one address, and spread over many accounts. Others' passwords slow no key.

Each try is counted before anything is compared, and forgotten when it succeeds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import new_id
from desk.people import rules
from desk.people.rules import FROM_ANYWHERE, HERE, KEYS, SPREAD
from desk.privacy import Vault
from desk.tables.people import account, sign_in, sign_in_attempt

_Tries = Sequence[tuple[datetime, int, str | None]]
# A key that answers says no number; those of accounts begin at 101.
_KEY = 0


def begin_try(
    db: Connection, vault: Vault, *, number: int, address: str, now: datetime
) -> tuple[str | None, str | None]:
    """Counts one try at an account; returns its id and password hash, if any. Raises TooManyTries.

    `address`: whence it comes, kept as a blind index only.
    """
    is_known = (account.c.number == number) & account.c.disabled_at.is_(None)
    # Tries at one account stand in line, so that many at once cannot all be among the free ones.
    known = db.execute(
        sa.select(account.c.id, account.c.password_hash).where(is_known).with_for_update()
    ).first()
    whence = vault.index("address", address)
    at_home = known is not None and _was_here(db, vault, known.id, address)
    if wait := _wait(_recent(db, number, whence, now), number, whence, at_home, now):
        raise rules.TooManyTries(wait)
    _count(db, number, whence, now)
    return (known.id, known.password_hash) if known else (None, None)


def begin_key_try(db: Connection, vault: Vault, *, address: str, now: datetime) -> str:
    """Counts one answer of a key; returns the try, to be forgotten where it was good. Raises TooManyTries."""
    whence = vault.index("address", address)
    here = [at for at, number, tried in _recent(db, _KEY, whence, now) if (number, tried) == (_KEY, whence)]
    if wait := rules.wait_before_try(here, KEYS, now=now):
        raise rules.TooManyTries(wait)
    return _count(db, _KEY, whence, now)


def forget_key_try(db: Connection, try_id: str) -> None:
    """The key was one of ours."""
    db.execute(sign_in_attempt.delete().where(sign_in_attempt.c.id == try_id))


def shall_be_told(db: Connection, vault: Vault, *, address: str, now: datetime) -> bool:
    """Whether the reading log is to hear that nobody we know failed here: once a minute for each address."""
    here = sign_in_attempt.c.address_index == vault.index("address", address)
    lately = here & sign_in_attempt.c.told & (sign_in_attempt.c.at > now - rules.GUESTS_TOLD_EVERY)
    if db.execute(sa.select(sign_in_attempt.c.id).where(lately).limit(1)).first():
        return False
    latest = sa.select(sign_in_attempt.c.id).where(here).order_by(sign_in_attempt.c.at.desc()).limit(1)
    told = sign_in_attempt.update().where(sign_in_attempt.c.id == latest.scalar_subquery())
    db.execute(told.values(told=True))
    return True


def forget_tries(db: Connection, *, number: int) -> None:
    """The right one came: what was counted at this account is forgotten."""
    db.execute(sign_in_attempt.delete().where(sign_in_attempt.c.number == number))


def _recent(db: Connection, number: int, whence: str, now: datetime) -> _Tries:
    columns = (sign_in_attempt.c.at, sign_in_attempt.c.number, sign_in_attempt.c.address_index)
    concerns = sa.or_(sign_in_attempt.c.number == number, sign_in_attempt.c.address_index == whence)
    query = sa.select(*columns).where(concerns, sign_in_attempt.c.at > now - rules.TRIES_WITHIN)
    return [(row.at, row.number, row.address_index) for row in db.execute(query)]


def _count(db: Connection, number: int, whence: str, now: datetime) -> str:
    row = {"id": new_id(), "number": number, "address_index": whence, "at": now}
    db.execute(sign_in_attempt.insert().values(row))
    return str(row["id"])


def _was_here(db: Connection, vault: Vault, account_id: str, address: str) -> bool:
    """Whether the account has signed in from this address: nobody elsewhere keeps its owner out there."""
    known = sign_in.c.address_index.in_(vault.indexes("address", address))
    return (
        db.execute(sa.select(sign_in.c.id).where(sign_in.c.account_id == account_id, known)).first()
        is not None
    )


def _wait(tries: _Tries, number: int, whence: str, at_home: bool, now: datetime) -> timedelta:
    here = [at for at, tried, address in tries if tried == number and address == whence]
    spread = [at for at, _, address in tries if address == whence]
    anywhere = [at for at, tried, _ in tries if tried == number and not at_home]
    counted = ((here, HERE), (spread, SPREAD), (anywhere, FROM_ANYWHERE))
    return max(rules.wait_before_try(failures, slowing, now=now) for failures, slowing in counted)
