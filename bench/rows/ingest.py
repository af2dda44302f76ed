"""Webhooks that are kept before they are answered: in a rush, at a steady pace, and on a disk that is slow."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from statistics import median

from bench.databases import KINDS, databases
from bench.desk import Desk, crowd, open_for_work, prepared_desk
from bench.figures import ROUNDS, Failed, Figure, ratio
from bench.load import Answers
from bench.machine import cores
from bench.pace import steadily
from bench.slow_disk import DELAY_MS, slowed
from bench.tools import Tools

_PACE = 200
_SHARE, _RUSH_MS, _STEADY_MS = 0.25, 50, 10
_SLOW_PER_SECOND, _SLOW_MS = 2000, 100


def measure(tools: Tools) -> Iterator[Figure]:
    """Three figures for each database."""
    with ExitStack() as running:
        bare = running.enter_context(tools.peer("bare", core=cores()[0]))
        desks = {kind: _web(running, tools, kind) for kind in KINDS}
        ports = {"bare": bare} | {kind: desk.port for kind, desk in desks.items()}
        rounds = [{name: crowd(port) for name, port in ports.items()} for _ in range(ROUNDS)]
        for kind, desk in desks.items():
            _check(desk, [each[kind] for each in rounds])
            yield _rush(kind, [each[kind] for each in rounds], [each["bare"] for each in rounds])
        for kind, desk in desks.items():
            late = median(steadily(desk.port, _PACE).p99 for _ in range(ROUNDS))
            yield Figure(
                f"the same at {_PACE}/s, {kind}",
                f"p99 {late:.1f} ms",
                "",
                f"p99 ≤ {_STEADY_MS} ms",
                late <= _STEADY_MS,
            )
    with slowed() as environment:
        if environment is None:
            yield Figure("the same with slowed fsync", "left out: no C compiler here", "", "", reached=False)
        else:
            yield from _on_a_slow_disk(tools, environment)


def _on_a_slow_disk(tools: Tools, environment: Mapping[str, str]) -> Iterator[Figure]:
    with databases(environment) as slow, ExitStack() as running:
        other = Tools(slow, tools.line)
        desks = {kind: _web(running, other, kind, environment) for kind in KINDS}
        rounds = [{kind: crowd(desk.port) for kind, desk in desks.items()} for _ in range(ROUNDS)]
        for kind, desk in desks.items():
            found = [each[kind] for each in rounds]
            _check(desk, found)
            pace = median(each.per_second for each in found)
            late = median(each.late.p99 for each in found)
            yield Figure(
                f"the same with each fsync slowed by {DELAY_MS} ms, {kind}",
                f"{pace:,.0f}/s, p99 {late:.0f} ms",
                "",
                f"≥ {_SLOW_PER_SECOND:,}/s, p99 ≤ {_SLOW_MS} ms",
                pace >= _SLOW_PER_SECOND and late <= _SLOW_MS,
            )


def _web(running: ExitStack, tools: Tools, kind: str, environment: Mapping[str, str] | None = None) -> Desk:
    desk = running.enter_context(prepared_desk(tools.databases, kind, tools.line))
    return running.enter_context(open_for_work(desk, "web", core=cores()[0], besides=environment))


def _check(desk: Desk, rounds: list[Answers]) -> None:
    """Nothing that was answered is missing, and nothing is there twice."""
    kept = desk.number("SELECT count(*) FROM inbound_event")
    different = desk.number("SELECT count(DISTINCT event_key) FROM inbound_event")
    answered = sum(each.kept for each in rounds)
    if not kept == different >= answered:
        raise Failed(f"{answered} webhooks were answered, {kept} rows kept, {different} different ones")


def _rush(kind: str, ours: list[Answers], bare: list[Answers]) -> Figure:
    share = ratio([each.per_second for each in ours], [each.per_second for each in bare])
    late = median(each.late.p99 for each in ours)
    return Figure(
        f"durable webhooks, sealed, one process, 64 connections, {kind}",
        f"{median(each.per_second for each in ours):,.0f}/s = {share:.2f}, p99 {late:.0f} ms",
        f"bare Starlette: {median(each.per_second for each in bare):,.0f}/s",
        f"≥ {_SHARE}, p99 ≤ {_RUSH_MS} ms",
        share >= _SHARE and late <= _RUSH_MS,
    )
