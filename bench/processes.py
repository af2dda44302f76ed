"""Programs under test: started, waited for, and ended again, each by the one who started it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import urllib3

from bench.figures import Failed

ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS, _STOP_SECONDS = 60.0, 20.0
_LOOK_SECONDS = 0.01


@contextmanager
def started(
    words: Sequence[str], environment: Mapping[str, str], log: IO[bytes], *, core: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python module with its arguments as a process, on one core where one is named."""
    process = subprocess.Popen(
        [sys.executable, "-m", *words], env=os.environ | environment, cwd=ROOT, stdout=log, stderr=log
    )
    try:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_open(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the address answers 200."""
    end = time.monotonic() + _START_SECONDS
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > end:
            raise Failed(f"{address} does not answer:\n{log.read_text()[-2000:]}")
        time.sleep(_LOOK_SECONDS)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        return urllib3.request("GET", address, retries=False, timeout=5).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def fetch(address: str, cookie: str) -> bytes:
    """A page of the panel; raises Failed where it is none."""
    answer = urllib3.request("GET", address, headers={"Cookie": cookie}, redirect=False, timeout=60)
    if answer.status != 200:
        raise Failed(f"{address} answers {answer.status}")
    return answer.data
