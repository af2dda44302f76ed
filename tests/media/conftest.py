"""Somebody's phone."""

import pytest

from tests.media.phone import Phone
from tests.panel.scene import Scene


@pytest.fixture
def phone(scene: Scene) -> Phone:
    """そら, who has said hello and nothing else."""
    phone = Phone(scene.house, f"U{'5' * 32}")
    phone.types("こんにちは")
    return phone
