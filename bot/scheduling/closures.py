"""Closed and moved days by the clock: who has been reached meanwhile."""

from datetime import datetime

from desk.closures import answers
from desk.database import Connection
from desk.house import House


def settle(db: Connection, _house: House, now: datetime) -> int:
    """Finishes what needs nobody any more; says how many days were finished."""
    return answers.settle(db, now=now)
