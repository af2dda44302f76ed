"""There is one way to write: all or nothing, opened by an edge and never by what it calls."""

import ast
from collections.abc import Iterator, Sequence

from tests.house.exceptions import unexcused
from tests.house.tree import Source, program, sources, told

WRITES_BY_ITSELF = {"commit", "rollback", "begin", "connect"}
OPENS = {"transaction", "reading"}


def _calls_of(source: Source, names: set[str]) -> list[str]:
    return [source.at(call) for call in source.calls() if getattr(call.func, "attr", "") in names]


def test_the_only_commit_is_in_the_database_module() -> None:
    knows_sql = [source for source in program() if "sqlalchemy" in source.text]
    places = [place for source in knows_sql for place in _calls_of(source, WRITES_BY_ITSELF)]
    places = unexcused("commit", places)
    assert not places, told(
        "these open or end a transaction by themselves. Take `db: Connection` and let the caller's "
        "`database.transaction()` commit: all of it or nothing",
        places,
    )


def test_what_the_desk_does_never_opens_a_transaction() -> None:
    areas = [source for source in sources("desk") if source.name.count("/") > 1]
    places = [place for source in areas for place in _calls_of(source, OPENS)]
    assert not places, told(
        "an area of the desk opened a transaction. Then two services could not be called as one effect: "
        "take `db` from the caller; edges open transactions",
        places,
    )


def test_no_page_is_made_while_others_wait_to_write() -> None:
    places = [
        source.at(call)
        for source in sources("admin", "bot/pages")
        for call in _done_within(source, {".transaction", ".writing"}, {".page", "render"})
    ]
    assert not places, told(
        "a page is made inside a transaction that writes, and on SQLite everybody else waits for it. Leave the `with` "
        "first, then show",
        places,
    )


def test_nobody_opens_a_connection_who_holds_one() -> None:
    opens = {".transaction", ".writing", ".reading"}
    places = [
        source.at(call)
        for source in sources("admin", "bot", "tomarigi")
        for call in _done_within(source, opens, opens)
    ]
    assert not places, told(
        "a second connection is opened inside a transaction. When all hold one and wait for another, nothing moves: "
        "hand `db` on, or leave the `with` first",
        places,
    )


def _done_within(source: Source, opens: set[str], does: set[str]) -> Iterator[ast.Call]:
    """Calls of these names, by themselves or through functions of the same file, inside a `with` that opens those."""
    found = set(does)
    while more := {each.name for each in source.functions() if _calls_in(each.body, found)} - found:
        found |= more
    opened = (node for node in ast.walk(source.tree) if isinstance(node, ast.With))
    bodies = (
        node.body for node in opened if any(_name_of(item.context_expr) in opens for item in node.items)
    )
    return (call for body in bodies for call in _calls_in(body, found))


def _calls_in(body: Sequence[ast.AST], names: set[str]) -> list[ast.Call]:
    every = (node for each in body for node in ast.walk(each))
    return [node for node in every if isinstance(node, ast.Call) and _name_of(node) in names]


def _name_of(node: ast.AST) -> str:
    """What is called: the function of the same file, or the method of whatever it is."""
    return (
        getattr(node.func, "id", f".{getattr(node.func, 'attr', '')}") if isinstance(node, ast.Call) else ""
    )
