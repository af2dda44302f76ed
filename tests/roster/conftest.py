"""The story every test of swaps, days away and avoidances starts from, on either database."""

from datetime import datetime

import pytest

from desk.database import Database
from desk.privacy import Vault
from tests.roster.story import RosterStory, open_roster_story


@pytest.fixture
def story(database: Database, vault: Vault, now: datetime) -> RosterStory:
    """Two weeks before the session of November."""
    return open_roster_story(database, vault, now)
