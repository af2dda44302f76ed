"""Waiting for something to change, without polling."""

import asyncio
import contextlib
from collections.abc import Callable


class Signal:
    """Wakes everybody who waits whenever something changed. Belongs to one event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.closed = False

    def close(self) -> None:
        """The platform stops: nobody waits any longer."""
        self.closed = True
        self.changed()

    def changed(self) -> None:
        """Tell all who wait that they should look again."""
        self._event.set()
        self._event = asyncio.Event()

    async def next_change(self) -> None:
        """Return at the next change."""
        await self._event.wait()

    async def wait_until(self, condition: Callable[[], bool], timeout: float | None = None) -> bool:
        """Wait until the condition holds, at most `timeout` seconds or until all stops; whether it does."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._until(condition)
        return condition()

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition() and not self.closed:
            await self.next_change()
