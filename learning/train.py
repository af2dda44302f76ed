"""`make needs-model`: fits the learned layer on the corpus and writes the file the desk reads."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import numpy as np

from desk.needs.codes import NEEDS, SIGNS
from desk.needs.kin import KIN
from desk.needs.learned import MODEL, NOTHING, ZERO, pack
from desk.needs.service import COMPILED, SHIPPED, compile_lexicon, load_lexicon
from learning.beginnings import Beginnings, find_beginnings
from learning.fit import (
    CHOSEN,
    CODES,
    NEED_COLUMNS,
    SIGN_COLUMNS,
    Fitted,
    Scores,
    Settings,
    blind_fits,
    cross_scores,
    fit,
)
from learning.messages import CORPUS, Message, fingerprint, read_messages, training_files

# The greatest weight of a code is stored as so many steps.
_STEPS = 127


def train(corpus: Path = CORPUS, settings: Settings = CHOSEN) -> bytes:
    """The file's bytes: the same corpus, lexicon and settings give the same ones."""
    messages = read_messages(training_files(corpus))
    return train_on(messages, features_of(messages), data_of(corpus), settings)


def train_on(
    messages: Sequence[Message], features: Sequence[Set[str]], data: str, settings: Settings = CHOSEN
) -> bytes:
    """The bytes of a model of these messages; `data` names what they are."""
    blind = blind_fits(messages, features, settings)
    beginnings = _beginnings_on(messages, features, cross_scores(blind, messages, features), settings)
    return _stored(fit(messages, features, settings), beginnings, data, settings)


def blind_models(
    messages: Sequence[Message], features: Sequence[Set[str]], settings: Settings = CHOSEN
) -> Iterator[tuple[set[str], bytes]]:
    """Some writers at a time, and a model that has seen nothing of theirs, nor found on them where a score begins."""
    blind = blind_fits(messages, features, settings)
    scores = cross_scores(blind, messages, features)
    for writers, fitted in blind:
        others = [row for row, message in enumerate(messages) if message.writer not in writers]
        seen = [messages[row] for row in others], [features[row] for row in others]
        beginnings = _beginnings_on(*seen, scores[others], settings)
        yield writers, _stored(fitted, beginnings, "blind", settings)


def _beginnings_on(
    messages: Sequence[Message], features: Sequence[Set[str]], scores: Scores, settings: Settings
) -> Beginnings:
    rows = [row for row, message in enumerate(messages) if not message.only_learned]
    found = [messages[row] for row in rows], [features[row] for row in rows]
    return find_beginnings(*found, scores[rows], settings)


def features_of(messages: Iterable[Message]) -> list[frozenset[str]]:
    """What the learned layer may weigh in each message, with the shipped lexicon."""
    reader = load_lexicon(SHIPPED, check=False)
    return [reader.features_in(message.text) for message in messages]


def data_of(corpus: Path) -> str:
    """The hash of all the model depends on: the training files, the tables of the lexicon, and who is whose kin."""
    return fingerprint([*training_files(corpus), *SHIPPED.glob("*.csv"), KIN])


def _stored(fitted: Fitted, beginnings: Beginnings, data: str, settings: Settings) -> bytes:
    steps = np.abs(fitted.weights).max(axis=0) / _STEPS
    weights = (np.rint(fitted.weights / steps) + ZERO).astype(np.uint8)
    needs, signs = beginnings.counts_from[NEED_COLUMNS], beginnings.counts_from[SIGN_COLUMNS]
    bias = fitted.bias - np.concatenate([np.zeros(len(NEEDS)), signs, [0.0]])
    alarm_at = beginnings.alarm_from - signs
    head = {
        "data": data,
        "settings": asdict(settings),
        "codes": (*CODES, NOTHING),
        "alarm_at": {sign.code: round(float(at), 4) for sign, at in zip(SIGNS, alarm_at, strict=True)},
        "bias": [round(float(value), 4) for value in bias],
        "begins": {need.code: round(float(at), 4) for need, at in zip(NEEDS, needs, strict=True)},
        "rivalry": fitted.rivalry,
        "steps": [float(f"{step:.6g}") for step in steps],
        "features": {
            kind: [name[1:] for name in names] for kind, names in groupby(fitted.names, lambda name: name[0])
        },
    }
    return pack(head, weights.tobytes())


def main() -> None:
    """Write what a start reads: the lexicon's tables compiled, and the model of the corpus of the repository."""
    load_lexicon(SHIPPED, check=True)
    COMPILED.write_bytes(compile_lexicon(SHIPPED))
    MODEL.write_bytes(train())
    print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
