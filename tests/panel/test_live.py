"""The live stream ends when the process is asked to stop, whenever a page came."""

import asyncio

from admin.live import Live
from desk.signals import Signals
from tests.engines import ONE_BY_DEFAULT


@ONE_BY_DEFAULT
def test_a_page_that_comes_while_the_process_stops_is_not_held(signals: Signals) -> None:
    live = Live(signals)
    live.close()

    async def words() -> list[str]:
        return [word async for word in live.stream()]

    assert asyncio.run(asyncio.wait_for(words(), 5)) == ["retry: 2000\n\n"]
