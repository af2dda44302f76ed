"""The program as it is started: one process on SQLite, several on PostgreSQL, ended without loss by a signal."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3

from desk.database import Database
from desk.key_file import new_key_file
from simulator.client import Simulator
from simulator.server import running_simulator
from tests.engines import by_default
from tests.messaging.scene import SECRET, TOKEN, wait_until
from tomarigi.sample import open_samples

ON_SQLITE_BY_DEFAULT = by_default("sqlite", "database_url")
ON_POSTGRES_BY_DEFAULT = by_default("postgres", "database_url")

Environment = dict[str, str]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """LINE's stand-in."""
    with running_simulator("", SECRET, TOKEN) as sim:
        yield sim


@pytest.fixture
def environment(database_url: str, tmp_path: Path, sim: Simulator) -> Environment:
    """Settings of a fresh installation with its schema and the sample desks."""
    database = Database(database_url)
    open_samples(database, now=datetime.now(UTC))
    database.close()
    key, port = tmp_path / "master.key", free_port()
    new_key_file(key)
    sim.set_webhook(f"http://127.0.0.1:{port}/callback")
    return {
        "DATABASE_URL": database_url,
        "MASTER_KEY_FILE": str(key),
        "ERASURE_FILE": str(tmp_path / "tomarigi.erasures"),
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "LINE_API_BASE_URL": sim.base_url,
        "LINE_DATA_API_BASE_URL": sim.base_url,
        "PUBLIC_BASE_URL": f"http://localhost:{port}",
        "PORT": str(port),
    }


def command(*words: str) -> Sequence[str]:
    """How the program is started."""
    return [sys.executable, "-m", "tomarigi", *words]


def run(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        command(*words), env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )


def work_once(environment: Environment) -> None:
    """Does all that is due, without a word of trouble."""
    done = run(environment, "worker", "--once")
    assert (done.returncode, done.stderr) == (0, "")
    assert '"level": "error"' not in done.stdout, done.stdout


@contextmanager
def started(environment: Environment, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A long-lived process; what it says goes to a file beside the key."""
    said = Path(environment["MASTER_KEY_FILE"]).with_name(f"{words[0]}.log")
    with said.open("ab") as log:
        process = subprocess.Popen(command(*words), env=os.environ | environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ends_well(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> bool:
    """Whether the process ends by itself with 0 after the signal."""
    process.send_signal(number)
    return process.wait(timeout=60) == 0


def wait_until_ready(environment: Environment) -> None:
    """Waits for the first 200 of /readyz."""
    address = f"http://127.0.0.1:{environment['PORT']}/readyz"

    def ready() -> bool:
        try:
            return urllib3.request("GET", address, retries=False, timeout=2).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    wait_until(ready)


@contextmanager
def serving(environment: Environment) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The desk as it is meant to run: `all` on SQLite, web and worker apart on PostgreSQL."""
    apart = environment["DATABASE_URL"].startswith("postgresql")
    with started(environment, "web" if apart else "all") as first:
        if not apart:
            wait_until_ready(environment)
            yield [first]
            return
        with started(environment, "worker") as second:
            wait_until_ready(environment)
            yield [first, second]


def test_a_desk_answers_and_ends_when_asked(environment: Environment, sim: Simulator) -> None:
    with serving(environment) as processes:
        person = sim.add_user("そら")
        assert "とまりぎ" in sim.wait_for_reply(person)[0].text
        assert all(ends_well(process) for process in processes)


@ON_SQLITE_BY_DEFAULT
def test_ctrl_c_is_a_good_end_too(environment: Environment) -> None:
    with serving(environment) as processes:
        assert all(ends_well(process, signal.SIGINT) for process in processes)


@ON_POSTGRES_BY_DEFAULT
def test_what_is_under_way_is_finished_before_the_end(environment: Environment, sim: Simulator) -> None:
    with serving(environment) as processes:
        sim.fail_next("hold", path="/message/reply")
        person = sim.add_user("そら")
        sim.calls(path="/message/reply", count=1)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        sim.release()
        assert [process.wait(timeout=60) for process in processes] == [0] * len(processes)
    assert len(sim.messages(person)) >= 1
    state = run(environment, "invariants")
    assert state.returncode == 0, state.stdout
    # Nothing is sent again by the next process.
    before = len(sim.calls(path="/message"))
    assert run(environment, "worker", "--once").returncode == 0
    assert len(sim.calls(path="/message")) == before


def test_on_sqlite_there_is_one_long_lived_process(environment: Environment) -> None:
    if environment["DATABASE_URL"].startswith("postgresql"):
        # The control: on PostgreSQL a second web process may run.
        beside = environment | {"PORT": str(free_port())}
        with serving(environment), started(beside, "web") as third:
            wait_until_ready(beside)
            assert ends_well(third)
        return
    with serving(environment):
        for word in ("all", "web", "worker"):
            refused = run(environment, word)
            assert refused.returncode == 1
            assert refused.stderr.strip().count("\n") == 0
            assert "another tomarigi process" in refused.stderr
        assert run(environment, "worker", "--once").returncode == 0
    # The lock ends with the process, also with one that was killed.
    with serving(environment) as processes:
        assert ends_well(processes[0])


def test_one_run_does_all_that_is_due(environment: Environment, sim: Simulator) -> None:
    person = sim.add_user("そら")
    with started(environment, "web"):
        wait_until(lambda: sim.say(person, "ヘルプ").status == 200)
        if environment["DATABASE_URL"].startswith("postgresql"):
            work_once(environment)
    # On SQLite nothing else runs by now; on PostgreSQL nothing is left to do.
    work_once(environment)
    assert [message.how for message in sim.messages(person)][-1] == "reply"
    assert len(sim.calls(path="/message/reply")) == 1


@ON_SQLITE_BY_DEFAULT
def test_wrong_settings_are_all_told_and_nothing_starts(environment: Environment) -> None:
    wrong = environment | {"PUBLIC_BASE_URL": "http://example.org", "LINE_CHANNEL_SECRET": "", "PORT": "0"}
    for words in (("all",), ("web",), ("worker",), ("worker", "--once")):
        refused = run(wrong, *words)
        assert refused.returncode == 2
        lines = refused.stderr.strip().splitlines()
        assert {line.partition(":")[0] for line in lines} == {
            "PUBLIC_BASE_URL",
            "LINE_CHANNEL_SECRET",
            "PORT",
        }


@ON_SQLITE_BY_DEFAULT
def test_a_port_in_use_is_one_clear_line(environment: Environment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        refused = run(environment | {"PORT": str(door.getsockname()[1])}, "web")
    assert refused.returncode == 2
    assert refused.stderr.startswith("PORT: ")
    assert refused.stderr.strip().count("\n") == 0
