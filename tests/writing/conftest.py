"""The bot whose outbox carries what staff write."""

from collections.abc import Iterator

import pytest

from desk.database import Database
from desk.privacy import Vault
from tests.messaging.scene import open_scene
from tests.writing.house import Desk, open_desk


@pytest.fixture
def desk(database: Database, vault: Vault) -> Iterator[Desk]:
    """A morning at a desk with two of staff and somebody who writes; what they send goes to the stand-in for LINE."""
    with open_scene(database, vault) as line:
        yield open_desk(line)
