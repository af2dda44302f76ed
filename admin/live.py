"""Lets open pages know that something is new; a page then asks for itself again, so permissions are checked there."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from desk.notices.service import TOPIC
from desk.signals import Signals

PING_SECONDS = 15.0
# The first news is told at once; what else happens in that moment is told once, after it.
_REST_SECONDS = 0.2
# Then the browser comes back by itself, and whether it may is looked at anew.
_TURNS = 40


@dataclass(frozen=True, eq=False)
class _Bell:
    loop: asyncio.AbstractEventLoop
    rung: asyncio.Event

    def ring(self) -> None:
        """May be called from any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.rung.set)


class Live:
    """All open streams of one web process; holds no database connection."""

    def __init__(self, signals: Signals) -> None:
        self._bells: set[_Bell] = set()
        self._closed = False
        self._unsubscribe = signals.subscribe(TOPIC, self._ring)

    async def stream(self) -> AsyncIterator[str]:
        """One page's events: a word when there is news, a sign of life every 15 seconds, an end at shutdown."""
        bell = _Bell(asyncio.get_running_loop(), asyncio.Event())
        self._bells.add(bell)
        try:
            yield "retry: 2000\n\n"
            for _ in range(_TURNS):
                if self._closed:  # also for a page that came while the process was asked to stop
                    return
                yield await self._next_word(bell.rung)
                await asyncio.sleep(_REST_SECONDS)
        finally:
            self._bells.discard(bell)

    def close(self) -> None:
        """Ends every stream; to be called when the process is asked to stop."""
        if not self._closed:
            self._closed = True
            self._unsubscribe()
            self._ring()

    async def _next_word(self, rung: asyncio.Event) -> str:
        try:
            async with asyncio.timeout(PING_SECONDS):
                await rung.wait()
        except TimeoutError:
            return ": still here\n\n"
        rung.clear()
        return "data: news\n\n"

    def _ring(self) -> None:
        for bell in tuple(self._bells):
            bell.ring()
