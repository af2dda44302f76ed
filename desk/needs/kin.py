"""Words that are used alike stand together, so that one nobody wrote an example with is weighed like its kin.

`kin.csv` says who is whose kin: for each narrow circle its path (`12.3.1`: the wide circle 12, in it 12.3, in it 12.3.1)
and its words. Made by `learning/kin.py` from the word vectors chiVe; docs/decisions/0011-learned-layer.md says why.
"""

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from desk.needs.words import Word

KIN = Path(__file__).with_name("kin.csv")


def kin_of(word: Word) -> tuple[str, ...]:
    """The circles a word stands in, the widest first; none for a word that is not known."""
    kin = _circles()
    return kin.get(word.lemma) or kin.get(word.base) or ()


@lru_cache(maxsize=1)
def _circles() -> Mapping[str, tuple[str, ...]]:
    with KIN.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(line for line in lines if not line.startswith("#"))
        return {word: _wider(path) for path, words in rows for word in words.split("|")}


@cache
def _wider(path: str) -> tuple[str, ...]:
    steps = path.split(".")
    return tuple(".".join(steps[: depth + 1]) for depth in range(len(steps)))
