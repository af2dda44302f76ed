"""Flows and rules take values and give values: what they import shows that they can do nothing else."""

import ast
import sys
from collections.abc import Iterator

from tests.house.exceptions import unexcused
from tests.house.tree import Source, sources, told

REACHES_OUT = {
    "os",
    "time",
    "socket",
    "subprocess",
    "threading",
    "asyncio",
    "random",
    "secrets",
    "sqlite3",
    "http",
}


def _pure() -> list[Source]:
    rules = [source for source in sources("desk") if source.path.name == "rules.py"]
    return [*sources("bot/flows"), *rules]


def _imported(source: Source) -> Iterator[tuple[str, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            yield source.at(node), node.module or ""
        elif isinstance(node, ast.Import):
            yield from ((source.at(node), alias.name) for alias in node.names)


def _is_pure(module: str) -> bool:
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return top not in REACHES_OUT
    return module.startswith("bot.flows") or module == "desk.errors" or module.endswith(".rules")


def test_flows_and_rules_import_only_the_standard_library_each_other_and_the_errors() -> None:
    foreign = [
        f"{place} {module}"
        for source in _pure()
        for place, module in _imported(source)
        if not _is_pure(module)
    ]
    places = unexcused("pure", foreign)
    assert not places, told(
        "hand in what is needed as a value: now, a row, a text. What acts is a service, what asks a query",
        places,
    )
