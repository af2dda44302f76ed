"""Forgets sign-ins that are over, spent links, half sign-ins and old attempts."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.tables.people import account_link, challenge, sign_in, sign_in_attempt

_ATTEMPTS_LAST = timedelta(days=1)
_SIGN_INS_LAST = timedelta(days=90)


def forget_old(db: Connection, *, now: datetime, real: datetime) -> int:
    """Drops attempts of yesterday, links that can no longer be used, and sign-ins that ended three months ago.

    The latest sign-in of each account stays: by it one knows since when nobody has used the account.
    `real`: the machine's own time, by which one-time links count.
    """
    gone = 0
    later = sign_in.alias("later")
    has_later = sa.exists().where(later.c.account_id == sign_in.c.account_id, later.c.at > sign_in.c.at)
    for table, over in (
        (sign_in_attempt, sign_in_attempt.c.at <= now - _ATTEMPTS_LAST),
        (account_link, sa.or_(account_link.c.used_at.is_not(None), account_link.c.expires_at <= real)),
        (challenge, challenge.c.expires_at <= real),
        (sign_in, (sign_in.c.expires_at <= now - _SIGN_INS_LAST) & has_later),
    ):
        gone += db.execute(table.delete().where(over)).rowcount
    return gone
