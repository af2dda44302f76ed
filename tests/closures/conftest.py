"""諏訪 on the evening of 2026-11-12, with そら at ten and はな at eleven, and a member of staff."""

from datetime import datetime

import pytest

from desk.database import Database
from desk.people.service import add_account
from desk.privacy import Vault
from tests.booking.story import open_story
from tests.closures.scene import Day


@pytest.fixture
def day(database: Database, vault: Vault, now: datetime) -> Day:
    """The first day of the desk, with nobody booked yet."""
    story = open_story(database, vault, now)
    with database.transaction() as db:
        staff, _ = add_account(db, vault, role="staff", desk_id=story.desk_id, name="佐藤", now=story.now)
    return Day(story, staff)
