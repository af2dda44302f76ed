"""Forgets sign-ins that are over, spent links and old attempts."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.tables.people import account_link, sign_in, sign_in_attempt

_ATTEMPTS_LAST = timedelta(days=1)
_SIGN_INS_LAST = timedelta(days=90)


def forget_old(db: Connection, *, now: datetime, real: datetime) -> int:
    """Drops attempts of yesterday, links that can no longer be used, and sign-ins that ended three months ago.

    `real`: the machine's own time, by which one-time links count.
    """
    gone = 0
    for table, over in (
        (sign_in_attempt, sign_in_attempt.c.at <= now - _ATTEMPTS_LAST),
        (account_link, sa.or_(account_link.c.used_at.is_not(None), account_link.c.expires_at <= real)),
        (sign_in, sign_in.c.expires_at <= now - _SIGN_INS_LAST),
    ):
        gone += db.execute(table.delete().where(over)).rowcount
    return gone
