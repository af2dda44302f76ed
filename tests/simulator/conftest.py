"""A bot, a simulated LINE in front of it, and two ways to call its API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.client import Simulator
from simulator.server import running_simulator
from tests.simulator.raw_api import RawApi
from tests.simulator.sdk import Sdk, opened_sdk
from tests.simulator.tiny_bot import SECRET, TOKEN, TinyBot, running_bot


@pytest.fixture
def bot() -> Iterator[TinyBot]:
    """A bot that listens."""
    with running_bot() as bot:
        yield bot


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    """The file by which programs share a shifted clock."""
    return tmp_path / "offset"


@pytest.fixture
def line(bot: TinyBot, clock_file: Path) -> Iterator[Simulator]:
    """The simulated platform with the bot behind it."""
    with running_simulator(bot.url, SECRET, TOKEN, clock_offset_file=clock_file) as simulator:
        yield simulator


@pytest.fixture
def sdk(line: Simulator) -> Iterator[Sdk]:
    """LINE's SDK as a bot uses it."""
    with opened_sdk(line.base_url) as sdk:
        yield sdk


@pytest.fixture
def api(line: Simulator) -> Iterator[RawApi]:
    """Plain HTTP calls of the Messaging API, for what the SDK would not send."""
    with RawApi(line.base_url) as api:
        yield api
