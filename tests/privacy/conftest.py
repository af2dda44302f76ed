"""A desk with its own key file, so that its keys can be changed."""

from datetime import datetime
from pathlib import Path

import pytest

from desk.database import Database
from desk.privacy import Vault
from tests.booking.story import Story, open_story
from tests.privacy.life import Life, live


@pytest.fixture
def story(database: Database, key_file: Path, now: datetime) -> Story:
    """諏訪 on the evening of 2026-11-12, nobody booked yet."""
    return open_story(database, Vault.from_file(key_file), now)


@pytest.fixture
def life(story: Story) -> Life:
    """Somebody has told there all there is to tell."""
    return live(story)
