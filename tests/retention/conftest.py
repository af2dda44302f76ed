"""A desk and somebody who was there."""

from datetime import datetime

import pytest

from desk.database import Database
from desk.privacy import Vault
from tests.booking.story import Story, open_story


@pytest.fixture
def story(database: Database, vault: Vault, now: datetime) -> Story:
    """諏訪 on the evening of 2026-11-12, on either engine."""
    return open_story(database, vault, now)
