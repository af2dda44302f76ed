"""Content words with what their endings say: denied, wished, passive, past, asked.

Japanese says these things after the word, so one walk over the tokens from left to right is enough:
auxiliaries and particles are folded into the word before them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from desk.needs.tokenizer import Token


class Form:
    """What the endings of a word say about it, as bits (plain integers: they are tested very often)."""

    NONE = 0
    NEGATED = 1
    WISH = 2
    PASSIVE = 4
    LOOMING = 8  # 〜しそう
    ONGOING = 16  # 〜ている
    PAST = 32
    ASKED = 64
    WANTED = 128  # 〜てほしい, 〜てもらいたい
    COPULA = 256  # 〜です, 〜だ
    WILL = 512  # 〜しよう
    UNLESS = 1024  # 〜しなければ, 〜しなきゃ
    ABLE = 2048  # 〜できる, 払える, 食べられる (the last is PASSIVE as well: the two look alike)


class Word(NamedTuple):
    """A content word; `start`/`end` count characters of the folded text, endings included.

    `particles` are those that follow directly (は, が, の…). `clause` and `sentence` count from 0.
    `light` words (adverbs, numbers, this and that) may stand inside a phrase without breaking it.
    """

    lemma: str
    base: str
    form: int
    particles: str
    start: int
    end: int
    clause: int
    sentence: int
    light: bool
    predicate: bool


_NEGATIONS = frozenset({"ない", "ぬ", "ず", "へん", "まへん", "ひん", "なんだ", "まい"})
_HELPERS_AFTER_TE = frozenset(
    {"居る", "有る", "来る", "行く", "仕舞う", "置く", "貰う", "呉れる", "見る", "上げる", "頂く"}
    | {"下さる", "欲しい", "御座る", "参る", "見せる"}
)
_ONGOING = frozenset({"てる", "とる", "でる", "ておる", "どる", "よる", "居る", "ちゅう"})
_PASSIVE = frozenset({"れる", "られる"})
_WISHES = frozenset({"たい", "たがる"})
_ASKING = frozenset({"か", "かな", "かしら", "かい", "かね", "っけ"})
_LIGHT_VERBS = frozenset({"為る", "出来る", "致す", "為さる"})
_BEFORE_LIGHT_VERB = frozenset({"", "を", "は", "も", "が"})
_E_ROW = frozenset("えけげせてねべめれ")
_LEAVING = frozenset({"出る", "持つ", "連れる", "離れる", "去る"})
_LIMITS = frozenset({"だけ", "しか", "ばかり", "のみ", "きり", "ほど"})
_BUT = frozenset({"が", "けど", "けれど", "けれども", "のに", "けんど", "ばってん", "ども"})
_SO = frozenset({"から", "ので", "し", "けん", "さかい"})
_DROPPED_PREFIXES = frozenset({"お", "ご", "御"})
_DROPPED_SUFFIXES = frozenset(
    {"さん", "様", "ちゃん", "君", "達", "等", "さま", "ら", "殿", "くん", "たち", "氏"}
)
_NONE_AT_ALL = frozenset({"無い", "なし", "無し", "無"})
_SENTENCE_ENDS = frozenset("。.!?！？\n♪☆★…")
_LIGHT_KINDS = frozenset({"副詞", "連体詞", "接続詞", "感動詞", "代名詞"})


class _Draft:
    """A word whose endings are still being read."""

    __slots__ = ("base", "end", "form", "lemma", "light", "particles", "predicate", "start", "verbal")

    def __init__(self, token: Token, lemma: str, *, light: bool, predicate: bool) -> None:
        self.lemma, self.base = lemma, token.dictionary_form
        self.start, self.end = token.start, token.end
        self.form: int = Form.NONE
        self.particles = ""
        self.light, self.predicate = light, predicate
        self.verbal = token.pos[2] == "サ変可能"


class _Walk:
    """Reads tokens into words; one object reads one text."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.current: _Draft | None = None
        self.before: Token | None = None
        self.prefix_start: int | None = None
        self.clause = self.sentence = 0
        self.clause_has_predicate = False

    def read(self, tokens: Iterable[Token]) -> tuple[Word, ...]:
        for token in tokens:
            kind = token.pos[0]
            if kind in ("補助記号", "空白", "記号"):
                self._read_mark(token)
            elif kind == "助詞":
                self._read_particle(token)
            elif kind == "助動詞" or token.pos[1] == "助動詞語幹":
                self._read_auxiliary(token)
            elif not self._read_helper(token):
                self._begin_word(token)
            self.before = token
        self._finish_word()
        return tuple(self.words)

    def _read_mark(self, token: Token) -> None:
        mark = token.surface
        if "?" in mark:
            self._mark(Form.ASKED)
        self._finish_word()
        if any(letter in _SENTENCE_ENDS for letter in mark):
            self._end_sentence()
        elif self.clause_has_predicate:
            self._end_clause()

    def _read_particle(self, token: Token) -> None:
        kind, form = token.pos[1], token.normalized_form
        if form in _LIMITS:
            self._begin_limit(token)
            return
        if self.current is None:
            return
        if form in _ASKING and kind in ("終助詞", "副助詞"):
            self._mark(Form.ASKED)
        self.current.particles += token.surface
        joins = kind == "接続助詞" and form in _BUT | _SO
        split_noni = self.before is not None and self.before.pos[1] == "準体助詞" and form in ("に", "で")
        if joins or (split_noni and self.current.predicate):
            self._finish_word()
            # 「仕事なんですけど、」 only names the subject: what is said of it follows.
            if self.clause_has_predicate:
                self._end_clause()

    def _begin_limit(self, token: Token) -> None:
        """「水だけ」「円しか」: what limits is looked for as well, so it is a light word of its own."""
        self._finish_word()
        self.current = _Draft(token, token.normalized_form, light=token.surface != "ほど", predicate=False)

    def _read_auxiliary(self, token: Token) -> None:
        current = self.current
        if current is None:
            if token.dictionary_form in _NEGATIONS:
                self._begin_word(token)
            return
        form = token.dictionary_form
        if form in _NEGATIONS or (form == "む" and token.surface == "ん"):
            self._negate(token)
        elif form in _WISHES:
            self._mark(Form.WISH)
        elif form in _PASSIVE:
            self._mark(Form.PASSIVE | Form.ABLE)
        elif form in _ONGOING:
            self._mark(Form.ONGOING)
        elif token.normalized_form == "た" and not token.pos[5].startswith("仮定形"):
            self._mark(Form.PAST)
        elif form == "そう" and token.pos[0] == "形状詞":
            self._mark(Form.LOOMING)
        elif form in ("だ", "です"):
            self._mark(Form.COPULA)
        if token.pos[5].startswith("意志推量形"):
            self._mark(Form.WILL)
        current.end = token.end

    def _negate(self, token: Token) -> None:
        """Turn the word's polarity; 〜なければ, 〜なきゃ and 〜かもしれない do not deny."""
        current = self.current
        assert current is not None
        if current.lemma == "知れる" and current.particles == "" and self._follows_maybe():
            return
        if token.pos[5].startswith("仮定形") or token.surface in ("なけりゃ", "なきゃ", "なくちゃ"):
            current.form |= Form.UNLESS
        else:
            current.form ^= Form.NEGATED

    def _follows_maybe(self) -> bool:
        return bool(self.words) and self.words[-1].particles.endswith(("かも", "も"))

    def _read_helper(self, token: Token) -> bool:
        """Fold auxiliary verbs, ない after 〜く/では, light verbs and suffixes into the word before."""
        current, before = self.current, self.before
        if current is None or before is None:
            return False
        if token.pos[0] == "接尾辞":
            return self._read_suffix(token)
        lemma = token.normalized_form
        if lemma in _HELPERS_AFTER_TE and self._after_te() and not self._goes_for_itself(token):
            if lemma == "居る":
                self._mark(Form.ONGOING)
            elif lemma == "欲しい":
                self._mark(Form.WANTED)
        elif lemma == "無い" and self._denies_what_is_before():
            if self._after_te():
                self._mark(Form.ONGOING)
            self._negate(token)
        elif lemma == "有る" and self._denies_what_is_before():
            pass  # 「無職ではありません」「怖くありません」: the ません that follows denies the word before
        elif lemma in _LIGHT_VERBS and current.verbal and current.particles in _BEFORE_LIGHT_VERB:
            current.predicate = True
            self.clause_has_predicate = True
            current.particles = ""
            if lemma == "出来る":
                self._mark(Form.ABLE)
        else:
            return False
        if token.pos[5].startswith("意志推量形"):
            self._mark(Form.WILL)
        current.end = token.end
        return True

    def _goes_for_itself(self, token: Token) -> bool:
        """「生きていけない」「出ていく」「持っていく」: here 行く says more than that something goes on."""
        assert self.current is not None
        leaving = token.normalized_form == "行く" and self.current.lemma in _LEAVING
        return leaving or token.dictionary_form == "いける"

    def _read_suffix(self, token: Token) -> bool:
        current, before = self.current, self.before
        assert current is not None
        assert before is not None
        if current.particles:
            return False
        if before.pos[1] == "数詞":
            current.lemma = current.base = "#" + token.normalized_form
        elif token.normalized_form in _DROPPED_SUFFIXES:
            current.end = token.end
            return True
        elif not current.predicate:
            # 「執行猶予中」「病院代」: a word of its own, and still found as 執行猶予, 病院.
            current.base, current.lemma = current.lemma, current.lemma + token.normalized_form
        elif token.pos[1] == "名詞的":
            return False
        else:
            # 「生きづらい」「飲みすぎる」: a word of its own, and still found as 生きる, 飲む.
            current.base, current.lemma = current.lemma, current.lemma + token.normalized_form
        current.end = token.end
        return True

    def _after_te(self) -> bool:
        assert self.current is not None
        return (
            self.current.predicate
            and self.current.particles in ("て", "で", "ては", "ても", "ちゃ", "")
            and self.before is not None
            and self.before.normalized_form in ("て", "で", "は", "も", "ては", "ちゃ", "てる", "ちゃう")
        )

    def _denies_what_is_before(self) -> bool:
        """「よくない」「死にたくはない」「無職ではない」「食べてはいない」 against 「お金がない」."""
        current, before = self.current, self.before
        assert current is not None
        assert before is not None
        if before.pos[5].startswith("連用形") and before.pos[0] in ("形容詞", "助動詞"):
            return True
        if current.particles.endswith(("では", "でも", "ては", "くは", "て")):
            return True
        return current.particles in ("は", "も") and (current.predicate or bool(current.form & Form.COPULA))

    def _begin_word(self, token: Token) -> None:
        if token.pos[0] == "接頭辞" and token.surface in _DROPPED_PREFIXES:
            self._finish_word()
            self.prefix_start = token.start
            return
        if self._joins_number(token):
            return
        self._finish_word()
        kind = token.pos[0]
        predicate = kind in ("動詞", "形容詞") or (kind == "形状詞")
        light = kind in _LIGHT_KINDS or token.pos[1] == "数詞"
        lemma = "無い" if token.normalized_form in _NONE_AT_ALL else token.normalized_form
        self.current = _Draft(token, lemma, light=light, predicate=predicate or lemma == "無い")
        if (
            token.surface.endswith("ん")
            and token.pos[5].endswith("撥音便")
            and kind == "動詞"
            and token.pos[5].startswith("連体形")
        ):
            self.current.form |= Form.NEGATED  # 「食えん」 comes as one token
        if token.pos[5].startswith("意志推量形"):
            self.current.form |= Form.WILL
        if self.prefix_start is not None:
            self.current.start, self.prefix_start = self.prefix_start, None
        self.clause_has_predicate |= self.current.predicate

    def _joins_number(self, token: Token) -> bool:
        current, before = self.current, self.before
        if current is None or before is None or before.pos[1] != "数詞" or current.particles:
            return False
        if token.pos[1] == "数詞":
            current.end = token.end
            return True
        if token.pos[2] == "助数詞可能":
            current.lemma = current.base = "#" + token.normalized_form
            current.end = token.end
            return True
        return False

    def _mark(self, form: int) -> None:
        if self.current is not None:
            self.current.form |= form
        elif form == Form.ASKED and self.words:
            self.words[-1] = self.words[-1]._replace(form=self.words[-1].form | form)

    def _finish_word(self) -> None:
        draft, self.current = self.current, None
        if draft is None:
            return
        lemma, form = draft.lemma, draft.form
        if lemma == "有る" and form & Form.NEGATED:
            lemma, form = "無い", form & ~Form.NEGATED
        if self.words and self.words[-1].lemma == "しか":
            form &= ~Form.NEGATED  # 「水しか飲んでない」 says that water was drunk
        self.words.append(
            Word(
                lemma,
                draft.base,
                form,
                draft.particles,
                draft.start,
                draft.end,
                self.clause,
                self.sentence,
                draft.light,
                draft.predicate,
            )
        )

    def _end_clause(self) -> None:
        self.clause += 1
        self.clause_has_predicate = False

    def _end_sentence(self) -> None:
        self._end_clause()
        self.sentence += 1


def _is_potential(token: Token) -> bool:
    """「払える」 of 払う, 「食べれる」 of 食べる: 〜える where the plain verb ends in another way."""
    written, plain = token.dictionary_form, token.normalized_form
    return written[-2:-1] in _E_ROW and written.endswith("る") and not plain.endswith(written[-2:])


def read_words(tokens: Iterable[Token]) -> tuple[Word, ...]:
    """The content words of a text in order."""
    return _Walk().read(tokens)
