"""The town at ten in the morning, on both databases."""

from collections.abc import Iterator

import pytest

from desk.database import Database
from desk.privacy import Vault
from tests.announcements.town import Town, open_town


@pytest.fixture
def town(database: Database, vault: Vault) -> Iterator[Town]:
    """Two desks; nobody has written yet."""
    with open_town(database, vault) as town:
        yield town
