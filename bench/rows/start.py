"""How long a start takes, and what the processes weigh once they have worked."""

import time
from collections.abc import Iterator
from statistics import median

from bench.databases import KINDS
from bench.desk import USUAL, Desk, open_for_work, prepared_desk
from bench.figures import ROUNDS, Figure
from bench.machine import memory_mb
from bench.panel import fill_a_day
from bench.processes import fetch
from bench.tools import Tools
from desk.clock import Clock
from tomarigi.sample import open_samples

_READY_SECONDS = 1.5
_MB = {"web": 130, "worker": 320, "all": 380}
_TALKING, _TEXTS, _SECONDS = range(20), ("予約", "1", "もどる"), 2.0


def measure(tools: Tools) -> Iterator[Figure]:
    """Each kind as it runs in service."""
    for kind in KINDS:
        with prepared_desk(tools.databases, kind, tools.line) as desk:
            open_samples(desk.database, now=Clock().now())
            cookie = fill_a_day(desk.database, desk.vault, now=Clock().now())
            rounds = [_start(tools, desk, kind, cookie) for _ in range(ROUNDS)]
        seconds = median(ready for ready, _ in rounds)
        yield Figure(
            f"start to /readyz: {' and '.join(USUAL[kind])}, {kind}",
            f"{seconds:.2f} s",
            "",
            f"≤ {_READY_SECONDS} s",
            seconds <= _READY_SECONDS,
        )
        for name in USUAL[kind]:
            weight = median(weights[name] for _, weights in rounds)
            yield Figure(
                f"memory of {name} after some work, {kind}",
                f"{weight:.0f} MB",
                "",
                f"≤ {_MB[name]} MB",
                weight <= _MB[name],
            )


def _start(tools: Tools, desk: Desk, kind: str, cookie: str) -> tuple[float, dict[str, float]]:
    """Seconds until ready, and megabytes of each process after some turns and a page."""
    _forget_the_worker(desk)
    begun = time.perf_counter()
    with open_for_work(desk, *USUAL[kind]):
        seconds = time.perf_counter() - begun
        tools.line.talk(desk.port, _TALKING, _TEXTS, seconds=_SECONDS)
        fetch(f"{desk.address}/admin/today", cookie)
        return seconds, {name: memory_mb(process.pid) for name, process in desk.processes.items()}


def _forget_the_worker(desk: Desk) -> None:
    """So that only one that has just started makes the web process ready."""
    with desk.database.transaction() as db:
        db.exec_driver_sql("DELETE FROM heartbeat")
