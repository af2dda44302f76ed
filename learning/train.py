"""`make needs-model`: fits the learned layer on the corpus and writes the file the desk reads."""

import base64
import json
from collections.abc import Iterable, Sequence, Set
from dataclasses import asdict
from pathlib import Path

import numpy as np

from desk.needs.codes import SIGNS
from desk.needs.kin import KIN
from desk.needs.learned import MODEL, NOTHING, ZERO
from desk.needs.service import SHIPPED, load_lexicon
from learning.beginnings import Beginnings, find_beginnings
from learning.fit import CHOSEN, CODES, SIGN_COLUMNS, Fitted, Settings, cross_scores, fit
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
    scores = cross_scores(messages, features, settings)
    judged = [row for row, message in enumerate(messages) if not message.only_learned]
    beginnings = find_beginnings(
        [messages[row] for row in judged], [features[row] for row in judged], scores[judged], settings
    )
    return _stored(fit(messages, features, settings), beginnings, data, settings)


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
    alarm_at = beginnings.alarm_from - beginnings.counts_from[SIGN_COLUMNS]
    begins = np.append(beginnings.counts_from, 0.0)
    stored = {
        "data": data,
        "settings": asdict(settings),
        "codes": (*CODES, NOTHING),
        "alarm_at": {sign.code: round(float(at), 4) for sign, at in zip(SIGNS, alarm_at, strict=True)},
        "bias": [round(float(value), 4) for value in fitted.bias - begins],
        "steps": [float(f"{step:.6g}") for step in steps],
        "features": fitted.names,
        "weights": base64.b64encode(weights.tobytes()).decode("ascii"),
    }
    return (json.dumps(stored, ensure_ascii=False, indent=0) + "\n").encode()


def main() -> None:
    """Train on the corpus of the repository and write the model beside the lexicon."""
    MODEL.write_bytes(train())
    print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
