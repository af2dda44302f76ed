"""Every `type: ignore` and `noqa` names its rule and its reason, and those of the program are counted."""

import re

from tests.house.tree import everything, told

TYPE_ESCAPE = re.compile(r"# type: ignore(\[[\w-]+(, [\w-]+)*\])?(?P<reason>\s+#\s*\w.*)?")
LINT_ESCAPE = re.compile(r"# noqa(: [A-Z]+\d+)?(?P<reason>\s*[-#–]\s*\w.*)?")
# How many the program has. It may fall; to raise it is a decision somebody sees in the diff.
COUNTED = 4


def _escapes() -> list[tuple[str, re.Match[str]]]:
    return [
        (f"{source.name}:{number}", found)
        for source in everything()
        if source.name != "tests/house/test_escapes.py"
        for number, line in enumerate(source.text.splitlines(), start=1)
        for pattern in (TYPE_ESCAPE, LINT_ESCAPE)
        if (found := pattern.search(line))
    ]


def test_every_escape_names_its_rule_and_its_reason() -> None:
    silent = [place for place, found in _escapes() if not (found.group(1) and found.group("reason"))]
    assert not silent, told(
        "write `# type: ignore[rule]  # why` or `# noqa: RULE - why`, or better: mend it", silent
    )


def test_escapes_do_not_grow_unseen() -> None:
    places = [place for place, _ in _escapes() if not place.startswith(("bench/", "tests/"))]
    assert len(places) == COUNTED, f"there are {len(places)} escapes now: set COUNTED to it. {places}"
