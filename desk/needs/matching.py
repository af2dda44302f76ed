"""Finds the lexicon's phrases in a message, by their first word, and joins them into combinations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

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
    for position in range(len(words)):
        for phrase in _candidates(words, position, lexicon):
            last = _match(words, position, phrase)
            if last is not None:
                denied = _denied(words[last], phrase.items[-1])
                hits.append(Hit(phrase.number, position, last, denied))
    return hits


def find_rows(words: Sequence[Word], hits: Sequence[Hit], lexicon: Lexicon) -> Iterator[Match]:
    """The rows whose pieces are all there; a row of one piece once for each place."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, hit in enumerate(hits):
        for row in lexicon.whole[hit.phrase]:
            yield Match(row, (hit,))
        places[hit.phrase].append(place)
    complete = []
    for row in _longer_rows(places, lexicon):
        pieces = [
            sorted(place for number in part & places.keys() for place in places[number]) for part in row.parts
        ]
        complete.append((min(piece[0] for piece in pieces), row.number, pieces))
    for _, number, pieces in sorted(complete):
        yield from _join(words, lexicon.rows[number], [[hits[place] for place in piece] for piece in pieces])


def _longer_rows(phrases: Iterable[int], lexicon: Lexicon) -> Iterator[Row]:
    """The rows of several pieces of which each is among these phrases."""
    there = list(lexicon.spared)
    for phrase in phrases:
        for place, rows in enumerate(lexicon.pieces[phrase]):
            there[place] |= rows
    numbers = reduce(and_, there, -1)
    while numbers:
        highest = numbers.bit_length() - 1
        yield lexicon.rows[highest]
        numbers ^= 1 << highest


def _candidates(words: Sequence[Word], position: int, lexicon: Lexicon) -> Iterator[Phrase]:
    word = words[position]
    yield from _beginning_with(word.lemma, words, position, lexicon)
    if word.base != word.lemma:
        yield from _beginning_with(word.base, words, position, lexicon)


def _beginning_with(first: str, words: Sequence[Word], position: int, lexicon: Lexicon) -> Sequence[Phrase]:
    """The phrases that begin with this word and may go on with what follows it here, by their numbers."""
    alone, seconds = lexicon.alone.get(first, ()), lexicon.longer.get(first)
    if seconds is None:
        return alone
    found = [*alone]
    for second in _reached(words, position):
        found += seconds.get(second, ())
    return sorted(found, key=lambda phrase: phrase.number)


def _reached(words: Sequence[Word], position: int) -> set[str]:
    """The words that may be the second of a phrase that begins at `position`."""
    reached: set[str] = set()
    for word in words[position + 1 : position + 2 + _LIGHT_BETWEEN]:
        if word.sentence != words[position].sentence:
            break
        reached |= {word.lemma, word.base}
        if not word.light:
            break
    return reached


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
    if (item.lemma != word.lemma and item.lemma != word.base) or word.form & item.form != item.form:
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
