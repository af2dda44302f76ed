"""Whom the stories of the private pages are about."""

import pytest

from desk.house import House
from tests.pages.person import Someone, meet, open_desk


@pytest.fixture
def sora(house: House) -> Someone:
    """そら, at 23:40 on 2026-11-12: the bot knows him, and he has agreed to nothing yet."""
    open_desk(house)
    return meet(house, "U" + "5" * 32)


@pytest.fixture
def hana(house: House, sora: Someone) -> Someone:
    """はな, who writes to the same desk from her own phone."""
    assert sora.house is house
    return meet(house, "U" + "6" * 32)
