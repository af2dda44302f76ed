"""A son and his mother, each with a phone."""

import pytest

from tests.family.chat import Chat
from tests.panel.scene import Scene


@pytest.fixture
def son(scene: Scene) -> Chat:
    """He writes from his own phone."""
    return Chat(scene.house, f"U{'a' * 32}")


@pytest.fixture
def mother(scene: Scene) -> Chat:
    """She writes from hers."""
    return Chat(scene.house, f"U{'b' * 32}")
