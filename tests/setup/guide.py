"""手引き, read as its readers do: its pages, the commands in them, and the table of what may go wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import ROOT

FOLDER = ROOT / "docs" / "手引き"
PAGES = sorted(FOLDER.glob("*.md"))
TROUBLES = FOLDER / "7-こまったとき.md"
_COMMAND = re.compile(r"\btomarigi ((?:[a-z]+ ?)+[^\n`&]*)")


def commands(page: Path) -> Iterator[str]:
    """What is typed after `tomarigi`, with its options."""
    yield from (found.strip() for found in _COMMAND.findall(page.read_text(encoding="utf-8")))


def unexplained(lines: list[str]) -> list[str]:
    """The lines of a command for which the table of troubles has no row."""
    rows = re.findall(r"^\| `([^`]+)`", TROUBLES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line for line in lines if not any(words in line for words in rows)]
