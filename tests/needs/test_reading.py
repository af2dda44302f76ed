"""Any text is survived, from any thread, in bounded time, and evidence points into the text as typed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.needs.codes import NEED_BY_CODE, SIGN_BY_CODE
from desk.needs.folding import fold
from desk.needs.service import read
from desk.needs.tagging import Evidence, Tagging

PIECES = [
    "死にたい",
    "家賃が払えない",
    "ｼｺﾞﾄ",
    "し に た い",
    "😀",
    "\x00",
    "\ud800",
    "金がねえ",
    "\n",
    "。",
    "は\u3099",
    "ーー",
    "ﷺ",
    "㍿",
    "ﾞ",
    "たか",
    "へん",
    "とこない",
    "わけではない",
    "1,000円",
    "|",
    "…",
    "〈家族〉",
    "e\u0301",
    "👨\u200d👩",
]
STORY = "部屋を出されて三か月、仕事も見つからず、親とは連絡がとれません。夜は眠れません。"


def _evidence(tagging: Tagging) -> list[Evidence]:
    needs = [piece for tag in tagging.needs for piece in tag.evidence]
    return needs + [piece for sign in tagging.signs for piece in sign.evidence]


def _evidence_fits(text: str, tagging: Tagging) -> bool:
    return all(
        0 <= piece.start < piece.end <= len(text) and text[piece.start : piece.end] == piece.text
        for piece in _evidence(tagging)
    )


# Every character there is, lone surrogates and unassigned ones too; and what folding and scope rewrite.
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=80)
MIXED = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(exclude_categories=())), max_size=12)


@given(st.one_of(ANYTHING, MIXED.map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_and_its_evidence_is_of_the_text_as_typed(text: str) -> None:
    tagging = read(text)
    assert _evidence_fits(text, tagging)
    assert {tag.code for tag in tagging.needs} <= NEED_BY_CODE.keys()
    assert {sign.code for sign in tagging.signs} <= SIGN_BY_CODE.keys()
    assert all(tag.evidence for tag in tagging.needs)
    assert all(sign.evidence for sign in tagging.signs)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_each_folded_letter_knows_where_it_came_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800", "😀" * 400, "あ" * 12_000, "死" * 12_000, "。" * 5_000]
)
def test_odd_texts_get_an_answer(text: str) -> None:
    assert _evidence_fits(text, read(text))


def test_what_stands_at_the_end_of_a_very_long_text_is_found() -> None:
    text = "きょうは晴れでした。" * 2_000 + "もう死にたい"
    (sign,) = read(text).signs
    assert (sign.code, sign.level, sign.evidence[0].end) == ("suicide", "alarm", len(text))


def test_a_very_long_text_without_any_full_stop_is_read_to_its_end() -> None:
    text = "きょうは晴れでして" * 2_000 + "家賃が払えない"
    assert {tag.code for tag in read(text).needs} == {"housing", "money"}


def test_every_thread_gives_the_same_answer() -> None:
    texts = [STORY, "死にたい", "住む所はあります", "", "三日食べてない"] * 40
    alone = [read(text) for text in texts]
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(read, texts)) == alone
