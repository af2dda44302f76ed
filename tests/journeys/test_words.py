"""The words clients read: short sentences, few kanji in a row, and nothing on a lock screen that tells."""

import re

import pytest

from bot.flows.pushes import OFFERS as PUSHES
from bot.flows.script import BEFORE, speak
from desk.discretion import LOCK_SCREEN_WORDS
from tests.journeys.transcripts import FOLDER

LONGEST_SENTENCE = 40
#: Names of places and of helplines, and what every phone says; all else must do with four kanji in a row.
KNOWN_LONG_RUNS = {"性犯罪被害相談電話"}
FACTS = {
    "starts": "2026-11-27T10:00",
    "ends": "2026-11-27T10:50",
    "ref": "",
    "text": "おかわり ありませんか。",
}

SENTENCES = [
    (path.stem, sentence)
    for path in sorted(FOLDER.glob("*.txt"))
    for row in path.read_text().splitlines()
    if row.startswith(("B ", "  ")) and not row.startswith(("  ［", "  （"))
    for sentence in re.split(r"(?<=。)", row[2:])
    if sentence.strip()
]


def faults_of(sentence: str) -> list[str]:
    """What is too hard about a sentence."""
    faults = []
    if len(sentence) > LONGEST_SENTENCE and "http" not in sentence:
        faults.append(f"{len(sentence)} characters")
    runs = [run for run in re.findall(r"[一-龯々]{5,}", sentence) if run not in KNOWN_LONG_RUNS]
    return [*faults, *(f"kanji in a row: {run}" for run in runs)]


def test_every_sentence_is_short_and_plain() -> None:
    assert SENTENCES
    hard = {
        f"{where}: {sentence}": faults_of(sentence) for where, sentence in SENTENCES if faults_of(sentence)
    }
    assert hard == {}


@pytest.mark.parametrize("text", BEFORE.values())
def test_every_word_in_front_of_a_question_is_short(text: str) -> None:
    assert [fault for sentence in re.split(r"(?<=。)", text) for fault in faults_of(sentence)] == []


@pytest.mark.parametrize("kind", PUSHES)
def test_nothing_that_is_pushed_tells_what_it_is_about(kind: str) -> None:
    (bubble,) = speak([{"kind": kind, "facts": FACTS}])
    shown = " ".join([bubble.text, bubble.alt, *(button.label for button in bubble.buttons)])
    assert [word for word in LOCK_SCREEN_WORDS if word in shown] == []


def test_a_long_or_telling_sentence_is_found() -> None:
    assert faults_of(
        "これは とても長くて、だれも 最後まで 読むことができない、四十文字よりも ずっと長い文です。"
    )
    assert faults_of("更生保護支援事業の窓口です。")
