"""The desk of the panel's stories, and somebody's phone."""

import pytest

from tests.media.phone import Phone
from tests.panel.conftest import now, scene, signals
from tests.panel.scene import Scene

__all__ = ["now", "scene", "signals"]


@pytest.fixture
def phone(scene: Scene) -> Phone:
    """そら, who has said hello and nothing else."""
    phone = Phone(scene.house, f"U{'5' * 32}")
    phone.types("こんにちは")
    return phone
