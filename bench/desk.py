"""A desk as it runs in service: its processes, its database, and LINE before its door."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.databases import Databases
from bench.events import SECRET, TOKEN
from bench.figures import SECONDS, Failed, Late
from bench.line import Line
from bench.load import Answers
from bench.machine import cores
from bench.processes import ROOT, free_port, started, wait_until_open
from desk.clock import Clock
from desk.database import Database
from desk.key_file import new_key_file
from desk.privacy import Vault
from tomarigi.sample import open_samples

CONNECTIONS, PEOPLE = 64, 1000
USUAL = {"SQLite": ("all",), "PostgreSQL": ("web", "worker")}


@dataclass
class Desk:
    """Where it listens and keeps, and its processes by their commands."""

    port: int
    database: Database
    vault: Vault
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where its web process listens."""
        return f"http://127.0.0.1:{self.port}"

    def number(self, query: str) -> int:
        """The one number a query finds."""
        with self.database.reading() as db:
            return int(db.exec_driver_sql(query).scalar_one())


@contextmanager
def prepared_desk(databases: Databases, kind: str, line: Line) -> Iterator[Desk]:
    """A fresh database without a desk in it, and the settings; nothing of it runs yet."""
    url, port = databases.new(kind), free_port()
    key = databases.folder / f"{port}.key"
    new_key_file(key)
    environment = {
        "DATABASE_URL": url,
        "MASTER_KEY_FILE": str(key),
        "ERASURE_FILE": str(databases.folder / f"{port}.erasures"),
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "LINE_API_BASE_URL": line.base_url,
        "LINE_DATA_API_BASE_URL": line.base_url,
        "PUBLIC_BASE_URL": f"http://localhost:{port}",
        "PORT": str(port),
    }
    database = Database(url)
    try:
        yield Desk(port, database, Vault.from_file(key), environment)
    finally:
        database.close()


@contextmanager
def open_for_work(
    desk: Desk, *names: str, core: int | None = None, besides: Mapping[str, str] | None = None
) -> Iterator[Desk]:
    """Starts these commands, and waits until the door is open and, where there is one, the worker at work."""
    folder = Path(desk.environment["MASTER_KEY_FILE"]).parent
    with ExitStack() as open_things:
        for name in names:
            log = open_things.enter_context((folder / f"{desk.port}-{name}.log").open("wb"))
            process = started(("tomarigi", name), {**desk.environment, **(besides or {})}, log, core=core)
            desk.processes[name] = open_things.enter_context(process)
        where = "livez" if names == ("web",) else "readyz"
        log_file = folder / f"{desk.port}-{names[0]}.log"
        wait_until_open(f"{desk.address}/{where}", desk.processes[names[0]], log_file)
        yield desk


@contextmanager
def running_desk(databases: Databases, kind: str, line: Line) -> Iterator[Desk]:
    """The sample desks, with the processes that kind of database has in service."""
    with prepared_desk(databases, kind, line) as desk:
        open_samples(desk.database, now=Clock().now())
        with open_for_work(desk, *USUAL[kind]):
            yield desk


def crowd(port: int, *, seconds: float = SECONDS) -> Answers:
    """A thousand people send over 64 connections, from the last core, as fast as they are answered."""
    words = [sys.executable, "-m", "bench.load", str(port), str(seconds), str(CONNECTIONS), str(PEOPLE)]
    sender = ["taskset", "--cpu-list", str(cores()[-1]), *words]
    done = subprocess.run(sender, cwd=ROOT, capture_output=True, text=True, check=True, timeout=seconds + 60)
    found = json.loads(done.stdout)
    answers = Answers(**found | {"late": Late(**found["late"])})
    if answers.refused:
        raise Failed(f"{answers.refused} webhooks were refused")
    return answers
