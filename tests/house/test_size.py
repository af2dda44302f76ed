"""What one reads at a sitting: short files, short functions, few levels."""

import ast

from tests.house.exceptions import unexcused
from tests.house.tree import ROOT, all_files, everything, told

FILE_LINES = 400
FUNCTION_LINES = 40
LEVELS = 3
READ_BY_PEOPLE = (".py", ".html", ".css", ".js")
NESTS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def test_no_file_is_longer_than_400_lines() -> None:
    places = [
        f"{path.relative_to(ROOT).as_posix()} {lines}"
        for path in all_files()
        if path.suffix in READ_BY_PEOPLE
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    ]
    places = unexcused("long file", places)
    assert not places, told("a file this long does two things: give the second a file and a name", places)


def test_no_function_is_longer_than_40_lines() -> None:
    places = [
        f"{source.at(function)} {function.name} {lines}"
        for source in everything()
        for function in source.functions()
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    ]
    places = unexcused("long function", places)
    assert not places, told("find the step inside that a colleague would name, and name it", places)


def _depth(node: ast.AST, *, level: int = 0) -> int:
    deepest = level
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        inner = level + isinstance(child, NESTS) - is_elif
        deepest = max(deepest, _depth(child, level=inner))
    return deepest


def test_nothing_is_nested_deeper_than_three_levels() -> None:
    places = [
        f"{source.at(function)} {function.name} {depth}"
        for source in everything()
        for function in source.functions()
        if (depth := _depth(function)) > LEVELS
    ]
    places = unexcused("deep nesting", places)
    assert not places, told("leave early, or make the inner block a function", places)
