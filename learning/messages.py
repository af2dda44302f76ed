"""The corpus: invented messages with what a person says they mean, one file for each writer or a few of them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import digits

CORPUS = Path(__file__).with_name("corpus")
TRAINING = "train-*.jsonl"
# What the lexicon was written with, and the desk's labelling page: learned, but no measure of anything.
KNOWN = "known.jsonl"
# Many short and plain messages, written beside the others for breadth: learned, but too easy to measure with.
PLAIN = "plain.jsonl"
# Told round the corner by several writers, of danger and near it far more often than in any desk's post: where needs
# begin is found on them as well, but signs are not measured with them.
ROUNDABOUT = "roundabout.jsonl"
DEVELOPMENT = "development.jsonl"
TEST = "test.jsonl"


@dataclass(frozen=True, slots=True)
class Message:
    """One message, the needs and signs it bears, and marks such as `denied`.

    `part` is the name of its file without ending, `writer` the letters its id begins with.
    """

    text: str
    needs: frozenset[str]
    signs: frozenset[str]
    marks: frozenset[str]
    part: str
    writer: str

    @property
    def only_learned(self) -> bool:
        """It is of those that measure nothing: where scores begin is found on the other writers."""
        return self.part in {Path(name).stem for name in (KNOWN, PLAIN)}

    @property
    def judged(self) -> bool:
        """It is of those that are like a desk's post: where signs begin is found on these alone."""
        return not self.only_learned and self.part != Path(ROUNDABOUT).stem

    @property
    def codes(self) -> frozenset[str]:
        """Needs and signs together."""
        return self.needs | self.signs


def training_files(folder: Path) -> list[Path]:
    """The files a model is fitted on, in order: what is learned only, then one for each writer."""
    return [folder / KNOWN, folder / PLAIN, folder / ROUNDABOUT, *sorted(folder.glob(TRAINING))]


def read_messages(files: Iterable[Path]) -> list[Message]:
    """All messages of these files, in order."""
    return [
        _message(json.loads(line), file.stem)
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def fingerprint(files: Iterable[Path]) -> str:
    """The sha256 over the files' bytes, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda path: path.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _message(line: dict[str, object], part: str) -> Message:
    def named(key: str) -> frozenset[str]:
        found = line.get(key, [])
        return frozenset(str(value) for value in found) if isinstance(found, list) else frozenset()

    writer = str(line["id"]).rstrip(digits)
    return Message(str(line["text"]), named("needs"), named("signs"), named("marks"), part, writer)
