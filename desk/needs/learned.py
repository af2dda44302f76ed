"""The learned layer: one linear score for each need and sign, read from a file that `make needs-model` writes.

A score is the sum of what each feature of the message weighs for it; over zero it counts. So every score
can say which words it comes from. Beside them one more score says that the message bears no need at all
(denied, settled, only mentioned): what holds for every need is learned once.
Plain Python: there is nothing to load but one small file.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from operator import add
from pathlib import Path
from struct import unpack

from desk.needs.codes import NEEDS
from desk.needs.features import GROWING, KINDS, Features
from desk.needs.rules import Span

MODEL = Path(__file__).with_name("model.bin")
# Weights are whole numbers from 0 to 255 around this one.
ZERO = 128
# The weights of one feature stand side by side in one long number, two bytes for each: a single addition adds them
# all, and so many features can be added until a weight would run over into its neighbour.
_BYTES = 2
# The file begins with the length of its head, in so many bytes.
_LENGTH = 8
_AT_ONCE = 256
# The last of a model's columns: that there is no need at all. What it scores over zero is taken from every need.
NOTHING = "nothing"
# A piece of evidence is at least so strong beside the strongest one, and there are at most so many.
_STRONG_ENOUGH = 0.5
_PIECES = 3


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned, as `learning.train` wrote it.

    `weights` holds for each kind and name of a feature its weights for all codes, in one number.
    `steps` is what one of its numbers is worth for a code, `bias` what a message weighs without any feature.
    From the score `begins` a need counts, once it has given up as much of the strongest other need's score as
    `rivalry` says. `alarm_at` is the score from which a sign is an alarm. `data` is the hash of what it was learned from.
    """

    codes: tuple[str, ...]
    weights: Mapping[str, Mapping[str, int]]
    steps: tuple[float, ...]
    bias: tuple[float, ...]
    begins: Mapping[str, float]
    rivalry: float
    alarm_at: Mapping[str, float]
    data: str

    def without(self, kind: str) -> "Model":
        """The same model blind for one kind of feature, to see what that kind adds."""
        return replace(self, weights={**self.weights, kind: {}})

    def weigh(self, features: Features) -> "Weighing":
        """The scores of one message."""
        names = features.names()
        totals = [0.0] * len(self.codes)
        shares = {}
        for kind in KINDS:
            found = list(filter(None, map(self.weights[kind].get, names[kind])))
            if not found:
                continue
            shares[kind] = len(found) ** -0.5 if kind in GROWING else 1.0
            zero = ZERO * len(found)
            totals = [
                total + shares[kind] * (points - zero)
                for total, points in zip(totals, self._sums(found), strict=True)
            ]
        scores = {
            code: bias + step * total
            for code, bias, step, total in zip(self.codes, self.bias, self.steps, totals, strict=True)
        }
        hush = max(0.0, scores.pop(NOTHING))
        strongest, second = sorted((scores[need.code] for need in NEEDS), reverse=True)[:2]
        for need in NEEDS:
            rival = second if scores[need.code] == strongest else strongest
            scores[need.code] -= hush + self.rivalry * rival + self.begins[need.code]
        return Weighing(self, features, shares, scores)

    def _sums(self, weights: Sequence[int]) -> Iterable[int]:
        """The sum of these weights for each code."""
        sums: Iterable[int] = [0] * len(self.codes)
        for first in range(0, len(weights), _AT_ONCE):
            together = sum(weights[first : first + _AT_ONCE])
            part = together.to_bytes(_BYTES * len(self.codes), "little")
            sums = map(add, sums, unpack(f"<{len(self.codes)}H", part))
        return sums


@dataclass(frozen=True)
class Weighing:
    """One message weighed: the score of each code, and how much a feature of each kind counted."""

    model: Model
    features: Features
    shares: Mapping[str, float]
    scores: Mapping[str, float]

    def strongest(self, code: str) -> set[Span]:
        """The words that speak most for `code`; where none does, the text from its first word to its last."""
        words = self.features.words
        if not words:
            return {(0, len(self.features.letters) - 2)}
        said = self._up_to_each_letter(code)
        strength = sorted((said[word.start] - said[word.end], word.start, word.end) for word in words)
        best = -strength[0][0]
        if best <= 0:
            return {(words[0].start, words[-1].end)}
        return {(start, end) for points, start, end in strength[:_PIECES] if -points >= _STRONG_ENOUGH * best}

    def _up_to_each_letter(self, code: str) -> list[float]:
        """What the letters before each place add to the score: a weight is shared out over all it stands on."""
        lane = 8 * _BYTES * self.model.codes.index(code)
        slope = [0.0] * len(self.features.letters)
        for share, weights, (start, end) in self._found:
            weight = share * ((weights >> lane & 0xFF) - ZERO) / (end - start)
            slope[start] += weight
            slope[end] -= weight
        return [0.0, *accumulate(accumulate(slope))]

    @cached_property
    def _found(self) -> Sequence[tuple[float, int, Span]]:
        """Of each feature that stands somewhere: how much its kind counts, its weights, its place."""
        weights = self.model.weights
        return [
            (self.shares[kind], found, (start, end))
            for kind, name, (start, end) in self.features.places()
            if end > start and (found := weights[kind].get(name))
        ]


def pack(head: Mapping[str, object], weights: bytes) -> bytes:
    """A model's file: how long its head is, the head as JSON, and a byte for each feature and code."""
    said = json.dumps(head, ensure_ascii=False).encode()
    return len(said).to_bytes(_LENGTH, "little") + said + weights


def load_model(path: Path = MODEL) -> Model:
    """The model that `make needs-model` wrote."""
    return read_model(path.read_bytes())


def read_model(stored: bytes) -> Model:
    """The model in a file's bytes."""
    begin = _LENGTH + int.from_bytes(stored[:_LENGTH], "little")
    found = json.loads(stored[_LENGTH:begin])
    rows = _long_numbers(stored[begin:], len(found["codes"]))
    return Model(
        codes=tuple(found["codes"]),
        weights={kind: dict(zip(names, rows, strict=False)) for kind, names in found["features"].items()},
        steps=tuple(found["steps"]),
        bias=tuple(found["bias"]),
        begins=found["begins"],
        rivalry=found["rivalry"],
        alarm_at=found["alarm_at"],
        data=found["data"],
    )


def _long_numbers(table: bytes, width: int) -> Iterator[int]:
    """Each row of a table of bytes as one number."""
    spread = bytearray(_BYTES * len(table))
    spread[::_BYTES] = table
    for start in range(0, len(spread), _BYTES * width):
        yield int.from_bytes(spread[start : start + _BYTES * width], "little")
