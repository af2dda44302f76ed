"""An app on a real port of this machine, for tests that speak HTTP to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from simulator.server import HOST, SECONDS_TO_STOP, Server


def open_port() -> socket.socket:
    """A free port of this machine, listened to."""
    return socket.create_server((HOST, 0))


@contextmanager
def serving(app: Starlette, door: socket.socket) -> Iterator[str]:
    """Serves the app behind the door until the end; gives its address."""
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=SECONDS_TO_STOP)
    server = Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, name="web")
    # The door takes connections from here on; they are answered as soon as the thread is up.
    thread.start()
    try:
        yield f"http://{HOST}:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        door.close()
