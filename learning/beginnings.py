"""Where each score begins to count, found on scores of writers the model had not seen."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from desk.needs.codes import NEEDS, SIGNS
from learning.fit import SIGN_COLUMNS, Labels, Scores, Settings, labels
from learning.messages import Message


@dataclass(frozen=True)
class Beginnings:
    """The score from which a need is named or a danger asked about, and from which a danger is an alarm."""

    counts_from: Scores
    alarm_from: Scores


def find_beginnings(
    messages: Sequence[Message], features: Sequence[Set[str]], scores: Scores, settings: Settings
) -> Beginnings:
    """Needs begin where F1 is best, signs where those judged use up the checks and alarms `settings` allow."""
    truth = labels(messages)
    counts_from = np.array([_best_f1(scores[:, column], truth[:, column]) for column in range(len(NEEDS))])
    judged = np.array([message.judged for message in messages])
    scores, truth = scores[judged], truth[judged]
    ordinary = ~truth[:, SIGN_COLUMNS].any(axis=1)
    outright = np.array([any(f"loutright:{sign.code}" in names for sign in SIGNS) for names in features])
    asked = outright[judged]
    slopes = [_calibrate(scores[:, column], truth[:, column]) for column in SIGN_COLUMNS]
    sure = np.stack(
        [a * scores[:, column] + b for column, (a, b) in zip(SIGN_COLUMNS, slopes, strict=True)], axis=1
    )
    highest = sure.max(axis=1)
    # A danger named outright is asked about in any case: what is left of the allowance is the score's.
    left = settings.checks + settings.alarms - 1000 * float(asked[ordinary].mean())
    rest = ordinary & ~asked
    check = _allowing(highest[rest], left * float(ordinary.sum()) / 1000)
    # Named outright and not contradicted by the score, it is an alarm in any case.
    alarmed = float((ordinary & asked & (highest > check)).sum())
    alarm = _allowing(highest[rest], settings.alarms * float(ordinary.sum()) / 1000 - alarmed)
    return Beginnings(
        counts_from=np.concatenate([counts_from, [(check - b) / a for a, b in slopes]]),
        alarm_from=np.array([(max(check, alarm) - b) / a for a, b in slopes]),
    )


def _best_f1(scores: Scores, truth: Labels) -> float:
    """Between the two scores where F1 is best; of equals the one that finds more."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(truth[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + truth.sum())
    best = len(f1) - 1 - int(np.argmax(f1[::-1]))
    following = scores[order[min(best + 1, len(order) - 1)]]
    return float((scores[order[best]] + following) / 2)


def _calibrate(scores: Scores, truth: Labels) -> tuple[float, float]:
    """Slope and start of the line that makes the scores of all signs comparable."""
    line = LogisticRegression(C=1.0, solver="liblinear", random_state=0).fit(scores.reshape(-1, 1), truth)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def _allowing(highest: Scores, allowed: float) -> float:
    """The mark that only so many of these messages pass."""
    ordered = np.sort(highest)[::-1]
    place = max(0, min(int(allowed), len(ordered) - 1))
    return float(ordered[place])
