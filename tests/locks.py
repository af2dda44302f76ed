"""Waits for the moment at which one who writes stands in line behind another: only where two write at once."""

from time import monotonic

import pytest
import sqlalchemy as sa

from desk.database import Database


def wait_until_somebody_waits(database: Database) -> None:
    """Comes back as soon as a transaction waits for another one's lock (PostgreSQL)."""
    until = monotonic() + 30
    while monotonic() < until:
        with database.reading() as db:
            if db.execute(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return
    pytest.fail("nobody waits: the second went past the first")
