"""A desk whose people are followed up, on either database."""

import pytest

from desk.database import Database
from desk.privacy import Vault
from tests.follow_up.scene import Plans, open_plans


@pytest.fixture
def plans(database: Database, vault: Vault) -> Plans:
    """The evening of 2026-11-12; nobody has a plan."""
    return open_plans(database, vault)
