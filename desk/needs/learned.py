"""The learned layer: one linear score for each need and sign, read from a file that `make needs-model` writes.

A score is the sum of what each feature of the message weighs for it; over zero it counts. So every score
can say which words it comes from. Beside them one more score says that the message bears no need at all
(denied, settled, only mentioned): what holds for every need is learned once.
Plain Python: there is nothing to load but one small file.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from desk.needs.codes import NEEDS
from desk.needs.features import GROWING, KINDS, Features
from desk.needs.rules import Span

MODEL = Path(__file__).with_name("model.json")
# Weights are whole numbers from 0 to 255 around this one.
ZERO = 128
# The last of a model's columns: that there is no need at all. What it scores over zero is taken from every need.
NOTHING = "nothing"
# A piece of evidence is at least so strong beside the strongest one, and there are at most so many.
_STRONG_ENOUGH = 0.5
_PIECES = 3


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned, as `learning.train` wrote it.

    `weights` holds for each kind and name of a feature a byte for each code.
    `steps` is what one of its numbers is worth for a code, `bias` what a message weighs without any feature.
    `alarm_at` is the score from which a sign is an alarm. `data` is the hash of what it was learned from.
    """

    codes: tuple[str, ...]
    weights: Mapping[str, Mapping[str, bytes]]
    steps: tuple[float, ...]
    bias: tuple[float, ...]
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
            weight_of = self.weights[kind].get
            found = [weights for name in names[kind] if (weights := weight_of(name)) is not None]
            if not found:
                continue
            shares[kind] = len(found) ** -0.5 if kind in GROWING else 1.0
            sums = map(sum, zip(*found, strict=True))
            zero = ZERO * len(found)
            totals = [
                total + shares[kind] * (points - zero) for total, points in zip(totals, sums, strict=True)
            ]
        scores = {
            code: bias + step * total
            for code, bias, step, total in zip(self.codes, self.bias, self.steps, totals, strict=True)
        }
        hush = max(0.0, scores.pop(NOTHING))
        for need in NEEDS:
            scores[need.code] -= hush
        return Weighing(self, features, shares, scores)


@dataclass(frozen=True, slots=True)
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
        column = self.model.codes.index(code)
        slope = [0.0] * len(self.features.letters)
        for kind, name, (start, end) in self.features.places():
            weights = self.model.weights[kind].get(name)
            if weights is not None and end > start:
                weight = self.shares[kind] * (weights[column] - ZERO) / (end - start)
                slope[start] += weight
                slope[end] -= weight
        return [0.0, *accumulate(accumulate(slope))]


def load_model(path: Path = MODEL) -> Model:
    """The model that `make needs-model` wrote."""
    return read_model(path.read_bytes())


def read_model(stored: bytes) -> Model:
    """The model in a file's bytes."""
    found = json.loads(stored)
    width = len(found["codes"])
    table = base64.b64decode(found["weights"])
    weights: dict[str, dict[str, bytes]] = {kind: {} for kind in KINDS}
    for row, name in enumerate(found["features"]):
        weights[name[0]][name[1:]] = table[row * width : (row + 1) * width]
    return Model(
        codes=tuple(found["codes"]),
        weights=weights,
        steps=tuple(found["steps"]),
        bias=tuple(found["bias"]),
        alarm_at=found["alarm_at"],
        data=found["data"],
    )
