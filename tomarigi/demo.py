"""`make demo`: the whole desk on this machine, with invented people, and a phone to type into.

It prepares a fresh SQLite file, then starts `tomarigi all` and the stand-in for LINE as they are: nothing in bot,
desk or admin knows of a demo.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from desk.key_file import new_key_file
from tomarigi.demo_people import Links, fill

_START_SECONDS = 30
_STOP_SECONDS = 15


def main() -> None:
    """Prepares, starts both, prints the addresses, and waits for Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="tomarigi-demo-") as folder:
        web, phone = free_port(8000), free_port(8080)
        environment = environ(Path(folder), web, phone)
        os.environ.update(environment)
        links = prepare(Path(folder))
        for end in (signal.SIGINT, signal.SIGTERM):
            signal.signal(end, signal.default_int_handler)
        processes = [
            start(stand_in(environment, web, phone)),
            start([sys.executable, "-m", "tomarigi", "all"]),
        ]
        try:
            wait_until_ready(f"http://localhost:{web}/readyz", processes)
            add_phones(phone)
            put_up_menus()
            tell(web, phone, links)
            processes[1].wait()
        except KeyboardInterrupt:
            print("\nお疲れさまでした。")
        finally:
            stop(processes)


def environ(folder: Path, web: int, phone: int) -> dict[str, str]:
    """The settings of the demo: everything in one temporary folder, everything on this machine."""
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'tomarigi.db'}",
        "MASTER_KEY_FILE": str(folder / "master.key"),
        "ERASURE_FILE": str(folder / "tomarigi.erasures"),
        "LINE_CHANNEL_SECRET": secrets.token_hex(16),
        "LINE_CHANNEL_ACCESS_TOKEN": secrets.token_hex(32),
        "LINE_API_BASE_URL": f"http://localhost:{phone}",
        "LINE_DATA_API_BASE_URL": f"http://localhost:{phone}",
        "PUBLIC_BASE_URL": f"http://localhost:{web}",
        "PORT": str(web),
        "CLOCK_OFFSET_FILE": str(folder / "clock-offset"),
    }


def prepare(folder: Path) -> Links:
    """A fresh database with the sample desks, and invented people in it."""
    new_key_file(folder / "master.key")
    (folder / "clock-offset").write_text("0")
    for command in ("migrate", "sample"):
        subprocess.run([sys.executable, "-m", "tomarigi", command], check=True)
    return fill()


def stand_in(environment: dict[str, str], web: int, phone: int) -> list[str]:
    """The command that starts the stand-in for LINE with its phone page."""
    options = {
        "--port": str(phone),
        "--webhook": f"http://localhost:{web}/callback",
        "--secret": environment["LINE_CHANNEL_SECRET"],
        "--token": environment["LINE_CHANNEL_ACCESS_TOKEN"],
        "--clock-offset-file": environment["CLOCK_OFFSET_FILE"],
    }
    return [sys.executable, "-m", "simulator", *(part for option in options.items() for part in option)]


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Starts one process in a group of its own, so that Ctrl-C reaches this one first."""
    return subprocess.Popen(command, start_new_session=True)


def add_phones(phone: int) -> None:
    """Two people with telephones, and LINE's redelivery switched on as the operator would."""
    orders: list[tuple[str, dict[str, object]]] = [
        ("/control/settings", {"redelivery": True, "spacingsMs": [1_000, 5_000, 30_000]}),
        ("/control/people", {"name": "男の人"}),
        ("/control/people", {"name": "お母さん"}),
    ]
    for path, order in orders:
        request = urllib.request.Request(
            f"http://localhost:{phone}{path}",
            data=json.dumps(order).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()


def put_up_menus() -> None:
    """The rich menus, as an operator would; without a Japanese font it says so, and the demo goes on."""
    command = [sys.executable, "-m", "tomarigi", "line", "setup"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ends what was started, kindly."""
    for process in reversed(processes):
        process.terminate()
    for process in processes:
        process.wait(timeout=_STOP_SECONDS)


def wait_until_ready(address: str, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Waits for the first 200; a process that ended says why itself."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if any(process.poll() is not None for process in processes):
            raise SystemExit("one of the two processes ended; its last lines say why")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} did not answer within {_START_SECONDS} seconds")


def free_port(wished: int) -> int:
    """The wished port, or any free one where it is taken."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tell(web: int, phone: int, links: Links) -> None:
    """Prints where to look first."""
    print("\nとまりぎ デモ（止めるときは Ctrl-C）\n")
    print(f"  スマートフォンの画面   http://localhost:{phone}/")
    print(f"  職員・保護司の画面     http://localhost:{web}/admin/")
    print("\n一回だけ使える入口（開いて、ひとつ選びます）")
    for name, link in links:
        print(f"  {name}  {link}")
    print(flush=True)


if __name__ == "__main__":
    main()
