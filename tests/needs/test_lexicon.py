"""The lexicon: broad enough, every row true to its examples, and a wrong row refused by line and reason."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from desk.needs.codes import NEEDS, SIGNS
from desk.needs.lexicon.tables import ROW_FILES, WrongLexicon
from desk.needs.scope import SCOPE_CLASSES
from desk.needs.service import (
    COMPILED,
    SHIPPED,
    compile_lexicon,
    faults,
    load_lexicon,
    open_lexicon,
    read,
    shipped_reader,
)

ROWS = shipped_reader().lexicon.rows


def test_every_row_finds_its_example_and_leaves_its_counterexample() -> None:
    assert list(faults(shipped_reader())) == []


def test_the_lexicon_is_broad() -> None:
    assert len(ROWS) >= 1_000
    needs = Counter(code for row in ROWS for code in row.needs)
    signs = Counter(code for row in ROWS for code in row.signs)
    assert {need.code: needs[need.code] for need in NEEDS if needs[need.code] < 30} == {}
    assert {sign.code: signs[sign.code] for sign in SIGNS if signs[sign.code] < 40} == {}


def test_every_row_gives_a_need_or_a_sign() -> None:
    assert [row.source for row in ROWS if not row.needs and not row.signs] == []


def test_no_row_stands_twice() -> None:
    said = Counter((row.kind, row.needs, row.signs, row.parts) for row in ROWS)
    assert [key for key, times in said.items() if times > 1] == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The shipped tables to be spoilt, short enough to be read in no time."""
    kept = {"needs.csv": 40, "signs.csv": 1, "themes.csv": 1}
    for table in SHIPPED.glob("*.csv"):
        lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
        text = "".join(lines[: kept.get(table.name)])
        (tmp_path / table.name).write_text(text, encoding="utf-8")
    return tmp_path


def _add_row(folder: Path, row: str) -> int:
    """Append a row and return its line number."""
    table = folder / "needs.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text + row + "\n", encoding="utf-8")
    return len(text.splitlines()) + 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("hausing,word,家出,家出しました,家にいます", "unknown code hausing"),
        ("housing,verb,家出,家出しました,家にいます", "unknown kind 'verb'"),
        ("housing,combination,家出,家出しました,家にいます", "needs two pieces"),
        ("housing,word,〈宇宙人〉,宇宙人が来た,家にいます", "unknown class 〈宇宙人〉"),
        ("housing,word,。,家は,家に", "no word is left of '。'"),
        ("housing,word,家出,,家にいます", "needs a value"),
        ("housing,word,月への移住,火星に行きたい,家にいます", "does not match its example '火星に行きたい'"),
        ("housing,word,月への移住,月への移住がしたい,月への移住は無理", "matches '月への移住は無理'"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line_and_the_reason(copy: Path, row: str, reason: str) -> None:
    line = _add_row(copy, row)
    with pytest.raises(WrongLexicon) as refused:
        load_lexicon(copy, check=True)
    assert f"needs.csv line {line}" in str(refused.value)
    assert reason in str(refused.value)


def test_while_a_wrong_lexicon_is_refused_the_old_one_stays_in_force(copy: Path) -> None:
    before = read("家賃が払えません")
    _add_row(copy, "housing,verb,家出,家出しました,家にいます")
    with pytest.raises(WrongLexicon):
        load_lexicon(copy, check=True)
    assert read("家賃が払えません") == before


def test_what_was_compiled_is_what_the_tables_say() -> None:
    same = COMPILED.read_bytes() == compile_lexicon(SHIPPED)
    assert same, "the lexicon or how it is read changed: `make needs-model`"


def test_a_row_a_person_adds_is_found_at_once(copy: Path) -> None:
    _add_row(copy, "community,word,月への移住,月への移住がしたい,月を見た")
    (tag,) = open_lexicon(copy, COMPILED.read_bytes()).read("月への移住を考えています").needs
    assert (tag.code, tag.evidence[0].text) == ("community", "月への移住")


def test_tables_changed_since_they_were_compiled_are_checked_at_the_start(copy: Path) -> None:
    line = _add_row(copy, "housing,word,月への移住,火星に行きたい,家にいます")
    with pytest.raises(WrongLexicon, match=f"needs.csv line {line}: does not match its example"):
        open_lexicon(copy, COMPILED.read_bytes())


def test_every_named_list_is_used_by_a_row_or_by_the_scope_rules() -> None:
    with (SHIPPED / "classes.csv").open(encoding="utf-8", newline="") as file:
        names = {line["class"] for line in csv.DictReader(file) if not line["class"].startswith("#")}
    rows = "".join((SHIPPED / name).read_text(encoding="utf-8") for name in ROW_FILES)
    assert {name for name in names - SCOPE_CLASSES if f"〈{name}〉" not in rows} == set()
    assert names >= SCOPE_CLASSES
