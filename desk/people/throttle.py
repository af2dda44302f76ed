"""Slows guessing: at one account, from one address, and spread over many accounts. Keys in devices are never slowed.

Each try is counted before anything is compared, and forgotten when it succeeds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import new_id
from desk.people import rules
from desk.people.rules import FROM_ANYWHERE, HERE, SPREAD
from desk.privacy import Vault
from desk.tables.people import account, sign_in_attempt

_Tries = Sequence[tuple[datetime, int, str | None]]


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
    if wait := _wait(_recent(db, number, whence, now), number, whence, now):
        raise rules.TooManyTries(wait)
    row = {"id": new_id(), "number": number, "address_index": whence, "at": now}
    db.execute(sign_in_attempt.insert().values(row))
    return (known.id, known.password_hash) if known else (None, None)


def forget_tries(db: Connection, *, number: int) -> None:
    """The right one came: what was counted at this account is forgotten."""
    db.execute(sign_in_attempt.delete().where(sign_in_attempt.c.number == number))


def _recent(db: Connection, number: int, whence: str, now: datetime) -> _Tries:
    columns = (sign_in_attempt.c.at, sign_in_attempt.c.number, sign_in_attempt.c.address_index)
    concerns = sa.or_(sign_in_attempt.c.number == number, sign_in_attempt.c.address_index == whence)
    query = sa.select(*columns).where(concerns, sign_in_attempt.c.at > now - rules.TRIES_WITHIN)
    return [(row.at, row.number, row.address_index) for row in db.execute(query)]


def _wait(tries: _Tries, number: int, whence: str, now: datetime) -> timedelta:
    here = [at for at, tried, address in tries if tried == number and address == whence]
    spread = [at for at, _, address in tries if address == whence]
    anywhere = [at for at, tried, _ in tries if tried == number]
    counted = ((here, HERE), (spread, SPREAD), (anywhere, FROM_ANYWHERE))
    return max(rules.wait_before_try(failures, slowing, now=now) for failures, slowing in counted)
