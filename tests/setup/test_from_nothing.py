"""As 手引き tells it: from an empty LINE account to a desk that the doctor lets go live, with real processes."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from desk.calendar import queries as calendar
from desk.calendar.rules import PROMISE_KEYS
from desk.calendar.service import set_promise
from desk.clock import Clock, local_date
from desk.database import Database
from desk.key_file import new_key_file
from desk.people.service import add_account
from desk.settings import Settings
from simulator.client import Simulator
from simulator.server import running_simulator
from tests.commands.test_commands import free_port, run, wait_until_ready
from tests.setup.conftest import SECRET, TOKEN, environment
from tomarigi.line_setup import REDELIVERY
from tomarigi.sample import open_samples


def an_installation(folder: Path, database_url: str, line: Simulator) -> Settings:
    """One machine on which all but LINE is done: desks, promises approved by name, an officer and staff."""
    port, key = free_port(), folder / "master.key"
    new_key_file(key)
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument, unknown to its type
        database_url=database_url,
        master_key_file=key,
        line_channel_secret=SECRET,
        line_channel_access_token=TOKEN,
        line_api_base_url=line.base_url,
        line_data_api_base_url=line.base_url,
        public_base_url=f"http://localhost:{port}",
        port=port,
    )
    database, now = Database(database_url), Clock().now()
    open_samples(database, now=now)
    with database.transaction() as db:
        desks = calendar.list_desks(db)
        for desk, promise in product(desks, PROMISE_KEYS):
            day = local_date(now)
            set_promise(db, desk_id=desk.id, key=promise, text="文", approved_by="森", approved_on=day)
        for role, name in (("officer", "小林"), ("staff", "佐藤")):
            add_account(db, settings.vault(), role=role, desk_id=desks[0].id, name=name, now=now)
    database.close()
    return settings


@contextmanager
def running_desk(settings: Settings, env: dict[str, str]) -> Iterator[None]:
    """`tomarigi all`, ended as an operator ends it."""
    process = subprocess.Popen([sys.executable, "-m", "tomarigi", "all"], env=env, stdout=subprocess.PIPE)
    try:
        wait_until_ready(f"{settings.public_base_url}/readyz", process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0


def findings(env: dict[str, str]) -> list[str]:
    """What the doctor says, but for numbers that want to be called again, which depends on today's date."""
    told = run("doctor", env=env)
    assert told.stderr == f"{REDELIVERY}\n"
    found = told.stdout.splitlines()
    assert told.returncode == (1 if found else 0)
    return [line for line in found if not line.startswith("urgent number ")]


def test_an_empty_account_is_set_up_and_the_doctor_has_nothing_more_to_say(
    tmp_path: Path, sqlite_url: str
) -> None:
    with running_simulator("", SECRET, TOKEN) as line:
        settings = an_installation(tmp_path, sqlite_url, line)
        env = environment(settings)
        with running_desk(settings, env):
            assert run("line", "setup", env=env).returncode == 0
            assert findings(env) == []
            line.set_account("更生保護センター", picture_url="https://profile.example/icon.png")
            (name,) = findings(env)
            assert name.startswith("account name: it says 保護")
