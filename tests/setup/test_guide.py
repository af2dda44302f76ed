"""手引き is true: what it tells to type, to set, to open and to look at is there, and no line leaves a secretary alone."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from admin.pages.settings import PROMISES
from bot.line import LineFault
from desk.calendar.rules import PROMISE_KEYS
from desk.settings import Settings
from tests.house.tree import ROOT
from tests.setup.guide import FOLDER, PAGES, commands, unexplained
from tomarigi import line_mends
from tomarigi.__main__ import app

LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
LARGEST = 100_000


def unknown_in(command: str) -> list[str]:
    """The words and options of a command that the program does not know."""
    found: Any = typer.main.get_command(app)
    words = command.split()
    while hasattr(found, "commands"):
        if not words or words[0] not in found.commands:
            return [command]
        found = found.commands[words.pop(0)]
    known = {option for parameter in found.params for option in parameter.opts}
    return [word for word in words if word.startswith("--") and word not in known]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_and_setting_is_there(page: Path) -> None:
    assert [unknown for command in commands(page) for unknown in unknown_in(command)] == []
    settings = {name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", page.read_text(encoding="utf-8")))
    assert named <= settings


def test_a_command_nobody_knows_would_be_found() -> None:
    assert unknown_in("line setup") == []
    assert unknown_in("desk add --code chino --name 茅野") == []
    assert unknown_in("line set-up") == ["line set-up"]
    assert unknown_in("desk add --kode chino") == ["--kode"]


def test_every_link_and_picture_is_there_and_every_picture_is_shown() -> None:
    links = {(page, target) for page in PAGES for target in LINK.findall(page.read_text(encoding="utf-8"))}
    missing = [f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()]
    assert missing == []
    shown = {(page.parent / target).resolve() for page, target in links if target.endswith(".png")}
    assert shown == set((FOLDER / "絵").iterdir())
    assert [picture.name for picture in shown if picture.stat().st_size > LARGEST] == []
    assert {page for page in PAGES if page.name != "README.md"} == {
        (page.parent / target).resolve()
        for page, target in links
        if page.name == "README.md" and target.endswith(".md")
    }


def test_every_mend_is_explained_in_japanese() -> None:
    mends = [
        *(line_mends.mend_of(LineFault(status)) for status in (0, 400, 401, 403, 429, 500)),
        *line_mends.SEEN_AT_WEBHOOK.values(),
        line_mends.ADDRESS_REFUSED,
    ]
    assert unexplained(mends) == []
    assert unexplained(["something new is wrong"]) == ["something new is wrong"]


def test_the_readme_and_the_manual_lead_to_it() -> None:
    for document in ("README.md", "docs/MANUAL.md"):
        assert "docs/手引き" in (ROOT / document).read_text(encoding="utf-8")


def test_it_names_every_promise_a_desk_must_give() -> None:
    text = (FOLDER / "4-窓口の用意.md").read_text(encoding="utf-8")
    assert tuple(PROMISES) == PROMISE_KEYS
    assert [name for name in PROMISES.values() if f"**{name}**" not in text] == []
