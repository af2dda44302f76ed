"""What very many years do to a turn in the chat and to the pages staff and officers open first."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from statistics import median

from bench.databases import KINDS
from bench.desk import USUAL, Desk, open_for_work, prepared_desk
from bench.figures import ROUNDS, Figure, ratio
from bench.panel import fill_a_day
from bench.processes import fetch
from bench.tools import Tools
from bench.years import MESSAGES, PARTIES, SESSIONS, let_years_pass
from desk.clock import Clock, local_date
from tomarigi.sample import open_samples

_TIMES, _PAGES, _SECONDS = 1.3, 10, 2.0
_PERSON, _TEXTS = (1,), ("予約", "1", "もどる")


def measure(tools: Tools) -> Iterator[Figure]:
    """A full database beside one that has a single day in it."""
    for kind in KINDS:
        with ExitStack() as running:
            empty, full = (
                running.enter_context(prepared_desk(tools.databases, kind, tools.line)) for _ in "ab"
            )
            cookies = {desk.port: _fill(desk) for desk in (empty, full)}
            let_years_pass(full.database, today=local_date(Clock().now()))
            for desk in (empty, full):
                running.enter_context(open_for_work(desk, *USUAL[kind]))
            yield _compared("a turn", kind, empty, full, partial(_turn, tools))
            for name, path in (("本日", "today"), ("今週すること", "week")):
                yield _compared(name, kind, empty, full, partial(_page, cookies, path))


def _fill(desk: Desk) -> str:
    open_samples(desk.database, now=Clock().now())
    return fill_a_day(desk.database, desk.vault, now=Clock().now())


def _turn(tools: Tools, desk: Desk) -> float:
    return tools.line.talk(desk.port, _PERSON, _TEXTS, seconds=_SECONDS).late.p50


def _page(cookies: Mapping[int, str], path: str, desk: Desk) -> float:
    late = []
    for _ in range(_PAGES):
        begun = time.perf_counter()
        fetch(f"{desk.address}/admin/{path}", cookies[desk.port])
        late.append(1000 * (time.perf_counter() - begun))
    return median(late)


def _compared(what: str, kind: str, empty: Desk, full: Desk, value: Callable[[Desk], float]) -> Figure:
    value(empty), value(full)  # what is loaded or planned once is not the growth
    rounds = [(value(empty), value(full)) for _ in range(ROUNDS)]
    before, after = [one for one, _ in rounds], [other for _, other in rounds]
    times = ratio(after, before)
    return Figure(
        f"{what} with {SESSIONS * PARTIES:,} bookings and {MESSAGES:,} messages kept, {kind}",
        f"{median(after):.0f} ms = {times:.2f} times",
        f"without them: {median(before):.0f} ms",
        f"≤ {_TIMES} times",
        times <= _TIMES,
    )
