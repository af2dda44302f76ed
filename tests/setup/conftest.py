"""A desk whose LINE account is a stand-in: something answers at its webhook, and nothing is set up yet."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.line import Account
from desk.key_file import new_key_file
from desk.settings import Settings
from simulator.client import Simulator
from simulator.server import running_simulator
from tests.setup.guide import unexplained
from tomarigi.line_setup import set_up

SECRET, TOKEN = "setup-secret", "setup-token"


@dataclass
class Door:
    """Answers every webhook with `status`."""

    port: int = 0
    status: int = 200


@contextmanager
def open_door() -> Iterator[Door]:
    """A server on a free port of this machine."""
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(door.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_what: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Office:
    """What an operator has before them."""

    line: Simulator
    door: Door
    settings: Settings
    told: list[str] = field(default_factory=list)

    def set_up(self, **changed: object) -> list[str]:
        """Runs the set-up; returns what is wrong, each line explained in the guide, and keeps what was told."""
        self.told.clear()
        troubles = set_up(self.settings.model_copy(update=changed), self.told.append)
        assert unexplained(troubles) == []
        return troubles

    @property
    def account(self) -> Account:
        """LINE's side of the account."""
        return Account(self.settings)

    def changes(self) -> list[str]:
        """What LINE was asked to change: method and path."""
        changing = ("POST", "PUT", "DELETE")
        calls = [f"{call['method']} {call['path']}" for call in self.line.calls()]
        return [call for call in calls if call.startswith(changing) and not call.endswith("webhook/test")]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An account that knows no webhook and has no menu."""
    new_key_file(tmp_path / "master.key")
    with running_simulator("", SECRET, TOKEN) as line, open_door() as door:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument, unknown to its type
            database_url=f"sqlite:///{tmp_path / 'tomarigi.db'}",
            master_key_file=tmp_path / "master.key",
            line_channel_secret=SECRET,
            line_channel_access_token=TOKEN,
            line_api_base_url=line.base_url,
            line_data_api_base_url=line.base_url,
            public_base_url=f"http://localhost:{door.port}",
        )
        yield Office(line, door, settings)


def environment(settings: Settings) -> dict[str, str]:
    """The same settings for a process."""
    names = (
        *("database_url", "master_key_file", "line_channel_secret", "line_channel_access_token"),
        *("line_api_base_url", "line_data_api_base_url", "public_base_url", "port"),
    )
    return {"PATH": os.environ["PATH"], **{name.upper(): str(getattr(settings, name)) for name in names}}
