"""The scene of the durable path, on both databases."""

from collections.abc import Iterator

import pytest

from desk.database import Database
from desk.privacy import Vault
from simulator.client import Person
from tests.messaging.scene import Scene, open_scene


@pytest.fixture
def scene(database: Database, vault: Vault) -> Iterator[Scene]:
    """A bot with a toy conversation."""
    with open_scene(database, vault) as scene:
        yield scene


@pytest.fixture
def sora(scene: Scene) -> Person:
    """Somebody who writes to the bot."""
    return scene.sim.add_person("そら")


@pytest.fixture
def hana(scene: Scene) -> Person:
    """Somebody else."""
    return scene.sim.add_person("はな")
