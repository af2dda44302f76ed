"""Four small sets of invented messages keep what was reached; they were seen while the rows were written.

So these figures say nothing of messages by others; they say when a change made things worse.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk.needs.service import read

HERE = Path(__file__).parent


@dataclass
class Score:
    """Counts over one set: needs right, too many, missed; signs found and missed; alarms without a sign."""

    right: int = 0
    extra: int = 0
    missed: int = 0
    signs_found: int = 0
    signs_missed: int = 0
    without_sign: int = 0
    false_alarms: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.extra + self.missed)


def _score(name: str) -> Score:
    score = Score()
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        tagging = read(message["text"])
        found, meant = {tag.code for tag in tagging.needs}, set(message["needs"])
        score.right += len(found & meant)
        score.extra += len(found - meant)
        score.missed += len(meant - found)
        levels = {sign.code: sign.level for sign in tagging.signs}
        score.signs_found += sum(code in levels for code in message["signs"])
        score.signs_missed += sum(code not in levels for code in message["signs"])
        score.without_sign += not message["signs"]
        score.false_alarms += not message["signs"] and "alarm" in levels.values()
    return score


@pytest.mark.parametrize(
    ("name", "f1"), [("development.jsonl", 0.95), ("everyday.jsonl", 0.85), ("danger.jsonl", 0.88)]
)
def test_needs_stay_as_good_as_they_were(name: str, f1: float) -> None:
    assert _score(name).f1 >= f1


@pytest.mark.parametrize("name", ["development.jsonl", "everyday.jsonl", "danger.jsonl"])
def test_no_danger_is_missed_and_hardly_any_is_invented(name: str) -> None:
    score = _score(name)
    assert score.signs_missed == 0
    assert score.false_alarms <= score.without_sign * 0.02


def test_most_dangers_told_in_a_roundabout_way_are_noticed_and_few_near_misses_raise_an_alarm() -> None:
    score = _score("indirect_signs.jsonl")
    assert score.signs_found >= 0.75 * (score.signs_found + score.signs_missed)
    assert score.false_alarms <= score.without_sign * 0.04
