"""What every row is handed: databases, LINE, and the peers to compare with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.databases import Databases, databases
from bench.events import SECRET, TOKEN
from bench.line import Line, listening
from bench.processes import free_port, started, wait_until_open


@dataclass(frozen=True)
class Tools:
    """What is there to measure with."""

    databases: Databases
    line: Line

    @contextmanager
    def peer(self, module: str, *, core: int | None = None) -> Iterator[int]:
        """A peer under uvicorn, as the program runs; the port it listens on."""
        port, log_file = free_port(), self.databases.folder / f"{module}.log"
        environment = {
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_BASE_URL": self.line.base_url,
        }
        words = ("uvicorn", f"bench.{module}:app", "--port", str(port), "--no-access-log")
        with log_file.open("wb") as log, started(words, environment, log, core=core) as process:
            wait_until_open(f"http://127.0.0.1:{port}/livez", process, log_file)
            yield port


@contextmanager
def prepared() -> Iterator[Tools]:
    """Set up, and cleared away afterwards."""
    with databases() as made, listening() as line:
        yield Tools(made, line)
