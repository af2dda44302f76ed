"""Running the simulated platform: in the foreground, or in a thread of a test."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn

from simulator.app import build_app
from simulator.client import Simulator
from simulator.clock import Clock
from simulator.platform import Channel, Platform

HOST = "127.0.0.1"
MONTHLY_QUOTA = 200
# A client that does not hang up does not keep the server from stopping.
SECONDS_TO_STOP = 1
_LOOK_SECONDS = 0.01


class Server(uvicorn.Server):
    """A server that can close one client's connection, as a broken network would, and that stops without delay.

    `before_stop` is called when the server is told to stop, so that live pages and held calls come to an end.
    uvicorn looks whether to stop ten times a second, and rests as long before it has: hundreds of tests would wait.
    """

    def __init__(self, config: uvicorn.Config, before_stop: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self._before_stop = before_stop

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        looks = 0
        while not await self.on_tick(looks):
            looks += 1
            await asyncio.sleep(_LOOK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let everybody go who waits, finish the requests there are, and cut off who is not gone by then."""
        self._before_stop()
        for door in (*self.servers, *(sockets or ())):
            door.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._everybody_gone(), self.config.timeout_graceful_shutdown)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    async def _everybody_gone(self) -> None:
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(_LOOK_SECONDS)

    def cut(self, client: tuple[str, int]) -> None:
        """Close the connection of the client at this address and port."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == client:
                connection.transport.close()


def make_server(channel: Channel, *, port: int, clock_offset_file: Path | None, quota: int | None) -> Server:
    """A server over a fresh platform, not yet listening."""
    platform = Platform(channel, Clock(clock_offset_file), quota=quota)

    def cut(client: tuple[str, int]) -> None:
        server.cut(client)

    config = uvicorn.Config(
        build_app(platform, cut),
        host=HOST,
        port=port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SECONDS_TO_STOP,
    )
    server = Server(config, platform.signal.close)
    return server


@contextmanager
def running_simulator(
    webhook_url: str,
    secret: str,
    token: str,
    *,
    clock_offset_file: Path | None = None,
    quota: int | None = MONTHLY_QUOTA,
) -> Iterator[Simulator]:
    """A simulator on a free port in a thread of its own, stopped at the end.

    `webhook_url` may be empty and set later by `Simulator.set_webhook`, when the bot's port is known.
    """
    channel = Channel(secret, token, webhook_url)
    server = make_server(channel, port=0, clock_offset_file=clock_offset_file, quota=quota)
    listener = socket.create_server((HOST, 0))
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="simulator", daemon=True
    )
    # The listener takes connections from here on; they are answered as soon as the thread is up.
    thread.start()
    try:
        with Simulator(f"http://{HOST}:{listener.getsockname()[1]}") as simulator:
            yield simulator
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
