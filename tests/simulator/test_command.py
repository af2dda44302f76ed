"""The simulator as a program of its own: `python -m simulator`."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3

from simulator.client import Simulator
from tests.simulator.raw_api import RawApi
from tests.simulator.tiny_bot import SECRET, TOKEN, TinyBot

CHANGES = "/phone-changes"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_ends_well_with_a_page_open(bot: TinyBot, tmp_path: Path, end: signal.Signals) -> None:
    port = free_port()
    options = {
        "--port": str(port),
        "--webhook": bot.url,
        "--secret": SECRET,
        "--token": TOKEN,
        "--quota": "5",
    }
    options["--clock-offset-file"] = str(tmp_path / "offset")
    command = [sys.executable, "-m", "simulator", *(part for option in options.items() for part in option)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert f"http://localhost:{port}/" in program.stdout.readline()
        http = urllib3.PoolManager(retries=urllib3.Retry(20, backoff_factor=0.05))
        page = http.request("GET", f"http://127.0.0.1:{port}{CHANGES}", preload_content=False)
        assert page.read(6) == b"data: "
        with Simulator(f"http://127.0.0.1:{port}") as line, RawApi(line.base_url) as api:
            sora = line.add_user("そら")
            assert bot.events[-1]["type"] == "follow"
            assert [api.push(sora, "はい").status for _ in range(6)] == [200] * 5 + [429]
        program.send_signal(end)
        _, complaints = program.communicate(timeout=60)
        page.release_conn()
        http.clear()
    assert (program.returncode, complaints) == (0, "")
