"""Finds the lexicon's phrases in a message, by their first word, and joins them into combinations."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desk.needs.lexicon import Item, Lexicon, Phrase, Row
from desk.needs.words import Form, Word

# How many light words (adverbs, numbers) may stand between two words of a phrase.
_LIGHT_BETWEEN = 2
# How far apart, in words, the pieces of a combination may stand: forwards, and backwards in one clause.
_REACH = 12
_REACH_BACK = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: words `first` to `last`, both included; `denied` by the ending of its last word."""

    phrase: int
    first: int
    last: int
    denied: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A row found: its pieces in the order of the row."""

    row: Row
    hits: tuple[Hit, ...]

    @property
    def first(self) -> int:
        return min(hit.first for hit in self.hits)

    @property
    def last(self) -> int:
        return max(hit.last for hit in self.hits)


def find_phrases(words: Sequence[Word], lexicon: Lexicon) -> list[Hit]:
    """All phrases of rows and classes in the message, in the order of their first words."""
    hits = []
    for position, word in enumerate(words):
        for phrase in _candidates(word, lexicon):
            last = _match(words, position, phrase)
            if last is not None:
                hits.append(Hit(phrase.number, position, last, _denied(words[last], phrase.items[-1])))
    return hits


def find_rows(words: Sequence[Word], hits: Sequence[Hit], lexicon: Lexicon) -> Iterator[Match]:
    """The rows whose pieces are all there; a row of one piece once for each place."""
    found: defaultdict[int, dict[int, list[Hit]]] = defaultdict(dict)
    rows: dict[int, Row] = {}
    for hit in hits:
        for row, part in lexicon.places_by_phrase.get(hit.phrase, ()):
            if len(row.parts) == 1:
                yield Match(row, (hit,))
            else:
                rows[row.number] = row
                found[row.number].setdefault(part, []).append(hit)
    for number, row in rows.items():
        if len(found[number]) == len(row.parts):
            pieces = [found[number][part] for part in range(len(row.parts))]
            yield from _join(words, row, pieces)


def _candidates(word: Word, lexicon: Lexicon) -> Iterator[Phrase]:
    yield from lexicon.phrases_by_lemma.get(word.lemma, ())
    if word.base != word.lemma:
        yield from lexicon.phrases_by_lemma.get(word.base, ())


def _match(words: Sequence[Word], position: int, phrase: Phrase) -> int | None:
    """The place of the phrase's last word where it begins at `position`, else None."""
    if not _fits(words[position], phrase.items[0]):
        return None
    for item in phrase.items[1:]:
        following = _next_fitting(words, position, item, 0 if phrase.strict else _LIGHT_BETWEEN)
        if following is None:
            return None
        position = following
    return position


def _next_fitting(words: Sequence[Word], position: int, item: Item, light: int) -> int | None:
    """The place of the next word that fits, with at most so many `light` ones before it."""
    sentence = words[position].sentence
    for following in range(position + 1, min(position + 2 + light, len(words))):
        word = words[following]
        if word.sentence != sentence:
            return None
        if _fits(word, item):
            return following
        if not word.light:
            return None
    return None


def _fits(word: Word, item: Item) -> bool:
    if item.lemma not in (word.lemma, word.base) or word.form & item.form != item.form:
        return False
    return not item.particles or word.particles == item.particles


def _denied(word: Word, item: Item) -> bool:
    return bool(word.form & Form.NEGATED) and not item.form & Form.NEGATED


def _join(words: Sequence[Word], row: Row, pieces: Sequence[Sequence[Hit]]) -> Iterator[Match]:
    """Each first piece with the nearest following ones; of a danger, or of three or more, in any order."""
    free = len(pieces) > 2 or bool(row.signs)
    for start in pieces[0]:
        chain = [start]
        for candidates in pieces[1:]:
            nearest = _nearest(words, chain, candidates, free=free)
            if nearest is None:
                break
            chain.append(nearest)
        else:
            yield Match(row, tuple(chain))


def _nearest(
    words: Sequence[Word], chain: Sequence[Hit], candidates: Sequence[Hit], *, free: bool
) -> Hit | None:
    last = chain[-1]
    return min(
        (
            hit
            for hit in candidates
            if _reaches(words, last, hit, free=free) and not any(_overlap(hit, taken) for taken in chain)
        ),
        key=lambda hit: (abs(hit.first - last.last), hit.denied),
        default=None,
    )


def _reaches(words: Sequence[Word], before: Hit, after: Hit, *, free: bool) -> bool:
    if after.first > before.last or free:
        near = abs(words[after.first].sentence - words[before.last].sentence) <= 1
        return near and abs(after.first - before.last) <= _REACH
    same_clause = words[after.first].clause == words[before.first].clause
    return same_clause and before.first - after.last <= _REACH_BACK


def _overlap(one: Hit, other: Hit) -> bool:
    return one.first <= other.last and other.first <= one.last
