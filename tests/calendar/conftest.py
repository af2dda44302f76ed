"""The sample desks as they stand on the evening of 2026-11-12."""

from datetime import datetime

import pytest

from desk.calendar.queries import DeskRow, desk_by_code
from desk.database import Database
from tomarigi.sample import open_samples


@pytest.fixture
def suwa(database: Database, now: datetime) -> DeskRow:
    """諏訪, with the sessions of the coming 13 months."""
    open_samples(database, now=now)
    with database.reading() as db:
        desk = desk_by_code(db, "suwa")
    assert desk is not None
    return desk
