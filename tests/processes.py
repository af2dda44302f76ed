"""Processes for tests that start and kill very many: each is forked from one that has loaded the program.

That one has done nothing else, and whoever is forked from it has a number, settings, connections and a death of
its own; only the three seconds of loading are spent once. The start from nothing, as in service, is proven in
`tests/messaging/test_process.py` and `tests/commands`.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.crash.launcher import launch

ROOT = Path(__file__).resolve().parents[1]
FORK = multiprocessing.get_context("forkserver")
# "__main__" is pytest itself, which each would otherwise load once more.
FORK.set_forkserver_preload(["__main__", "tests.loaded"])


def start_command(words: tuple[str, ...], environment: Mapping[str, str], log: Path) -> ForkServerProcess:
    """Starts a command of the program under the launcher; what it says is added to the file."""
    process = FORK.Process(target=_run, args=(words, dict(environment), log))
    process.start()
    return process


def _run(words: tuple[str, ...], environment: dict[str, str], log: Path) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    launch(words)
