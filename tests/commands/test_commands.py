"""What an operator types, and what they read: one clear line for every fault, and never a traceback."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from simulator.client import Simulator
from simulator.server import running_simulator
from tests.engines import by_default

# What a command says hangs on no engine; what it does is proven on both elsewhere.
ON_SQLITE_BY_DEFAULT = by_default("sqlite", "empty_database_url")
ON_POSTGRES_BY_DEFAULT = by_default("postgres", "empty_database_url")

COMMANDS = (
    *("all", "web", "worker", "migrate", "sample", "tag", "calendar", "doctor", "invariants"),
    *(
        "desk list",
        "desk add",
        "account add",
        "key new",
        "key rotate",
        "key backup",
        "backup",
        "restore",
        "audit verify",
    ),
    "line setup",
)


@pytest.fixture
def line() -> Iterator[Simulator]:
    """A stand-in for LINE."""
    with running_simulator("", "secret", "token") as line:
        yield line


@pytest.fixture
def settings(tmp_path: Path, empty_database_url: str, line: Simulator) -> dict[str, str]:
    """The environment of an installation that has everything but tables."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": empty_database_url,
        "MASTER_KEY_FILE": str(tmp_path / "master.key"),
        "ERASURE_FILE": str(tmp_path / "tomarigi.erasures"),
        "LINE_CHANNEL_SECRET": "secret",
        "LINE_CHANNEL_ACCESS_TOKEN": "token",
        "LINE_API_BASE_URL": line.base_url,
        "LINE_DATA_API_BASE_URL": line.base_url,
        "PUBLIC_BASE_URL": f"http://localhost:{free_port()}",
        "PORT": str(free_port()),
    }
    assert run("key", "new", environment["MASTER_KEY_FILE"], env=environment).returncode == 0
    return environment


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*words: str, env: dict[str, str], given: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, in a folder without a `.env` file."""
    command = [sys.executable, "-m", "tomarigi", *words]
    folder = Path(__file__).parent
    return subprocess.run(
        command, check=False, env=env, input=given, capture_output=True, text=True, timeout=60, cwd=folder
    )


def opened(settings: dict[str, str]) -> None:
    """Tables and sample desks."""
    for command in ("migrate", "sample"):
        assert run(command, env=settings).returncode == 0


def test_every_command_explains_itself() -> None:
    environment = {"PATH": os.environ["PATH"]}
    for command in COMMANDS:
        told = run(*command.split(), "--help", env=environment)
        assert told.returncode == 0, command
        assert "Usage" in told.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["calendar", "--desk", "suwa"],
        ["calendar", "--desk", "suwa", "--from", "yesterday", "--to", "2026-01-01"],
        ["worker", "--at", "2026-11-26T18:00+09:00"],
        ["account", "add", "--role", "king"],
        ["desk"],
    ],
)
def test_misuse_is_told_in_one_line_with_exit_2(words: list[str]) -> None:
    told = run(*words, env={"PATH": os.environ["PATH"]})
    assert told.returncode == 2, told
    assert "Traceback" not in told.stderr + told.stdout


def test_wrong_settings_are_all_named_at_once_and_nothing_starts(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "mysql://nowhere",
        "MASTER_KEY_FILE": str(tmp_path / "missing.key"),
        "PUBLIC_BASE_URL": "http://example.com",
        "CLOCK_OFFSET_FILE": str(tmp_path / "offset"),
    }
    for command in ("all", "web", "worker"):
        told = run(command, env=environment)
        assert told.returncode == 2
        for name in (
            *("DATABASE_URL", "MASTER_KEY_FILE", "PUBLIC_BASE_URL", "CLOCK_OFFSET_FILE"),
            *("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"),
        ):
            assert name in told.stderr
        assert "Traceback" not in told.stderr


def test_a_number_that_is_none_and_an_unknown_word_are_named_too() -> None:
    told = run("all", env={"PATH": os.environ["PATH"], "PORT": "many", "FREE_TEXT": "sing"})
    assert told.returncode == 2
    assert "PORT" in told.stderr
    assert "FREE_TEXT" in told.stderr


@ON_SQLITE_BY_DEFAULT
def test_another_instant_is_refused_with_line_itself(settings: dict[str, str]) -> None:
    environment = {**settings, "LINE_API_BASE_URL": "https://api.line.me"}
    told = run("worker", "--once", "--at", "2026-11-26T18:00+09:00", env=environment)
    assert told.returncode == 2
    assert "--at" in told.stderr


def test_a_key_is_made_once_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "a.key"
    assert run("key", "new", str(file), env={"PATH": os.environ["PATH"]}).returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    again = run("key", "new", str(file), env={"PATH": os.environ["PATH"]})
    assert again.returncode == 1
    assert len(again.stderr.splitlines()) == 1


def test_the_sample_desks_are_listed_and_their_calendar_is_told(settings: dict[str, str]) -> None:
    opened(settings)
    assert run("migrate", env=settings).returncode == 0
    assert run("sample", env=settings).returncode == 1
    desks = [json.loads(row) for row in run("desk", "list", env=settings).stdout.splitlines()]
    assert [(desk["code"], desk["name"]) for desk in desks] == [
        ("suwa", "諏訪"),
        ("kamiina", "上伊那"),
        ("ueda", "上田"),
    ]
    told = run("calendar", "--desk", "suwa", "--from", "2029-01-01", "--to", "2029-12-31", env=settings)
    days = [json.loads(row) for row in told.stdout.splitlines()]
    assert len(days) == 11
    assert days[1] == {
        "date": "2029-02-23",
        "starts_at": "2029-02-23T10:00:00+09:00",
        "ends_at": "2029-02-23T12:00:00+09:00",
        "status": "holiday",
        "note": "天皇誕生日",
    }


@ON_POSTGRES_BY_DEFAULT
def test_an_account_is_added_and_only_its_link_is_printed(settings: dict[str, str]) -> None:
    opened(settings)
    told = run("account", "add", "--role", "officer", "--desk", "suwa", "--name", "小林", env=settings)
    assert told.returncode == 0
    assert told.stdout.strip().startswith(f"{settings['PUBLIC_BASE_URL']}/admin/start/")
    assert len(told.stdout.splitlines()) == 1
    assert run("account", "add", "--role", "king", "--name", "x", env=settings).returncode != 0
    assert (
        run("account", "add", "--role", "staff", "--desk", "mars", "--name", "x", env=settings).returncode
        == 1
    )


def test_needs_are_told_for_each_line_and_a_broken_line_stops_nothing() -> None:
    lines = ['{"id": "1", "text": "家賃が払えない"}', "nonsense", '{"id": "2", "text": "住む所はあります"}']
    told = run("tag", env={"PATH": os.environ["PATH"]}, given="\n".join(lines) + "\n")
    found = [json.loads(row) for row in told.stdout.splitlines()]
    assert told.returncode == 1
    assert {need["code"] for need in found[0]["needs"]} == {"housing", "money"}
    assert "error" in found[1]
    assert found[2] == {"id": "2", "needs": [], "signs": []}


@ON_SQLITE_BY_DEFAULT
def test_the_doctor_says_what_is_missing_and_how_to_mend_it(settings: dict[str, str]) -> None:
    told = run("doctor", env=settings)
    assert told.returncode == 1
    assert "tomarigi migrate" in told.stdout
    opened(settings)
    told = run("doctor", env=settings)
    assert told.returncode == 1
    assert "promise who_reads" in told.stdout
    assert "account add" in told.stdout


@ON_POSTGRES_BY_DEFAULT
def test_the_invariants_hold_in_a_fresh_house(settings: dict[str, str]) -> None:
    opened(settings)
    told = run("invariants", env=settings)
    assert told.returncode == 0, told
    assert len(told.stdout.splitlines()) >= 8


def test_what_is_due_is_done_once_and_the_command_ends(settings: dict[str, str]) -> None:
    opened(settings)
    told = run("worker", "--once", "--at", "2026-11-26T18:00+09:00", env=settings)
    assert told.returncode == 0, told.stderr


@ON_SQLITE_BY_DEFAULT
def test_web_and_worker_in_one_end_cleanly_and_stand_alone_on_sqlite(settings: dict[str, str]) -> None:
    opened(settings)
    process = subprocess.Popen(
        [sys.executable, "-m", "tomarigi", "all"], env=settings, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    wait_until_ready(f"http://127.0.0.1:{settings['PORT']}/readyz", process)
    if settings["DATABASE_URL"].startswith("sqlite"):
        beside = run("web", env={**settings, "PORT": str(free_port())})
        assert beside.returncode != 0
        assert len(beside.stderr.splitlines()) == 1
    assert run("worker", "--once", env=settings).returncode == 0
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Asks until it answers 200; a process that ended never will."""
    for _ in range(200):
        assert process.poll() is None, "the process ended"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            Event().wait(0.1)
    raise AssertionError(f"{address} was never ready")
