"""Folds the many ways of typing into one, and remembers where each character came from.

Width and compatibility forms (NFKC), half-width voice marks, small and lengthened vowels, letters spaced
out to hide a word, and the spellings of the lexicon (slang, words typed in hiragana).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_COMBINING = "\u3099\u309a\uff9e\uff9f"
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Every letter but the common ones that stay as they are, and any letter before a voice mark.
_STAYS = "\\t\\n -@\\[-~\u3001-\u3020あいうえおか-ゖゝゞァ-ヺー-ヾ一-鿿"
_TO_FOLD = re.compile(f"[^{_STAYS}]|.(?=[{_COMBINING}])", re.DOTALL)
_SMALL_VOWELS = str.maketrans("ぁぃぅぇぉ", "あいうえお")
_HIRAGANA = "ぁ-ゖ"
_KANJI = "一-鿿々〆"

# What is folded by pattern: (pattern, replacement). The order matters: lengthening before dialect.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # 「し に た い」「死・に・た・い」: four or more single letters kept apart are one word.
    (
        re.compile(rf"(?<![{_HIRAGANA}{_KANJI}])(?:[{_HIRAGANA}{_KANJI}][ ・.]){{3,}}[{_HIRAGANA}{_KANJI}]"),
        "",
    ),
    # 「つらーい」「つらい〜〜」
    (re.compile(rf"(?<=[{_HIRAGANA}{_KANJI}])[ー〜~]+"), ""),
    # 「つらいいいい」
    (re.compile(r"([ぁ-ゖ])\1{2,}"), r"\1"),
    # 「死にたいっ」「やだっ」
    (re.compile(r"(?<=[いだたよなる])っ+(?=$|[^ぁ-ゖァ-ヺ一-鿿])"), ""),
    # 「金がねえ」「食えねえ」: a verb, a noun particle or て before it makes it ない, not the particle ね.
    (
        re.compile(r"(?<=[がはもてでらかさわまばけえせめべれげゃり金事所])(?:ねえ|ねぇ)(?!さん|ちゃん)"),
        "ない",
    ),
    # 「死にてえ」「消えてえ」: a wish, where no word goes on.
    (
        re.compile(
            r"(?<=[きしちにりみびえべけげせめれ])て[えぇ](?=$|[^ぁ-ゖ一-鿿]|な|よ|わ|し|けど|ん|くら)"
        ),
        "たい",
    ),
    # 九州の「金がなか」「寝るとこもなか」
    (
        re.compile(r"(?<=[がもは])なか(?=$|[^ぁ-ゖ一-鿿]|と[です]|けん|ばい|たい|っちゃ|です|ので|とよ)"),
        "ない",
    ),
    # 関西の「食べてへん」「行けへん」「しいひん」
    (re.compile(r"(?<=て)へん"), "ない"),
    (re.compile(r"(?:でけへん|できひん|できへん)"), "できない"),
    (re.compile(r"(?:あらへん|あれへん|おまへん|あらしまへん)"), "ない"),
    (re.compile(r"(?:おらへん|いいひん|いてへん)"), "いない"),
    # 「泊まるとこない」: without a particle the tokeniser reads 来ない.
    (
        re.compile(r"(?<=[るくうむ])とこ(?=(?:も|が|は|すら|さえ)?(?:ない|無い|なく|なし|ありま|なかっ))"),
        "所",
    ),
    # 九州の「死にたか」「消えたか」
    (re.compile(r"(?<=[きしちにりみびえ])たか(?=$|[^ぁ-ゖァ-ヺ一-鿿?]|とです|ばい|けど|けん)"), "たい"),
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; character `i` of it stands for `[starts[i], ends[i])` of the text as typed."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


class Spellings:
    """Words typed in another way and how to read them, longest first.

    A written form of three kana or fewer counts only where a word can begin, so that it is not found in
    the middle of another one.
    """

    _WORD_BEGINS_AFTER = frozenset("はがをにでともへのねて")
    _SURE_FROM = 4

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._pairs = dict(pairs)
        ordered = sorted(self._pairs, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered)) or "(?!)")

    def replacements(self, text: str) -> list[tuple[int, int, str]]:
        """Where `text` is to be read in another way: (start, end, how)."""
        return [
            (found.start(), found.end(), self._pairs[found.group()])
            for found in self._pattern.finditer(text)
            if self._stands_alone(text, found.start(), found.group())
        ]

    def _stands_alone(self, text: str, start: int, written: str) -> bool:
        if start == 0 or len(written) >= self._SURE_FROM or not _is_hiragana(written[0]):
            return True
        before = text[start - 1]
        return not _is_hiragana(before) or before in self._WORD_BEGINS_AFTER


def fold(text: str, spellings: Spellings | None = None) -> Folded:
    """Fold `text`; any string is accepted, what cannot be seen (controls, lone surrogates) is left out."""
    folded = _fold_width(text)
    for pattern, replacement in _PATTERNS:
        folded = _rewrite(
            folded, ((m.start(), m.end(), _replaced(m, replacement)) for m in pattern.finditer(folded.text))
        )
    return _rewrite(folded, spellings.replacements(folded.text)) if spellings else folded


def _replaced(found: re.Match[str], replacement: str) -> str:
    if replacement == "" and found.group()[1:2] in (" ", "・", "."):
        return found.group()[::2]
    return found.expand(replacement)


def _fold_width(text: str) -> Folded:
    """Fold letter by letter where there is something to fold, and pass over the rest at once."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done, length = 0, len(text)
    for found in _TO_FOLD.finditer(text):
        start, end = found.start(), found.end()
        if start < done:
            continue
        while end < length and text[end] in _COMBINING:
            end += 1
        folded = _fold_letter(text[start:end])
        parts += (text[done:start], folded)
        starts += range(done, start)
        ends += range(done + 1, start + 1)
        starts += [start] * len(folded)
        ends += [end] * len(folded)
        done = end
    parts.append(text[done:])
    starts += range(done, length)
    ends += range(done + 1, length + 1)
    return Folded("".join(parts), starts, ends)


def _fold_letter(letter: str) -> str:
    if _UNSEEN.match(letter):
        return ""
    return unicodedata.normalize("NFKC", letter).lower().translate(_SMALL_VOWELS)


def _rewrite(folded: Folded, changes: Iterable[tuple[int, int, str]]) -> Folded:
    """Replace stretches; each new character stands for the whole stretch it replaces."""
    todo = list(changes)
    if not todo:
        return folded
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for start, end, new in todo:
        text += (folded.text[done:start], new)
        starts += folded.starts[done:start]
        ends += folded.ends[done:start]
        starts += [folded.starts[start]] * len(new)
        ends += [folded.ends[end - 1]] * len(new)
        done = end
    text.append(folded.text[done:])
    starts += folded.starts[done:]
    ends += folded.ends[done:]
    return Folded("".join(text), starts, ends)


def _is_hiragana(letter: str) -> bool:
    return "ぁ" <= letter <= "ゖ"
