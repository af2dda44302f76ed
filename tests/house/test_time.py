"""Nobody but the clock asks for the time: a rule that does cannot be asked about next Friday."""

import ast

from tests.house.exceptions import unexcused
from tests.house.tree import Source, dotted, program, told

ASKS_FOR_THE_TIME = {
    *(
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "func.now",
        "func.current_timestamp",
    ),
    *("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter"),
    *("time.localtime", "time.gmtime", "time.ctime", "time.strftime"),
}
FROM_TIME = {name.partition(".")[2] for name in ASKS_FOR_THE_TIME if name.startswith("time.")}


def _asked(source: Source) -> list[str]:
    """Also where the function is only handed on, as in `default_factory=date.today`."""
    named = [
        source.at(node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and ".".join(dotted(node).split(".")[-2:]) in ASKS_FOR_THE_TIME
    ]
    imported = [
        source.at(node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "time"
        and any(alias.name in FROM_TIME for alias in node.names)
    ]
    return named + imported


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    places = unexcused("clock", [place for source in program() for place in _asked(source)])
    assert not places, told(
        "these ask for the time. Rules and services take `now`, an aware UTC datetime, as a keyword; "
        "an edge (web, worker, panel, command) asks its Clock once and hands it in",
        places,
    )
