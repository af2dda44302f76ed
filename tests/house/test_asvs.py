"""docs/asvs.csv answers each requirement of OWASP ASVS 5.0 that concerns us, and names only tests that are there."""

import csv
import re
from collections import Counter

from tests.house.tree import ROOT, sources, told

STATES = {"tested", "design", "not applicable", "open"}
CHAPTERS = {str(number) for number in range(1, 18)}


def rows() -> list[dict[str, str]]:
    with (ROOT / "docs/asvs.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_has_a_state_and_its_reason() -> None:
    poor = [row["id"] for row in rows() if row["status"] not in STATES or len(row["evidence"]) < 4]
    assert not poor, told("say tested, design, not applicable or open, and why", poor)


def test_every_test_it_names_is_there() -> None:
    there = {function.name for source in sources("tests") for function in source.functions()}
    named = {name for row in rows() for name in re.findall(r"\btest_\w+", row["evidence"])}
    missing = named - there
    assert not missing, told("docs/asvs.csv names tests that are not there", missing)
    without = [
        row["id"]
        for row in rows()
        if row["status"] == "tested" and not re.search(r"\btest_", row["evidence"])
    ]
    assert not without, told("a row that is tested names its test", without)


def test_no_requirement_stands_twice_and_no_chapter_is_left_out() -> None:
    twice = [number for number, count in Counter(row["id"] for row in rows()).items() if count > 1]
    assert not twice, told("one row for each requirement", twice)
    assert {row["id"].split(".")[0] for row in rows()} == CHAPTERS
