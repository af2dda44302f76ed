"""The one way in: reads a message with the shipped lexicon and what was learned."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from desk.needs.codes import NEEDS, SIGNS
from desk.needs.features import Features, see
from desk.needs.folding import Folded, Spellings, fold
from desk.needs.layers import join
from desk.needs.learned import Model, load_model
from desk.needs.lexicon import Lexicon, Tables, index
from desk.needs.lexicon.compiled import pack, unpack
from desk.needs.lexicon.tables import WrongLexicon, fingerprint, read_spellings, read_tables
from desk.needs.rules import Findings, Span, find
from desk.needs.tagging import Evidence, Sign, Tag, Tagging
from desk.needs.tokenizer import Token, tokenize
from desk.needs.words import Word, read_words

SHIPPED = Path(__file__).with_name("lexicon")
COMPILED = SHIPPED.with_suffix(".json")
# Longer messages are read in windows that overlap, so that time stays in proportion and nothing is cut.
WINDOW = 1_200
OVERLAP = 60
_LINES_AT_ONCE = 200
_STOP = "。"
_BREAKS = "。！？!?\n"


class MessageReader:
    """Reads messages with one lexicon and, unless there is none, one model; may be used from any thread."""

    def __init__(self, lexicon: Lexicon, spellings: Spellings, model: Model | None = None) -> None:
        self.lexicon = lexicon
        self._spellings = spellings
        self._model = model

    def with_model(self, model: Model | None) -> "MessageReader":
        """The same lexicon with another model, or by the rules alone."""
        return MessageReader(self.lexicon, self._spellings, model)

    def read(self, text: str) -> Tagging:
        """The needs and signs in `text`; any string is accepted."""
        folded = fold(text, self._spellings)
        total = Findings()
        for start, end in _windows(folded.text):
            _merge(total, self._read_window(folded.text[start:end]), start)
        return _tagging(total, folded, text)

    def features_in(self, text: str) -> frozenset[str]:
        """The names, each after its kind, of all the learned layer may weigh in `text`, which is of one window."""
        features, _ = self._look(fold(text, self._spellings).text)
        return frozenset(kind + name for kind, names in features.names().items() for name in names)

    def _read_window(self, folded: str) -> Findings:
        features, findings = self._look(folded)
        if self._model is None or not folded:
            return findings
        return join(findings, self._model.weigh(features))

    def _look(self, folded: str) -> tuple[Features, Findings]:
        tokens = tokenize(folded)
        words = read_words(tokens)
        findings = find(words, self.lexicon)
        return see(folded, tokens, words, findings.traces), findings

    def rows_in(self, text: str) -> frozenset[int]:
        """The numbers of the lexicon's rows that count in `text`; of `never` rows, those found."""
        return frozenset(find(_words(text, self._spellings), self.lexicon).rows)


def read(text: str) -> Tagging:
    """The needs and signs in a message, by all we ship; deterministic, safe from any thread."""
    return shipped_reader().read(text)


@lru_cache(maxsize=1)
def shipped_reader() -> MessageReader:
    """The reader with the shipped lexicon and what was learned, loaded at its first use."""
    return load_shipped()


def load_shipped() -> MessageReader:
    """The shipped lexicon and what was learned, with all that reading needs: whatever is missing shows now."""
    reader = open_lexicon(SHIPPED, COMPILED.read_bytes()).with_model(load_model())
    reader.read(_STOP)
    return reader


def open_lexicon(path: Path, compiled: bytes) -> MessageReader:
    """The lexicon as it was compiled; where the tables in the folder `path` say something else, those, checked."""
    tables = unpack(compiled, fingerprint(path))
    return load_lexicon(path) if tables is None else _reader(tables)


def load_lexicon(path: Path, check: bool = True) -> MessageReader:
    """Read the tables in the folder `path`, for reading by their rows alone; with `check`, run their examples.

    Whatever comes of it, what is in force stays so. Raises `WrongLexicon` with file, line and reason for
    the first row that is wrong.
    """
    reader = _reader(_tables(path))
    if check:
        for fault in faults(reader):
            raise WrongLexicon(fault)
    return reader


def compile_lexicon(path: Path) -> bytes:
    """The tables in the folder `path`, which have been checked, in the form that `open_lexicon` takes."""
    return pack(_tables(path), fingerprint(path))


def faults(reader: MessageReader) -> Iterator[str]:
    """The rows whose examples do not come out as they say: the place and what went wrong."""
    for row in reader.lexicon.rows:
        if row.number not in reader.rows_in(row.example):
            yield f"{row.source}: does not match its example {row.example!r}"
        if row.number in reader.rows_in(row.counterexample):
            yield f"{row.source}: matches {row.counterexample!r}, which it must not"


def _reader(tables: Tables) -> MessageReader:
    return MessageReader(index(tables), Spellings(tables.spellings))


def _tables(folder: Path) -> Tables:
    written = read_spellings(folder)
    spellings = Spellings(written)
    return read_tables(folder, written, lambda texts: _read_lines(texts, spellings))


def _read_lines(texts: Sequence[str], spellings: Spellings) -> Iterator[tuple[Word, ...]]:
    """Each text's words; many lines are cut at once, as one tokenizer call costs more than a line."""
    for first in range(0, len(texts), _LINES_AT_ONCE):
        folded = fold(_STOP.join(texts[first : first + _LINES_AT_ONCE]), spellings).text
        line: list[Token] = []
        for token in tokenize(folded):
            if token.surface == _STOP:
                yield read_words(line)
                line = []
            else:
                line.append(token)
        yield read_words(line)


def _words(text: str, spellings: Spellings) -> tuple[Word, ...]:
    return read_words(tokenize(fold(text, spellings).text))


def _windows(text: str) -> Iterator[Span]:
    start, length = 0, len(text)
    while length - start > WINDOW:
        cut = max(text.rfind(mark, start + WINDOW // 2, start + WINDOW) for mark in _BREAKS)
        if cut > 0:
            yield start, cut + 1
            start = cut + 1
        else:
            yield start, start + WINDOW
            start += WINDOW - OVERLAP
    yield start, length


def _merge(total: Findings, part: Findings, offset: int) -> None:
    for into, found in (
        (total.needs, part.needs),
        (total.alarms, part.alarms),
        (total.checks, part.checks),
    ):
        for code, spans in found.items():
            into[code] |= {(start + offset, end + offset) for start, end in spans}


def _tagging(findings: Findings, folded: Folded, text: str) -> Tagging:
    needs = tuple(
        Tag(need.code, _evidence(findings.needs[need.code], folded, text))
        for need in NEEDS
        if findings.needs.get(need.code)
    )
    signs = []
    for sign in SIGNS:
        level = findings.sign_level(sign.code)
        if level is not None:
            spans = (findings.alarms if level == "alarm" else findings.checks)[sign.code]
            signs.append(Sign(sign.code, level, _evidence(spans, folded, text)))
    return Tagging(needs, tuple(signs))


def _evidence(spans: Iterable[Span], folded: Folded, text: str) -> tuple[Evidence, ...]:
    """Stretches of the message as typed, in order, those inside another one left out."""
    typed = sorted({(folded.starts[start], folded.ends[end - 1]) for start, end in spans}, key=_widest_first)
    kept: list[Span] = []
    for start, end in typed:
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return tuple(Evidence(start, end, text[start:end]) for start, end in kept)


def _widest_first(span: Span) -> tuple[int, int]:
    return span[0], -span[1]
