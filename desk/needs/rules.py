"""From the words of a message to needs and signs, by the lexicon's rows and the scope of each match.

Pure: the same words and lexicon give the same tagging. The rules follow the desk's labelling page.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from desk.needs.codes import SIGNS
from desk.needs.lexicon import Lexicon
from desk.needs.matching import Hit, Match, find_phrases, find_rows
from desk.needs.scope import Surroundings, judge
from desk.needs.tagging import Level
from desk.needs.words import Word

Span = tuple[int, int]
# How often a named list occurs is counted to here.
_COUNTED_TO = 3


@dataclass(slots=True)
class Findings:
    """What the rules found: stretches of the folded text for each need and sign.

    `signs` are those really said (a denied one is in `checks` alone); `rows` are the rows behind it all.
    `outright` are dangers named in so many words, said or denied, not those put together from pieces.
    `traces` is what the learned layer weighs: kinds of rows found, said or not, and named lists.
    """

    needs: dict[str, set[Span]] = field(default_factory=lambda: defaultdict(set))
    alarms: dict[str, set[Span]] = field(default_factory=lambda: defaultdict(set))
    checks: dict[str, set[Span]] = field(default_factory=lambda: defaultdict(set))
    signs: set[str] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    outright: dict[str, set[Span]] = field(default_factory=lambda: defaultdict(set))
    traces: dict[str, set[Span]] = field(default_factory=lambda: defaultdict(set))

    def sign_level(self, code: str) -> Level | None:
        """The level of a sign, or None where there is no trace of it."""
        if self.alarms.get(code):
            return "alarm"
        return "check" if self.checks.get(code) else None


def find(words: Sequence[Word], lexicon: Lexicon) -> Findings:
    """The needs and signs in one message."""
    findings = Findings()
    hits = find_phrases(words, lexicon)
    blocks, matches = _part_blocked(find_rows(words, hits, lexicon))
    around = Surroundings(
        words=words,
        classes=_classes(hits, lexicon, denied=False),
        denied=_classes(hits, lexicon, denied=True),
        subjects=_clauses_with_subject(words, matches),
    )
    findings.rows.update(block.row.number for block in blocks)
    for match in matches:
        if match.row.kind != "otherwise":
            _weigh(findings, match, around)
    if not findings.needs:
        for match in matches:
            _weigh(findings, match, around)
    _add_implied_needs(findings)
    _trace_findings(findings, blocks, words)
    _trace_classes(findings, around)
    return findings


def _weigh(findings: Findings, match: Match, around: Surroundings) -> None:
    standing = judge(match, around)
    spans = _spans(around.words, match.hits)
    for code in (*match.row.needs, *match.row.signs):
        findings.traces[f"{'+' if standing.counts else '-'}{match.row.kind}:{code}"] |= spans
    if match.row.kind == "word" and match.row.level == "alarm":
        for code in match.row.signs:
            findings.outright[code] |= spans
    if standing.counts:
        spans |= {_span(around.words, position, position) for position in standing.because}
        _record(findings, match, spans)
    else:
        _lower(findings, match, spans)


def _record(findings: Findings, match: Match, spans: set[Span]) -> None:
    findings.rows.add(match.row.number)
    findings.signs.update(match.row.signs)
    for code in match.row.needs:
        findings.needs[code] |= spans
    level = findings.alarms if match.row.level == "alarm" else findings.checks
    for code in match.row.signs:
        level[code] |= spans


def _lower(findings: Findings, match: Match, spans: set[Span]) -> None:
    """A danger that is denied, told of others or long past lowers to a check, never to nothing."""
    for code in match.row.signs:
        findings.checks[code] |= spans


def _add_implied_needs(findings: Findings) -> None:
    """Every sign that is really said comes with its need, unless another need already explains it."""
    for sign in SIGNS:
        if sign.code in findings.signs and not any(findings.needs.get(code) for code in sign.instead):
            findings.needs[sign.need] |= findings.alarms[sign.code] | findings.checks[sign.code]


def _trace_findings(findings: Findings, blocks: Iterable[Match], words: Sequence[Word]) -> None:
    for name, found in (
        ("need", findings.needs),
        ("alarm", findings.alarms),
        ("check", findings.checks),
        ("outright", findings.outright),
    ):
        for code, spans in found.items():
            findings.traces[f"{name}:{code}"] |= spans
    for block in blocks:
        for code in (*block.row.needs, *block.row.signs):
            findings.traces[f"never:{code}"] |= _spans(words, block.hits)


def _trace_classes(findings: Findings, around: Surroundings) -> None:
    """Each named list of which a word was said or denied, and again where two or three were."""
    for ending, classes in (("", around.classes), ("/denied", around.denied)):
        places: defaultdict[str, list[int]] = defaultdict(list)
        for position, names in classes.items():
            for name in names:
                places[name].append(position)
        for name, positions in places.items():
            spans = {_span(around.words, position, position) for position in positions}
            for times in range(1, min(len(positions), _COUNTED_TO) + 1):
                findings.traces[f"〈{name}〉{ending}{times}"] |= spans


def _part_blocked(matches: Iterable[Match]) -> tuple[list[Match], list[Match]]:
    """The `never` rows found, and what does not lie under them (死ぬほど忙しい, 仕事の帰り)."""
    every = list(matches)
    blocks = [match for match in every if match.row.kind == "never" and not _is_denied(match)]
    rest = [match for match in every if match.row.kind != "never"]
    return blocks, [match for match in rest if not any(_blocks(block, match) for block in blocks)]


def _is_denied(match: Match) -> bool:
    return any(hit.denied for hit in match.hits)


def _blocks(block: Match, match: Match) -> bool:
    row = block.row
    if not {*row.needs, *row.signs} & {*match.row.needs, *match.row.signs}:
        return False
    return any(hit.first <= block.last and hit.last >= block.first for hit in match.hits)


def _classes(hits: Sequence[Hit], lexicon: Lexicon, *, denied: bool) -> Mapping[int, Set[str]]:
    """The named lists each word belongs to, said or `denied`; of a phrase its last word bears them."""
    classes: defaultdict[int, set[str]] = defaultdict(set)
    for hit in hits:
        names = lexicon.classes[hit.phrase]
        if names and hit.denied == denied:
            classes[hit.last] |= names
    return classes


def _clauses_with_subject(words: Sequence[Word], matches: Iterable[Match]) -> frozenset[int]:
    return frozenset(
        words[hit.first].clause for match in matches if match.row.kind != "otherwise" for hit in match.hits
    )


def _spans(words: Sequence[Word], hits: Iterable[Hit]) -> set[Span]:
    return {_span(words, hit.first, hit.last) for hit in hits}


def _span(words: Sequence[Word], first: int, last: int) -> Span:
    return words[first].start, words[last].end
