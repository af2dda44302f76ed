"""Every module opens with one plain sentence, and what the program offers to others says what it is for."""

import ast
from collections.abc import Iterator

from tests.house.tree import Source, everything, program, told

VAGUE = ("utils", "util", "helpers", "helper", "manager", "managers", "common", "misc")


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        source.name
        for source in everything()
        if not (ast.get_docstring(source.tree) or "").partition("\n\n")[0].rstrip().endswith((".", "?", "!"))
    ]
    assert not silent, told(
        "open with one plain sentence that says what the module is, with a full stop", silent
    )


def _public(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        yield node


def test_what_a_module_offers_says_what_it_is_for() -> None:
    silent = [
        f"{source.at(node)} {node.name}"
        for source in program()
        for node in _public(source)
        if not ast.get_docstring(node)
    ]
    assert not silent, told(
        "write a docstring: what it is for, units, errors, the source of a rule; or make it private", silent
    )


def test_no_module_hides_behind_a_vague_name() -> None:
    vague = [
        source.name
        for source in everything()
        if source.path.stem in VAGUE or source.path.parent.name in VAGUE
    ]
    assert not vague, told("name a module after what it holds, a noun of docs/GLOSSARY.md", vague)
