"""The lexicon as tables a person can edit, and how they are read.

A folder holds `needs.csv` and `signs.csv` (what is looked for), `classes.csv` (named lists such as 〈家族〉),
`themes.csv` (broad lists of words that go together, for the learned layer) and `spellings.csv` (other ways
to type a word). A phrase is ordinary Japanese; endings, particles and
spelling come free because it is read by the same reader as a message. In a phrase `|` parts
alternatives and `…` parts the pieces of a combination.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import cast, get_args

from desk.errors import DeskError
from desk.needs.codes import NEED_BY_CODE, SIGN_BY_CODE
from desk.needs.lexicon import Item, Kind, Phrase, Row, Tables
from desk.needs.tagging import Level
from desk.needs.tokenizer import versions
from desk.needs.words import Form, Word

# Reads many phrases at once: one call for the whole lexicon is several times faster than one a phrase.
Reader = Callable[[Sequence[str]], Iterable[tuple[Word, ...]]]

ROW_FILES = ("needs.csv", "signs.csv")
CLASS_FILES = ("classes.csv", "themes.csv")
SPELLING_FILE = "spellings.csv"
# 「#日」: any number of days.
ANY_NUMBER = "#"
# Endings that a phrase insists on; all others are free in the message.
REQUIRED = (
    Form.NEGATED
    | Form.WISH
    | Form.PASSIVE
    | Form.LOOMING
    | Form.ONGOING
    | Form.WANTED
    | Form.WILL
    | Form.UNLESS
)


class WrongLexicon(DeskError):
    """A row of the lexicon cannot be used; the message names file, line and reason."""


class _Phrases:
    """Numbers each phrase once, however many rows use it."""

    def __init__(self, texts: Sequence[str], read: Reader) -> None:
        # The reader keeps lines apart by full stops: a phrase has none.
        as_typed = [text.replace(ANY_NUMBER, "3").replace("。", "").replace("｡", "") for text in texts]
        self._words = dict(zip(texts, read(as_typed), strict=True))
        self._known: dict[tuple[tuple[Item, ...], bool], Phrase] = {}
        self._numbers: dict[tuple[str, bool], int] = {}

    def number(self, text: str, *, strict: bool = False) -> int:
        """The phrase's number; a `strict` one insists on the particles inside it as well."""
        number = self._numbers.get((text, strict))
        if number is None:
            number = self._numbers[text, strict] = self._number_new(text, strict=strict)
        return number

    def _number_new(self, text: str, *, strict: bool) -> int:
        words = self._words[text]
        if not words:
            raise ValueError(f"no word is left of {text!r}")
        last = words[-1]
        items = (
            *(
                Item(word.lemma, _required(word.form), word.particles if strict else "")
                for word in words[:-1]
            ),
            Item(last.lemma, _required(last.form)),
        )
        return self._known.setdefault((items, strict), Phrase(len(self._known), items, strict)).number

    def all(self) -> tuple[Phrase, ...]:
        """Every phrase in the order of the numbers."""
        return tuple(self._known.values())


def read_tables(folder: Path, spellings: Mapping[str, str], read: Reader) -> Tables:
    """Read the tables in `folder`; raise `WrongLexicon` for the first line that cannot be understood."""
    class_lines = [line for name in CLASS_FILES for line in _lines(folder / name, ("class", "phrase"))]
    row_lines = [
        line
        for name in ROW_FILES
        for line in _lines(folder / name, ("codes", "kind", "phrase", "match", "no_match"))
    ]
    phrases = _Phrases(_texts(line["phrase"] for _, line in (*class_lines, *row_lines)), read)
    classes: defaultdict[str, set[int]] = defaultdict(set)
    for source, line in class_lines:
        with _blaming(source):
            classes[line["class"]].update(phrases.number(text) for text in line["phrase"].split("|"))
    rows: list[Row] = []
    for source, line in row_lines:
        with _blaming(source):
            rows.append(_read_row(len(rows), source, line, phrases, classes))
    named = {name: frozenset(numbers) for name, numbers in classes.items()}
    return Tables(spellings, phrases.all(), named, tuple(rows))


def read_spellings(folder: Path) -> dict[str, str]:
    """Other ways to type a word, and how to read them."""
    return {line["written"]: line["read"] for _, line in _lines(folder / SPELLING_FILE, ("written", "read"))}


def fingerprint(folder: Path) -> str:
    """The sha256 over the tables in `folder` and what cuts them into words."""
    digest = sha256(versions().encode())
    for name in (*ROW_FILES, *CLASS_FILES, SPELLING_FILE):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _texts(phrases: Iterable[str]) -> list[str]:
    """The single phrases in the notation of the tables, each once."""
    texts = (text for phrase in phrases for part in phrase.split("…") for text in part.split("|"))
    return list(dict.fromkeys(text for text in texts if not text.startswith("〈")))


class _blaming:
    """Names file and line when what is done inside fails."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (ValueError, KeyError)):
            raise WrongLexicon(f"{self._source}: {error}") from error


def _lines(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each line of a table with its place; a line that starts with # is a heading for the eye."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for line in reader:
            source = f"{path.name} line {reader.line_num}"
            first = next(iter(line.values()))
            if isinstance(first, str) and first.startswith("#"):
                continue
            if None in line or any(line.get(column) in (None, "") for column in needed):
                raise WrongLexicon(f"{source}: needs a value in each of {', '.join(needed)}")
            yield source, line


def _read_row(
    number: int, source: str, line: Mapping[str, str], phrases: _Phrases, classes: Mapping[str, set[int]]
) -> Row:
    kind = line["kind"]
    if kind not in get_args(Kind):
        raise ValueError(f"unknown kind {kind!r}, expected one of {', '.join(get_args(Kind))}")
    codes = line["codes"].split()
    needs = tuple(code for code in codes if code in NEED_BY_CODE)
    signs = tuple(code for code in codes if code in SIGN_BY_CODE)
    if unknown := set(codes) - {*needs, *signs}:
        raise ValueError(f"unknown code {', '.join(sorted(unknown))}")
    level = line.get("level") or "alarm"
    if level not in get_args(Level):
        raise ValueError(f"unknown level {level!r}, expected alarm or check")
    strict = kind == "never"
    parts = tuple(_read_part(part, phrases, classes, strict=strict) for part in line["phrase"].split("…"))
    if kind == "combination" and len(parts) < 2:
        raise ValueError("a combination needs two pieces parted by …")
    return Row(
        number=number,
        source=source,
        needs=needs,
        signs=signs,
        kind=cast(Kind, kind),
        parts=parts,
        level=cast(Level, level),
        example=line["match"],
        counterexample=line["no_match"],
    )


def _read_part(
    text: str, phrases: _Phrases, classes: Mapping[str, set[int]], *, strict: bool
) -> frozenset[int]:
    numbers: set[int] = set()
    for alternative in text.split("|"):
        if alternative.startswith("〈"):
            name = alternative.strip("〈〉")
            if name not in classes:
                raise ValueError(f"unknown class 〈{name}〉")
            numbers |= classes[name]
        else:
            numbers.add(phrases.number(alternative, strict=strict))
    return frozenset(numbers)


def _required(form: int) -> int:
    if not form & Form.NEGATED:
        return form & REQUIRED
    # 〜られない says "cannot" as 〜えない does, and one is written for the other.
    return form & (REQUIRED | Form.ABLE) & ~Form.PASSIVE
