"""The documents are held to the code: a setting, a column, a recipe or a word that is missing fails here."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from desk.settings import Settings
from desk.tables import metadata
from desk.tables.base import HASH
from tests.house.tree import ROOT, sources, told

CLASSES = {"sealed", "blind", "hash", "person", "staff", "none"}
NAMES_A_CLIENT = {"client_id", "writer_id", "visitor_id"}
SETTINGS = sorted(name.upper() for name in Settings.model_fields)
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml))`")


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _described_columns() -> dict[str, dict[str, tuple[str, str, str]]]:
    """Table → column → what for, class, lifetime, as docs/DATA.md tells them."""
    found: dict[str, dict[str, tuple[str, str, str]]] = {}
    columns: dict[str, tuple[str, str, str]] = {}
    for line in _read("docs/DATA.md").splitlines():
        if line.startswith("### "):
            columns = found.setdefault(line[4:].strip(), {})
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and cells[0] != "column":
            columns[cells[0]] = (cells[1], cells[2], cells[3])
    return found


def test_every_column_is_in_data_md_and_nothing_else_is() -> None:
    described = {f"{table}.{name}" for table, columns in _described_columns().items() for name in columns}
    there = {str(column) for table in metadata.sorted_tables for column in table.columns}
    missing = there - described
    assert not missing, told(
        "say in docs/DATA.md what they are for, their class, how long they live", missing
    )
    gone = described - there
    assert not gone, told("take these out of docs/DATA.md: they are gone", gone)


def test_every_column_has_a_purpose_a_class_and_a_lifetime() -> None:
    poor = [
        f"{table}.{name}"
        for table, columns in _described_columns().items()
        for name, (purpose, kind, lives) in columns.items()
        if not purpose or kind not in CLASSES or not lives
    ]
    assert not poor, told(f"fill the line in; the class is one of {sorted(CLASSES)}", poor)


def _words_of_columns() -> Iterator[tuple[str, str, list[str]]]:
    """Table, column, and the words that may stand there, where they are few and fixed."""
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            fixed = re.fullmatch(r"(\w+) IN \(([^()]+)\)", str(getattr(constraint, "sqltext", "")))
            if fixed:
                yield table.name, fixed[1], re.findall(r"\w+", fixed[2])


def test_a_line_of_data_md_that_begins_with_a_word_of_its_column_names_them_all() -> None:
    described = _described_columns()
    half = [
        f"{table}.{column}: {', '.join(words)}"
        for table, column, words in _words_of_columns()
        if (said := re.findall(r"\w+", described[table][column][0]))[0] in words and not {*words} <= {*said}
    ]
    assert not half, told("name them all in docs/DATA.md", half)
    last = re.findall(r'"(I\d+)"', _read("desk/invariants.py"))[-1]
    assert f"I1 to {last} " in _read("docs/DATA.md").replace(" |", " ")


def _fits(column: sa.Column[object], kind: str) -> bool:
    if isinstance(column.type, sa.LargeBinary) or kind == "sealed":
        return isinstance(column.type, sa.LargeBinary) and kind == "sealed"
    if isinstance(column.type, sa.String) and column.type.length == HASH.length:
        return kind in ("blind", "hash")
    return column.name not in NAMES_A_CLIENT or kind == "person"


def test_the_class_of_a_column_fits_how_it_is_stored() -> None:
    described = _described_columns()
    wrong = [
        str(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if not _fits(column, described[table.name][column.name][1])
    ]
    assert not wrong, told(
        "what is sealed is stored as bytes, an index as a hash, and who is meant is `person`", wrong
    )


@pytest.mark.parametrize("document", ["docs/MANUAL.md", ".env.example"])
def test_every_setting_is_explained(document: str) -> None:
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\bPORT\b", _read(document)))
    missing = set(SETTINGS) - named
    assert not missing, told(f"explain it in {document}", missing)


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "docs/ARCHITECTURE.md",
        "docs/RECIPES.md",
        "docs/GLOSSARY.md",
        "docs/MANUAL.md",
        "docs/PERFORMANCE.md",
        "docs/DATA.md",
        "docs/SECURITY.md",
        "docs/NEEDS.md",
        "docs/PROOF.md",
        *sorted(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/手引き/*.md")),
    ],
)
def test_every_file_a_document_names_is_there(document: str) -> None:
    missing = [name for name in PATH.findall(_read(document)) if not (ROOT / name).exists()]
    assert not missing, told(f"{document} sends its reader to files that are not there", missing)


def test_every_test_that_is_called_a_proof_is_there() -> None:
    there = {function.name for source in sources("tests") for function in source.functions()}
    missing = set(re.findall(r"`(test_\w+)`", _read("docs/PROOF.md"))) - there
    assert not missing, told("docs/PROOF.md names tests that are not there", missing)


def test_every_part_of_the_house_is_in_the_architecture() -> None:
    text = _read("docs/ARCHITECTURE.md")
    rooms = [f"{room}/" for room in ("admin", "bot", "desk", "migrations", "simulator", "tests", "tomarigi")]
    areas = [f"{folder.name}/" for folder in (ROOT / "desk").iterdir() if (folder / "__init__.py").exists()]
    missing = [name for name in rooms + areas if name not in text]
    assert not missing, told("draw it in docs/ARCHITECTURE.md, with what it is for", missing)


def _glossary() -> list[list[str]]:
    rows = [line for line in _read("docs/GLOSSARY.md").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1:]]


def test_every_table_is_named_by_a_word_of_the_glossary() -> None:
    words = {word.strip("` ") for row in _glossary() for word in row[1].split(",")}
    nameless = [table.name for table in metadata.sorted_tables if table.name.replace("_", " ") not in words]
    assert not nameless, told("a new word enters docs/GLOSSARY.md before it enters the code", nameless)


def test_every_word_of_the_glossary_has_its_japanese_its_meaning_and_its_place() -> None:
    poor = [" | ".join(row) for row in _glossary() if len(row) != 4 or not all(row)]
    assert not poor, told("| 日本語 | english | meaning | where |", poor)


def test_a_word_of_the_glossary_means_one_thing() -> None:
    english = [word.strip() for row in _glossary() for word in row[1].split(",")]
    assert len(english) == len(set(english)), sorted({word for word in english if english.count(word) > 1})
