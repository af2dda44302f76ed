"""The scene every test of the panel starts from, on either database."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from desk.house import House
from desk.signals import Signals
from tests.panel.scene import BOOKED_AT, Scene, make_scene


@pytest.fixture
def now() -> datetime:
    """The evening on which そら and はな book."""
    return BOOKED_AT


@pytest.fixture
def signals(house: House) -> Iterator[Signals]:
    """What wakes open pages."""
    signals = Signals(house.database)
    yield signals
    signals.close()


@pytest.fixture
def scene(house: House, signals: Signals) -> Scene:
    """A desk with its officers and staff; nobody has booked yet."""
    return make_scene(house, signals)
