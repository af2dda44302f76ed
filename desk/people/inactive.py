"""Accounts that nobody has used for long: a warning after 150 days, and after 180 days no way in but a new link.

The person stays where they are: many an officer never signs in and is still on the roster.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.people import rules
from desk.people.factors import take_all, with_a_way_in
from desk.tables.people import account, sign_in

_KEEPERS = ("supervisor", "administrator")


def soon_closed(db: Connection, *, now: datetime) -> frozenset[str]:
    """The accounts that have not been used for 150 days and will have to begin anew."""
    return _unused_since(db, now - rules.UNUSED_WARNED)


def close_unused(db: Connection, *, now: datetime) -> tuple[str, ...]:
    """Takes the ways in of accounts that nobody has used for 180 days; says whose.

    Never of the last ones who could let anybody in again.
    """
    unused = _unused_since(db, now - rules.UNUSED_CLOSED)
    keepers = frozenset(db.execute(sa.select(account.c.id).where(account.c.role.in_(_KEEPERS))).scalars())
    if not (with_a_way_in(db) & keepers) - unused:
        unused -= keepers
    take_all(db, account_ids=unused)
    return tuple(sorted(unused))


def _unused_since(db: Connection, moment: datetime) -> frozenset[str]:
    """Whoever has a way in has signed in to make it, and the latest sign-in stays."""
    last_used = sa.func.max(sign_in.c.seen_at)
    query = sa.select(sign_in.c.account_id).group_by(sign_in.c.account_id).having(last_used <= moment)
    return frozenset(db.execute(query).scalars()) & with_a_way_in(db)
