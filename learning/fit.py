"""Fits one linear score for each need and sign, and finds by cross-validation over writers where each begins to count."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from desk.needs.codes import NEEDS, SIGNS
from desk.needs.features import GROWING
from learning.messages import Message

CODES = (*(need.code for need in NEEDS), *(sign.code for sign in SIGNS))
NEED_COLUMNS = range(len(NEEDS))
SIGN_COLUMNS = range(len(NEEDS), len(CODES))
Scores = np.ndarray[Any, np.dtype[np.float64]]
Labels = np.ndarray[Any, np.dtype[np.int_]]


@dataclass(frozen=True)
class Settings:
    """How the model is fitted; all measured, see docs/decisions/0011-learned-layer.md.

    `shares` is how much a feature of each kind weighs beside the others, `seen` in how many messages it
    must stand, `freedom` the inverse of the pull towards zero. `danger` is how much of the score of *any*
    sign each sign takes over; from the score `hush_from` that there is no need at all, it takes `hush`
    times as much from every need. `rivalry` is how much of the strongest other need's score each need
    gives up: long and dense messages speak a little of everything. `checks` and `alarms` are how many of a
    thousand messages without a sign may bring one by the learned score.
    """

    shares: Mapping[str, float]
    seen: int
    freedom: float
    danger: float
    hush: float
    hush_from: float
    rivalry: float
    checks: float
    alarms: float


CHOSEN = Settings(
    shares={"c": 1.5, "r": 1.5, "w": 1.0, "m": 1.2, "k": 0.3, "l": 0.2},
    seen=6,
    freedom=25.0,
    danger=0.8,
    hush=2.0,
    hush_from=-3.0,
    rivalry=0.15,
    checks=50.0,
    alarms=10.0,
)


@dataclass(frozen=True)
class Fitted:
    """A row of weights for each feature, a column for each code and a last one for `NOTHING`.

    `bias` is what a message weighs without any feature; `rivalry` as in `Settings`.
    """

    names: tuple[str, ...]
    weights: Scores
    bias: Scores
    rivalry: float

    def scores(self, features: Sequence[Set[str]]) -> Scores:
        """The scores of messages, a row for each, a column for each code."""
        rows = {name: row for row, name in enumerate(self.names)}
        sums = np.asarray(_sheet(features, rows) @ self.weights) + self.bias
        scores, nothing = sums[:, :-1], sums[:, -1:]
        scores[:, NEED_COLUMNS] -= np.maximum(0, nothing) + self.rivalry * _rivals(scores[:, NEED_COLUMNS])
        return scores


def fit(messages: Sequence[Message], features: Sequence[Set[str]], settings: Settings) -> Fitted:
    """Fit all codes on these messages; the same input gives the same weights."""
    times = Counter(name for names in features for name in names)
    names = tuple(sorted(name for name, seen in times.items() if seen >= settings.seen))
    shares = _shares(names, times, len(features), settings)
    sheet = _sheet(features, {name: row for row, name in enumerate(names)}) @ sp.diags(shares)
    truth = labels(messages)
    lines = [_fit_one(sheet, truth[:, column], settings) for column in range(len(CODES))]
    danger = _fit_one(sheet, np.array([bool(message.signs) for message in messages], dtype=int), settings)
    nothing = _fit_one(sheet, np.array([not message.needs for message in messages], dtype=int), settings)
    nothing[-1] -= settings.hush_from
    together = np.stack([*lines, settings.hush * nothing], axis=1)
    together[:, SIGN_COLUMNS] += settings.danger * danger[:, np.newaxis]
    return Fitted(names, together[:-1] * shares[:, np.newaxis], together[-1], settings.rivalry)


def _rivals(scores: Scores) -> Scores:
    """For each score of a row the highest one of the others."""
    ordered = np.sort(scores, axis=1)
    strongest, second = ordered[:, -1:], ordered[:, -2:-1]
    return np.asarray(np.where(scores == strongest, second, strongest))


def _shares(names: Sequence[str], times: Mapping[str, int], messages: int, settings: Settings) -> Scores:
    """How much each feature weighs before anything is learned: by its kind, and the rarer the more.

    The second is the inverse document frequency (Sparck Jones 1972).
    """
    rarity = np.log([messages / times[name] for name in names])
    kinds = np.array([settings.shares[name[0]] for name in names])
    return np.asarray(kinds * rarity / np.sqrt(np.mean(rarity**2)))


def _fit_one(sheet: sp.csr_matrix, truth: Labels, settings: Settings) -> Scores:
    """The weights of one line between those who bear something and those who do not, the bias last."""
    # By the dual of the task: the same line, ten times sooner where features outnumber messages.
    learner = LogisticRegression(
        C=settings.freedom, solver="liblinear", dual=True, max_iter=1_000, random_state=0
    )
    learner.fit(sheet, truth)
    return np.append(learner.coef_[0], learner.intercept_[0])


def blind_fits(
    messages: Sequence[Message], features: Sequence[Set[str]], settings: Settings
) -> list[tuple[set[str], Fitted]]:
    """For some writers at a time what is fitted on all others; together every writer whose messages measure."""
    fits = []
    for writers in _left_out_together(messages):
        inside = [row for row, message in enumerate(messages) if message.writer not in writers]
        fitted = fit([messages[row] for row in inside], [features[row] for row in inside], settings)
        fits.append((writers, fitted))
    return fits


def cross_scores(
    blind: Iterable[tuple[set[str], Fitted]], messages: Sequence[Message], features: Sequence[Set[str]]
) -> Scores:
    """The score of each message by the one that has seen nothing of its writer; of what is only learned none."""
    scores = np.zeros((len(messages), len(CODES)))
    for writers, fitted in blind:
        outside = [row for row, message in enumerate(messages) if message.writer in writers]
        scores[outside] = fitted.scores([features[row] for row in outside])
    return scores


def _left_out_together(messages: Sequence[Message]) -> list[set[str]]:
    """For each judged writer some of the others, so that few models are blind for everybody once."""
    judged = sorted({message.writer for message in messages if message.judged})
    others = sorted(
        {message.writer for message in messages if not message.judged and not message.only_learned}
    )
    return [{writer, *others[place :: len(judged)]} for place, writer in enumerate(judged)]


def labels(messages: Sequence[Message]) -> Labels:
    """One row for each message, one column for each code."""
    return np.array([[code in message.codes for code in CODES] for message in messages], dtype=int)


def _sheet(features: Sequence[Set[str]], rows: Mapping[str, int]) -> sp.csr_matrix:
    """The features as numbers, as `Model.weigh` counts them."""
    ends, columns, values = [0], [], []
    for names in features:
        known: dict[str, list[int]] = {}
        for name in sorted(names & rows.keys()):
            known.setdefault(name[0], []).append(rows[name])
        for kind, found in known.items():
            columns += found
            value = len(found) ** -0.5 if kind in GROWING else 1.0
            values += [value] * len(found)
        ends.append(len(columns))
    return sp.csr_matrix((values, columns, ends), shape=(len(features), len(rows)))
