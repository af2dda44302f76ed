"""Looks at words as somebody reads them who reads little: long sentences, and many characters on end."""

import re
from dataclasses import dataclass
from typing import Literal

#: More letters than this and a sentence is two (the voice of this house: 30 to 40 a line).
LONGEST_SENTENCE = 40
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_KANJI_RUN = re.compile(r"[一-鿿々]{4,}")


@dataclass(frozen=True)
class Hint:
    """Something that could be said more plainly: a `long` sentence, or a run of `kanji`; nothing is refused for it."""

    kind: Literal["long", "kanji"]
    words: str


def hints(text: str) -> tuple[Hint, ...]:
    """What could be plainer, in the order in which it stands."""
    sentences = (found.strip() for found in _SENTENCE.findall(text))
    long = [Hint("long", words) for words in sentences if _letters(words) > LONGEST_SENTENCE]
    runs = [Hint("kanji", words) for words in dict.fromkeys(_KANJI_RUN.findall(text))]
    return (*long, *runs)


def _letters(words: str) -> int:
    return len("".join(words.split()))
