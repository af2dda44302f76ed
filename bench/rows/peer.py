"""Whole turns against LINE's own echo example, which stores nothing, loses all at a crash, and replies while LINE waits."""

from collections.abc import Callable, Iterator
from statistics import median

from bench.desk import Desk, crowd, running_desk
from bench.figures import ROUNDS, SECONDS, Failed, Figure, ratio
from bench.tools import Tools

_TALKING = range(100)
# Somebody books: opens the list of places, chooses one by its number, sees the free times, goes back.
_OPEN, _TURNS = "予約", ("1", "もどる")
_FAR_SECONDS = 0.05
_TURNS_SHARE, _ACKNOWLEDGED_TIMES, _REPLIES_TIMES = 0.5, 20, 3

Rounds = tuple[list[float], list[float]]


def measure(tools: Tools) -> Iterator[Figure]:
    """With LINE at once and far away; desk and example take turns in being measured."""
    with tools.peer("echo") as echo, running_desk(tools.databases, "PostgreSQL", tools.line) as desk:
        tools.line.say(desk.port, _TALKING, _OPEN)

        def talk(port: int) -> float:
            return tools.line.talk(port, _TALKING, _TURNS, seconds=SECONDS).per_second

        at_once = _in_turn(talk, desk, echo)
        tools.line.delay = _FAR_SECONDS
        far = _in_turn(talk, desk, echo)
        _check_talk(tools, desk)
        before = desk.number("SELECT count(*) FROM inbound_event")
        flood = _in_turn(lambda port: crowd(port).per_second, desk, echo)
        tools.line.delay = 0.0
        if desk.number("SELECT count(*) FROM inbound_event") - before < sum(flood[0]) * SECONDS:
            raise Failed("more webhooks were answered than events kept")
    yield _figure("whole turns, web and worker, PostgreSQL, LINE at once", at_once, _TURNS_SHARE)
    yield _figure("acknowledged webhooks with LINE 50 ms away", flood, _ACKNOWLEDGED_TIMES)
    yield _figure("replies with LINE 50 ms away", far, _REPLIES_TIMES)


def _in_turn(value: Callable[[int], float], desk: Desk, echo: int) -> Rounds:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(value(echo))
        ours.append(value(desk.port))
    return ours, theirs


def _check_talk(tools: Tools, desk: Desk) -> None:
    """Every turn was answered by one reply, and nobody's answers overtook each other."""
    if tools.line.pushes or tools.line.refused:
        raise Failed(f"{tools.line.pushes} pushes and {tools.line.refused} repeated replies")
    overtaken = desk.number(
        "SELECT count(*) FROM (SELECT event_id < lag(event_id) OVER (PARTITION BY client_id ORDER BY id) AS late"
        " FROM outbound_message) AS answers WHERE late"
    )
    if overtaken:
        raise Failed(f"{overtaken} answers overtook an earlier one")


def _figure(what: str, rounds: Rounds, bar: float) -> Figure:
    ours, theirs = rounds
    share = ratio(ours, theirs)
    return Figure(
        what,
        f"{median(ours):,.0f}/s = {share:.2f} times"
        if bar < 1
        else f"{median(ours):,.0f}/s = {share:.1f} times",
        f"LINE's FastAPI echo: {median(theirs):,.0f}/s",
        f"≥ {bar} times",
        share >= bar,
    )
