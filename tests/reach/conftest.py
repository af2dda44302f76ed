"""The desk the stories of being reached begin with: そら has booked ten o'clock over LINE."""

from collections.abc import Iterator

import pytest

from desk.house import House
from desk.signals import Signals
from tests.panel.scene import Scene, make_scene


@pytest.fixture
def signals(house: House) -> Iterator[Signals]:
    """What wakes open pages."""
    signals = Signals(house.database)
    yield signals
    signals.close()


@pytest.fixture
def scene(house: House, signals: Signals) -> Scene:
    """諏訪 and 上田 on the evening of 2026-11-12, nobody booked yet, on either engine."""
    return make_scene(house, signals)
