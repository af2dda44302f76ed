"""The lexicon: phrases that tell of needs and dangers, each found in a message by its first words.

People edit it as tables (`tables.py`); how those are read stands beside them in one file (`compiled.py`),
so that nothing but that file is read at a start.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from desk.needs.tagging import Level

Kind = Literal["word", "topic", "worry", "combination", "otherwise", "never"]
_T = TypeVar("_T")


class Item(NamedTuple):
    """One word of a phrase, the endings it insists on and, in a `never` row, the particle (介護の仕事)."""

    lemma: str
    form: int
    particles: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sequence of words as it is looked for; `number` is its place in the lexicon.

    A `strict` one (of a `never` row) insists on its inner particles and lets no word in between.
    """

    number: int
    items: tuple[Item, ...]
    strict: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the lexicon.

    word: saying it is enough · topic: needs trouble, lack, wish or question nearby · worry: needs trouble
    or lack nearby · combination: all pieces in one or two sentences · otherwise: counts like a word, but
    only where nothing else was found · never: what it covers does not count.
    `parts` are the pieces, each a set of phrase numbers of which one must be found.
    """

    number: int
    source: str
    needs: tuple[str, ...]
    signs: tuple[str, ...]
    kind: Kind
    parts: tuple[frozenset[int], ...]
    level: Level
    example: str
    counterexample: str


@dataclass(frozen=True, slots=True)
class Tables:
    """What stands in the tables: phrases and rows in the order of their numbers, and the phrases of each class.

    `spellings` are other ways to type a word, and how to read them.
    """

    spellings: Mapping[str, str]
    phrases: tuple[Phrase, ...]
    classes: Mapping[str, frozenset[int]]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The same, to be found quickly.

    `alone` are the phrases of one word, `longer` the others, by their first and then their second word.
    By the number of a phrase: `classes` it belongs to, rows of which it is the `whole`, and as what piece
    it stands in longer rows: `pieces` has for the first, second … piece a bit for each such row.
    `spared` has a bit for each row that needs no first, second … piece.
    """

    rows: tuple[Row, ...]
    alone: Mapping[str, Sequence[Phrase]]
    longer: Mapping[str, Mapping[str, Sequence[Phrase]]]
    classes: Sequence[frozenset[str]]
    whole: Sequence[Sequence[Row]]
    pieces: Sequence[Sequence[int]]
    spared: Sequence[int]


def index(tables: Tables) -> Lexicon:
    """Make all of the tables easy to find."""
    alone: defaultdict[str, list[Phrase]] = defaultdict(list)
    longer: defaultdict[str, defaultdict[str, list[Phrase]]] = defaultdict(lambda: defaultdict(list))
    for phrase in tables.phrases:
        first, *others = phrase.items
        (longer[first.lemma][others[0].lemma] if others else alone[first.lemma]).append(phrase)
    classes: defaultdict[int, set[str]] = defaultdict(set)
    for name, numbers in tables.classes.items():
        for number in numbers:
            classes[number].add(name)
    most = max((len(row.parts) for row in tables.rows), default=0)
    whole: defaultdict[int, list[Row]] = defaultdict(list)
    pieces: defaultdict[int, list[int]] = defaultdict(lambda: [0] * most)
    for row, place, number in _places(tables.rows):
        if len(row.parts) == 1:
            whole[number].append(row)
        else:
            pieces[number][place] |= 1 << row.number
    every = range(len(tables.phrases))
    return Lexicon(
        rows=tables.rows,
        alone=dict(alone),
        longer={first: dict(seconds) for first, seconds in longer.items()},
        classes=_shared(frozenset(classes.get(number, ())) for number in every),
        whole=_shared(tuple(whole.get(number, ())) for number in every),
        pieces=_shared(tuple(pieces.get(number, ())) for number in every),
        spared=[
            sum(1 << row.number for row in tables.rows if len(row.parts) <= place) for place in range(most)
        ],
    )


def _places(rows: Iterable[Row]) -> Iterator[tuple[Row, int, int]]:
    """Each phrase of each piece of each row: the row, the place of the piece, and the phrase's number."""
    for row in rows:
        for place, numbers in enumerate(row.parts):
            for number in numbers:
                yield row, place, number


def _shared(values: Iterable[_T]) -> tuple[_T, ...]:
    """The same values, of equal ones only one kept."""
    known: dict[_T, _T] = {}
    return tuple(known.setdefault(value, value) for value in values)
