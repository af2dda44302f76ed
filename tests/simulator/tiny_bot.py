"""A very small bot for the simulator's own tests: a webhook that remembers events and may answer them."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "a channel secret"
TOKEN = "a channel access token"


@dataclass
class Arrival:
    """One webhook request as it came in."""

    body: bytes
    headers: dict[str, str]
    signed: bool

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of the body."""
        return list(json.loads(self.body)["events"])


@dataclass
class TinyBot:
    """Keeps what arrives. `statuses` are the next answers (then 200); `gate` may hold answers back."""

    url: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    on_event: Callable[[dict[str, Any]], object] | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events so far, in the order of their arrival."""
        return [event for arrival in self.arrivals for event in arrival.events]

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """Keep one request and decide the status."""
        signature = headers.get("x-line-signature", "")
        expected = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        self.arrivals.append(Arrival(body, headers, signature == expected))
        status = self.statuses.pop(0) if self.statuses else 200
        self.gate.wait(10)
        if status == 200 and self.on_event is not None:
            for event in self.arrivals[-1].events:
                self.on_event(event)
        return status


@contextmanager
def running_bot() -> Iterator[TinyBot]:
    """A bot on a free port of this machine, stopped at the end."""
    bot = TinyBot()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = bot.take(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    bot.url = f"http://127.0.0.1:{server.server_address[1]}/callback"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield bot
    finally:
        bot.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
