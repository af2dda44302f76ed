"""`python -m bot.flows.play`: every flow can be tried in the terminal, as the recipe says."""

import pytest

from bot.flows.play import play
from bot.flows.script import FLOWS


@pytest.mark.parametrize("name", FLOWS)
def test_every_flow_can_be_tried(name: str) -> None:
    assert len(list(play(name, ["1"] * 9))) >= 1
