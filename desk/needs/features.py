"""What the learned layer looks at in a message: letters, sounds, words with their endings, and the rules' traces.

Kinds of features: c letters, r sounds, w words, m their kin, k named lists, l what the rules found. A message is asked
twice: first for the names alone, which is quick, and where evidence is wanted for their places.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import repeat

from desk.needs.kin import kin_of
from desk.needs.rules import Span
from desk.needs.tokenizer import Token
from desk.needs.words import Form, Word

KINDS = "crwmkl"
# Of these there are the more the longer the message is: each counts by the root of how many there are.
GROWING = "crwm"
_LETTERS = range(1, 5)
_SOUNDS = range(2, 5)
_KATAKANA = str.maketrans({chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)})
_MARKS = frozenset({"補助記号", "空白", "記号"})
# Endings that change what a word says, each with its letter.
_ENDINGS = (
    (Form.NEGATED, "N"),
    (Form.WISH, "W"),
    (Form.PASSIVE, "P"),
    (Form.LOOMING, "L"),
    (Form.PAST, "T"),
    (Form.ASKED, "Q"),
    (Form.WANTED, "B"),
    (Form.WILL, "V"),
    (Form.UNLESS, "U"),
    (Form.ONGOING, "G"),
)


@dataclass(frozen=True, slots=True)
class Features:
    """One stretch of folded text as the learned layer sees it; `sounds` is how it is read aloud.

    Letters and sounds carry a mark at either end, so that a run that begins or ends the message is
    another than one inside it. `sounded` says for each sound which letters it stands for.
    """

    letters: str
    sounds: str
    sounded: Sequence[Span]
    words: Sequence[Word]
    traces: Mapping[str, Set[Span]]

    def names(self) -> dict[str, set[str]]:
        """The names of each kind's features."""
        return {
            "c": set().union(*(_runs(self.letters, size) for size in _LETTERS)),
            "r": set().union(*(_runs(self.sounds, size) for size in _SOUNDS)),
            "w": {name for word in self.words for name in _names_of(word)},
            "m": {circle for word in self.words for circle in kin_of(word)},
            "k": {name for name in self.traces if name.startswith("〈")},
            "l": {name for name in self.traces if not name.startswith("〈")},
        }

    def places(self) -> Iterator[tuple[str, str, Span]]:
        """Kind, name and place in the folded text of every feature, each as often as it occurs."""
        length = len(self.letters) - 2
        lettered = [(0, 0), *zip(range(length), range(1, length + 1), strict=True), (length, length)]
        yield from _placed("c", self.letters, lettered, _LETTERS)
        yield from _placed("r", self.sounds, self.sounded, _SOUNDS)
        for word in self.words:
            for name in _names_of(word):
                yield "w", name, (word.start, word.end)
            for circle in kin_of(word):
                yield "m", circle, (word.start, word.end)
        for name, spans in self.traces.items():
            for span in spans:
                yield "k" if name.startswith("〈") else "l", name, span


def see(
    text: str, tokens: Sequence[Token], words: Sequence[Word], traces: Mapping[str, Set[Span]]
) -> Features:
    """The features of a folded text that is not empty."""
    sounds: list[str] = []
    spans: list[Span] = [(0, 0)]
    for token in tokens:
        silent = token.pos[0] in _MARKS or not token.reading
        sound = token.surface if silent else token.reading.translate(_KATAKANA)
        sounds.append(sound)
        spans += [(token.start, token.end)] * len(sound)
    spans.append((len(text), len(text)))
    return Features(f"^{text}$", f"^{''.join(sounds)}$", spans, words, traces)


def _runs(text: str, size: int) -> Iterator[str]:
    """All runs of so many letters; nothing is done letter by letter, as there are many."""
    return map(text.__getitem__, map(slice, range(len(text)), range(size, len(text) + 1)))


def _placed(kind: str, text: str, spans: Sequence[Span], sizes: range) -> Iterator[tuple[str, str, Span]]:
    """The runs of these sizes, each with its place, where `spans` says what each letter of `text` stands for."""
    begins, ends = [span[0] for span in spans], [span[1] for span in spans]
    for size in sizes:
        places = zip(begins, ends[size - 1 :], strict=False)
        yield from zip(repeat(kind), _runs(text, size), places, strict=False)


def _names_of(word: Word) -> Iterator[str]:
    yield word.lemma
    if word.base != word.lemma:
        yield word.base
    for form, letter in _ENDINGS:
        if word.form & form:
            yield f"{word.lemma}/{letter}"
            yield f"/{letter}"
