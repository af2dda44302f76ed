"""The private pages on a real port of this machine, for a real browser."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.pages.app import make_pages
from desk.house import House

HOST = "127.0.0.1"
SECONDS = 10


@contextmanager
def served(house: House) -> Iterator[House]:
    """Serves the house's pages; hands out the house with the address they stand at."""
    listener = socket.create_server((HOST, 0))
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    there = replace(house, settings=house.settings.model_copy(update={"public_base_url": address}))
    app = Starlette(routes=[Mount("/me", make_pages(there))])
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        _wait_for(lambda: server.started)
        yield there
    finally:
        server.should_exit = True
        thread.join(SECONDS)


def _wait_for(condition: Callable[[], bool]) -> None:
    tick = threading.Event()
    for _ in range(SECONDS * 100):
        if condition():
            return
        tick.wait(0.01)
    raise AssertionError("the pages were not served in time")
