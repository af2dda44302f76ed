"""Whether what was found is really said: denied, settled, told of others, of long ago, or only mentioned.

Japanese puts the deciding word after its object, so the walk goes to the right, to the end of the clause
and on into following clauses that bring no subject of their own; the last deciding word wins
(「仕事は決まったけど、続くか不安」).
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from desk.needs.matching import Match
from desk.needs.words import Form, Word

# The lists of classes.csv that decide about scope.
TROUBLE, ASKING, WISHING = "困る", "問う", "願う"
SETTLED, GAINED, FINE = "済む", "得る", "平気"
# Of the words of trouble those whose denial is relief (困っていない, but not 止まらない).
WORRY = "心配"
ELSEWHERE, SELF, LONG_AGO, STILL = "よそ", "自分", "昔", "今も"

SCOPE_CLASSES = frozenset(
    {TROUBLE, ASKING, WISHING, SETTLED, GAINED, FINE, WORRY, ELSEWHERE, SELF, LONG_AGO, STILL}
)
_RELIEF = frozenset({SETTLED, GAINED, FINE})
_NO_CLASS: frozenset[str] = frozenset()

_CLAUSES_AHEAD = 2
_WORDS_BACK = 3
_BARE_ANSWER = 6
# 「死にたい わけ ではない」「借りた こと はない」: the noun carries the denial of what stands before it.
_CARRIERS = frozenset(
    {"こと", "ほど", "つもり", "はず", "よう", "訳", "事", "積もり", "気", "程", "筈", "様", "風", "の"}
    | {"予定", "必要", "気持ち", "話", "話し", "件"}
)
_THINKING = frozenset({"思う", "考える", "言う", "感じる"})
_DOING = frozenset({"為る", "遣る", "使う", "飲む", "吸う", "打つ", "利用", "経験", "受ける"})
_DONE_AFTER = frozenset({"は", "も", "を", "なんか", "とか", "なんて", "など", "には", "にも", "に", ""})
_ONCE = frozenset({"一度", "#度", "#回"})  # 「一度もない」
_TIMES = frozenset({"日", "時", "夜", "#日"})
_LISTING = ("", "や", "と", "も", "とか", "、")
_ABSENT_AFTER_TOPIC = ("は", "も", "なんて", "とか")
_ABSENT_AFTER = ("は", "も", "が", "とか", "なんて", "など", "なんか", "って", "")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the walk needs to know of a message besides its words.

    `classes` names the lists each word belongs to, `denied` those it belongs to but for its ending
    (困っていない); `subjects` are the clauses that bring one of their own.
    """

    words: Sequence[Word]
    classes: Mapping[int, Set[str]]
    denied: Mapping[int, Set[str]]
    subjects: Collection[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a match counts, and the words beside it that made it count."""

    counts: bool
    because: tuple[int, ...] = ()


def judge(match: Match, around: Surroundings) -> Standing:
    """Decide whether `match` is said of the writer, or of the one spoken for, now or ahead."""
    if _told_of_others(match, around) or _long_ago(match, around):
        return Standing(False)
    if match.row.kind in ("topic", "worry"):
        return _judge_topic(match, around)
    return Standing(not _denied(match, around) and not _settled(match, around))


def _judge_topic(match: Match, around: Surroundings) -> Standing:
    if _is_bare_answer(match, around):
        return Standing(True)
    wide = match.row.kind == "topic"
    behind = _cues_behind(match, around, wide=wide)
    standing = Standing(bool(behind), behind)
    for position in _ahead(match, around):
        verdict = _verdict(position, around, wide=wide)
        if verdict and _denied_by_carrier(around.words, position):
            return Standing(False)  # 「お金がないわけではない」
        if verdict is not None:
            standing = Standing(verdict, (position,) if verdict else ())
    return standing


def _ahead(match: Match, around: Surroundings) -> list[int]:
    """The words after the match in its clause and in following clauses without a subject of their own."""
    words, last = around.words, match.last
    clause, sentence = words[last].clause, words[last].sentence
    positions = [last] if _says_itself(words[last]) else []
    for position in range(last + 1, len(words)):
        word = words[position]
        ahead = word.clause - clause
        if word.sentence != sentence or ahead > _CLAUSES_AHEAD or (ahead and word.clause in around.subjects):
            break
        positions.append(position)
    return positions


def _says_itself(word: Word) -> bool:
    """「就職できない」「転職したい」「仕事は？」: the subject itself carries wish, question or denial."""
    if word.form & (Form.ASKED | Form.WISH | Form.WANTED | Form.LOOMING):
        return True
    return word.predicate and bool(word.form & Form.NEGATED)


def _cues_behind(match: Match, around: Surroundings, *, wide: bool) -> tuple[int, ...]:
    """「困っているのは仕事」「足りないお金」: what decides may also stand just before."""
    words, first = around.words, match.first
    clause = words[first].clause
    return tuple(
        position
        for position in range(max(0, first - _WORDS_BACK), first)
        if words[position].clause == clause and _verdict(position, around, wide=wide)
    )


def _verdict(position: int, around: Surroundings, *, wide: bool) -> bool | None:
    """True: trouble (or, where `wide`, wish or question); False: settled or fine; None: says nothing."""
    word = around.words[position]
    said, denied = around.classes.get(position, _NO_CLASS), around.denied.get(position, _NO_CLASS)
    asked = bool(word.form & Form.ASKED)
    if TROUBLE in said or denied & _RELIEF:
        return True
    if WORRY in denied:
        return asked and wide
    if said & _RELIEF:
        return _verdict_of_relief(word, fine=FINE in said, wide=wide)
    if word.form & (Form.NEGATED | Form.LOOMING) or word.lemma == "無い":
        return True
    if wide and (asked or word.form & (Form.WISH | Form.WANTED) or ASKING in said or WISHING in said):
        return True
    return None


def _verdict_of_relief(word: Word, *, fine: bool, wide: bool) -> bool | None:
    if word.form & (Form.ASKED | Form.WISH | Form.WANTED):
        return True if wide else None
    if word.form & Form.PASSIVE:
        return None
    done = word.form & (Form.PAST | Form.ONGOING) or not word.predicate
    return False if fine or done else None


def _is_bare_answer(match: Match, around: Surroundings) -> bool:
    """「二番の、借金」「仕事のこと」: a message without any predicate names what it is about."""
    words = around.words
    return (
        match.row.kind == "topic"
        and len(words) <= _BARE_ANSWER
        and not any(
            word.form & (Form.ASKED | Form.NEGATED)
            or (word.predicate and not match.first <= position <= match.last)
            for position, word in enumerate(words)
        )
    )


def _denied(match: Match, around: Surroundings) -> bool:
    """The ending denies it, or what follows does; two denials say it again; a polite request is none."""
    words, last = around.words, match.last
    denied = any(hit.denied for hit in match.hits if hit.last == last)
    denied = denied and not words[last].form & Form.ASKED
    denied ^= _denied_by_carrier(words, last) or _denied_in_list(words, last)
    if denied or words[last].predicate:
        return denied
    # In a combination 「〜が無い」 mostly is the trouble itself (行く所が無い), 「〜は無い」 denies it.
    absent_after = _ABSENT_AFTER if len(match.hits) == 1 else _ABSENT_AFTER_TOPIC
    return _absent(words, last, absent_after) or _not_done(words, last)


def _denied_by_carrier(words: Sequence[Word], last: int) -> bool:
    """「〜わけではない」「〜ことはない」「〜とは思わない」, but not 「〜と思わない日はない」."""
    place = _place_after(words, last)
    if place is None:
        return False
    carrier, after = words[place], _word_after(words, place)
    absent = after is not None and after.lemma == "無い" and not after.form & Form.NEGATED
    if carrier.lemma in _CARRIERS:
        return bool(carrier.form & Form.NEGATED) or absent
    if carrier.lemma not in _THINKING:
        return False
    if carrier.form & Form.NEGATED:
        return not (after is not None and after.lemma in _TIMES)
    # 「死にたいなんて思ったことは一度もありません」
    return after is not None and after.lemma in _CARRIERS and _denied_by_carrier(words, place)


def _denied_in_list(words: Sequence[Word], last: int) -> bool:
    """「殴られたりはしていません」"""
    doing = _word_after(words, last)
    listed = "たり" in words[last].particles or "だり" in words[last].particles
    return listed and doing is not None and doing.lemma == "為る" and bool(doing.form & Form.NEGATED)


def _not_done(words: Sequence[Word], last: int) -> bool:
    """「ギャンブルはしません」「覚醒剤はやったことがない」: a thing and that it is not done."""
    doing = _word_after(words, last)
    if doing is None or doing.lemma not in _DOING | _THINKING or words[last].particles not in _DONE_AFTER:
        return False
    return bool(doing.form & Form.NEGATED) ^ _denied_by_carrier(words, last + 1)


def _word_after(words: Sequence[Word], position: int) -> Word | None:
    place = _place_after(words, position)
    return None if place is None else words[place]


def _place_after(words: Sequence[Word], position: int) -> int | None:
    """The place of the next word of the same sentence, light ones between left out."""
    for place in range(position + 1, min(position + 4, len(words))):
        if words[place].sentence != words[position].sentence:
            return None
        if not words[place].light and words[place].lemma not in _ONCE:
            return place
    return None


def _absent(words: Sequence[Word], last: int, absent_after: Collection[str]) -> bool:
    """「借金はない」「借金や前科はありません」: a thing named, perhaps in a list, and then 無い."""
    position = last
    while (
        position + 1 < len(words)
        and words[position].particles in _LISTING
        and not words[position + 1].predicate
        and words[position + 1].clause == words[last].clause
    ):
        position += 1
    following = position + 1
    while following < len(words) and words[following].light and words[following].lemma != "しか":
        following += 1
    if following >= len(words) or words[following].clause != words[last].clause:
        return False
    return (
        words[following].lemma == "無い"
        and not words[following].form & (Form.NEGATED | Form.ASKED)
        and words[position].particles in absent_after
    )


def _settled(match: Match, around: Surroundings) -> bool:
    """「借金は完済しました」「病気は治った」「借金には困っていない」, in the same clause."""
    settled = False
    clause = around.words[match.last].clause
    for position in range(match.last, len(around.words)):
        if around.words[position].clause != clause:
            break
        said, denied = around.classes.get(position, ()), around.denied.get(position, ())
        if TROUBLE in said or FINE in denied or SETTLED in denied:
            settled = False
        elif WORRY in denied:
            settled = not around.words[position].form & Form.ASKED
        elif FINE in said or SETTLED in said:
            settled = _verdict_of_relief(around.words[position], fine=FINE in said, wide=True) is False
    return settled


def _told_of_others(match: Match, around: Surroundings) -> bool:
    sentence = _sentence_of(around.words, match.first)
    named = {name for position in sentence for name in around.classes.get(position, _NO_CLASS)}
    return ELSEWHERE in named and SELF not in named


def _long_ago(match: Match, around: Surroundings) -> bool:
    """「昔は酒をよく飲んだ」: told as history, where the clause ends in the past and nothing goes on."""
    words, sentence = around.words, _sentence_of(around.words, match.first)
    ago = any(
        LONG_AGO in around.classes.get(position, _NO_CLASS)
        for position in range(sentence.start, min(match.last, sentence.stop))
    ) or any(_says_formerly(words, position) for position in range(sentence.start, match.last))
    if not ago or not _told_as_past(words, match.last):
        return False
    return not any(
        STILL in around.classes.get(position, _NO_CLASS)
        and not words[_end_of_clause(words, position)].form & Form.NEGATED
        for position in range(match.first + 1, sentence.stop)
    )


def _says_formerly(words: Sequence[Word], position: int) -> bool:
    """「前は路上で」「過去にODした」, but not 「家の前は」."""
    word = words[position]
    if word.lemma == "前":
        of_a_thing = position > 0 and words[position - 1].particles.endswith("の")
        return word.particles in ("は", "に", "にも") and not of_a_thing
    return word.lemma == "過去" and word.particles == "に"


def _sentence_of(words: Sequence[Word], position: int) -> range:
    """The places of the words of the same sentence."""
    first = last = position
    while first > 0 and words[first - 1].sentence == words[position].sentence:
        first -= 1
    while last + 1 < len(words) and words[last + 1].sentence == words[position].sentence:
        last += 1
    return range(first, last + 1)


def _told_as_past(words: Sequence[Word], position: int) -> bool:
    """「飲んだ」「飲んだことがある」"""
    last = _end_of_clause(words, position)
    ending = [word for word in words[max(0, last - 2) : last + 1] if word.clause == words[last].clause]
    experience = ending[-1].lemma == "有る" and any(word.form & Form.PAST for word in ending)
    return experience or bool(ending[-1].form & Form.PAST)


def _end_of_clause(words: Sequence[Word], position: int) -> int:
    """The place of the last word of the same clause."""
    while position + 1 < len(words) and words[position + 1].clause == words[position].clause:
        position += 1
    return position
