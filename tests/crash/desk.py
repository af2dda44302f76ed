"""A desk whose processes are real: started as in service, killed at a chosen point, and started again."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import urllib3
from sqlalchemy.engine import Row

from desk.clock import Clock
from desk.database import Database
from desk.invariants import check_invariants
from desk.key_file import new_key_file
from desk.messaging.queries import Counts, counts
from desk.messaging.rules import LEASE
from simulator.client import Simulator
from simulator.server import running_simulator
from tests.crash.launcher import POINT_FILE, Point
from tests.processes import start_command
from tomarigi.sample import open_samples

SECRET, TOKEN = "a secret for tests", "a token for tests"
START = "2026-11-12T14:00+09:00"
WAIT_SECONDS = 90.0
AT_ONCE = tuple([150] * 400)
NOTHING_OPEN = Counts(0, 0, 0, 0)


def wait_for(what: str, true: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    """Waits until it is so; fails with a sentence when it does not come."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        pause.wait(0.05)


@dataclass
class RunningDesk:
    """What a test works with. A process is named by its command, a second one `web 2` or `worker 2`."""

    database: Database
    line: Simulator
    folder: Path
    environment: dict[str, str]
    processes: dict[str, ForkServerProcess] = field(default_factory=dict)

    @property
    def usual(self) -> tuple[str, ...]:
        """The processes a desk has in service: one on SQLite, two on PostgreSQL."""
        return ("all",) if self.database.is_sqlite else ("web", "worker")

    def start(self, *names: str) -> None:
        """Starts processes and waits until the door is open and somebody works behind it."""
        with self._line_left_alone():
            for name in names or self.usual:
                self.processes[name] = self._spawn((name.split()[0],), name)
            wait_for(f"ready; {self.folder}", self._is_ready)

    def address(self, name: str) -> str:
        """Where a web process listens."""
        return f"http://127.0.0.1:{self._port(name)}"

    def listen_to(self, name: str) -> None:
        """LINE sends to this web process from now on."""
        self.line.set_webhook(f"{self.address(name)}/callback")

    def die_at(self, moment: str, statement: str) -> None:
        """The first process that comes there dies, once."""
        Point(moment, statement).store(self.point_file)

    @property
    def point_file(self) -> Path:
        """Where the next point stands until somebody has died there."""
        return Path(self.environment[POINT_FILE])

    def revive(self) -> str:
        """Waits for the death and starts that process again; says which it was."""
        wait_for("a death", lambda: any(self._dead()))
        (name,) = self._dead()
        assert self.processes[name].exitcode == -signal.SIGKILL
        self.start(name)
        self.come_round()
        return name

    def come_round(self) -> None:
        """Waits until LINE has handed over what it has; half a minute later the claims of the dead have run out."""
        wait_for("LINE to be answered", lambda: all(map(_is_acknowledged, self.line.deliveries())))
        self.pass_time(LEASE.total_seconds() + 1)

    def kill(self, *names: str) -> None:
        """The power goes."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            process.kill()
            process.join()

    def stop(self, *names: str) -> list[int]:
        """Asks processes to end; what they answer."""
        leaving = [self.processes.pop(name) for name in names or tuple(self.processes)]
        with self._line_left_alone():
            for process in leaving:
                process.terminate()
            return [_end_of(process) for process in leaving]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, under the launcher."""
        with self._line_left_alone():
            ended = _end_of(self._spawn(words, "command"))
        return subprocess.CompletedProcess(words, ended, (self.folder / "command.log").read_text())

    def run_at_once(self, *commands: tuple[str, ...]) -> list[int]:
        """Runs commands at the same time; how they end."""
        running = [self._spawn(words, "command") for words in commands]
        return [_end_of(process) for process in running]

    def set_clock(self, moment: str) -> None:
        """The clocks on all walls are set; no time goes by."""
        ahead = (datetime.fromisoformat(moment) - datetime.now().astimezone()).total_seconds()
        self._write_offset(ahead)
        self.line.set_clock(moment)

    def turn_clock(self, seconds: float) -> None:
        """The clocks on all walls are put forward or back; no time goes by."""
        self._write_offset(float(self._offset_file.read_text()) + seconds)
        self.line.move_clock(seconds)

    def pass_time(self, seconds: float) -> None:
        """So much time goes by, for reply tokens and retry keys too, at LINE as at the desk."""
        with self.database.transaction() as db:
            db.execute(sa.text("UPDATE inbound_event SET received_tick = received_tick - :s"), {"s": seconds})
        self.line.age(seconds)
        self.turn_clock(seconds)

    def counts(self) -> Counts:
        """How much waits and is parked."""
        with self.database.reading() as db:
            return counts(db)

    def settle(self) -> None:
        """Waits until nothing is waiting, queued or parked, and checks what must always hold."""
        self.calm_down()
        assert self.counts() == NOTHING_OPEN
        assert self.broken() == []

    def calm_down(self) -> None:
        """Waits until nothing is waiting, queued or parked, or for long enough."""
        with self._line_left_alone(), suppress(AssertionError):
            wait_for("nothing open", lambda: self.counts() == NOTHING_OPEN)

    def broken(self) -> list[str]:
        """The invariants that do not hold."""
        now = Clock(offset_file=self._offset_file).now()
        with self.database.reading() as db:
            return [found.name for found in check_invariants(db, now=now) if found.offenders]

    def rows(self, query: str, **values: Any) -> Sequence[Row[Any]]:
        """What a query finds."""
        with self.database.reading() as db:
            return db.execute(sa.text(query), values).all()

    def number(self, query: str, **values: Any) -> int:
        """The one number a query finds."""
        return int(self.rows(query, **values)[0][0])

    @contextmanager
    def _line_left_alone(self) -> Iterator[None]:
        """Lets idle connections to LINE go: after five seconds it would close them under our hands."""
        with self.line:
            yield

    @property
    def _offset_file(self) -> Path:
        return Path(self.environment["CLOCK_OFFSET_FILE"])

    def _write_offset(self, seconds: float) -> None:
        fresh = self._offset_file.with_suffix(".new")
        fresh.write_text(f"{seconds:.3f}")
        fresh.replace(self._offset_file)

    def _dead(self) -> list[str]:
        return [name for name, process in self.processes.items() if not process.is_alive()]

    def _is_ready(self) -> bool:
        assert not self._dead(), f"ended by itself: {self._dead()}; see {self.folder}"
        doors = [name for name in self.processes if not name.startswith("worker")]
        return all(_answers(f"{self.address(name)}/readyz") for name in doors)

    def _port(self, name: str) -> str:
        return self.environment["SECOND_PORT" if name.endswith(" 2") else "PORT"]

    def _spawn(self, words: tuple[str, ...], name: str) -> ForkServerProcess:
        environment = os.environ | self.environment | {"PORT": self._port(name)}
        return start_command(words, environment, self.folder / f"{name}.log")


def _end_of(process: ForkServerProcess) -> int:
    process.join(WAIT_SECONDS)
    assert process.exitcode is not None, f"it does not end within {WAIT_SECONDS} s"
    return process.exitcode


def _is_acknowledged(delivery: Mapping[str, Any]) -> bool:
    return any(attempt["status"] == 200 for attempt in delivery["attempts"])


def _answers(address: str) -> bool:
    with suppress(urllib3.exceptions.HTTPError):
        return urllib3.request("GET", address, retries=False, timeout=5).status == 200
    return False


def _free_ports(count: int) -> list[str]:
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(door.getsockname()[1]) for door in doors]
    for door in doors:
        door.close()
    return ports


def _environment(url: str, folder: Path, line: Simulator) -> dict[str, str]:
    port, second = _free_ports(2)
    new_key_file(folder / "master.key")
    (folder / "clock").write_text("0")
    return {
        "DATABASE_URL": url,
        "MASTER_KEY_FILE": str(folder / "master.key"),
        "ERASURE_FILE": str(folder / "tomarigi.erasures"),
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "LINE_API_BASE_URL": line.base_url,
        "LINE_DATA_API_BASE_URL": line.base_url,
        "PUBLIC_BASE_URL": f"http://localhost:{port}",
        "PORT": port,
        "SECOND_PORT": second,
        "CLOCK_OFFSET_FILE": str(folder / "clock"),
        POINT_FILE: str(folder / "point"),
    }


@contextmanager
def prepared_desk(url: str, folder: Path, *, samples: bool = True) -> Iterator[RunningDesk]:
    """A desk with its settings and the sample desks, and LINE before the door; nothing of it runs yet.

    LINE has a clock of its own, so that a test can make it forget, and sends again until it is answered.
    """
    database, at_line = Database(url), folder / "clock at LINE"
    at_line.write_text("0")
    with running_simulator("", SECRET, TOKEN, clock_offset_file=at_line, quota=None) as line:
        desk = RunningDesk(database, line, folder, _environment(url, folder, line))
        desk.set_clock(START)
        desk.listen_to(desk.usual[0])
        line.set_redelivery(on=True, spacings_ms=AT_ONCE)
        if samples:
            open_samples(database, now=datetime.fromisoformat(START).astimezone())
        try:
            yield desk
        finally:
            desk.kill()
            line.clear_faults()
            database.close()


@contextmanager
def running_desk(url: str, folder: Path) -> Iterator[RunningDesk]:
    """Such a desk, open."""
    with prepared_desk(url, folder) as desk:
        desk.start()
        yield desk
