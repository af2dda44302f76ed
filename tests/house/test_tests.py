"""How the tests themselves behave: nothing patched, slept through, skipped, or unable to fail."""

import ast

from tests.house.tree import Source, dotted, sources, told

PATCHES = {"monkeypatch", "mocker", "Mock", "MagicMock", "AsyncMock", "patch"}
SKIPS = {"pytest.skip", "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}


def _names(source: Source) -> set[str]:
    arguments = {node.arg for node in ast.walk(source.tree) if isinstance(node, ast.arg)}
    imported = {
        alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return arguments | imported


def test_no_test_patches_our_own_code() -> None:
    places = [source.name for source in sources("tests") if _names(source) & PATCHES]
    assert not places, told(
        "hand in a value, a clock that stands still or a real server at an edge of ours", places
    )


def test_no_test_sleeps() -> None:
    places = [
        source.at(call)
        for source in sources("tests")
        for call in source.calls()
        if dotted(call.func) == "time.sleep"
    ]
    assert not places, told("wait for the thing itself, in a bounded loop on the condition", places)


def test_no_test_is_skipped() -> None:
    places = [
        source.at(node)
        for source in sources("tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and dotted(node) in SKIPS
    ]
    assert not places, told("let it fail with a sentence that says what is missing and how it comes", places)


def _can_fail(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(node, ast.Assert | ast.Raise)
        or (isinstance(node, ast.Call) and _checks(dotted(node.func).split(".")[-1]))
        for node in ast.walk(function)
    )


def _checks(name: str) -> bool:
    """`pytest.raises`, `pytest.fail`, playwright's `expect`, and functions named after what they check."""
    return name in ("raises", "fail", "warns") or name.lstrip("_").startswith(
        ("expect", "assert", "check", "compare", "refused", "wait_")
    )


def test_every_test_can_fail() -> None:
    places = [
        f"{source.at(function)} {function.name}"
        for source in sources("tests")
        for function in source.functions()
        if function.name.startswith("test_") and not _can_fail(function)
    ]
    assert not places, told("say with `assert` what must be so", places)
