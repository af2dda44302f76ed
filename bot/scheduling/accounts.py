"""Accounts that nobody has used for half a year: their ways in are taken, and that is written down."""

from datetime import datetime

from desk.audit.service import note
from desk.database import Connection
from desk.house import House
from desk.people.inactive import close_unused


def close(db: Connection, _house: House, now: datetime) -> int:
    """Says how many; whoever comes back begins with a new link."""
    closed = close_unused(db, now=now)
    for account_id in closed:
        note(db, act="account_idle", by=None, role="house", kind="account", subject_id=account_id, now=now)
    return len(closed)
