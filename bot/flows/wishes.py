"""ほかの日・夜・電話: what does not fit the calendar is told to staff, who answer."""

import re
import unicodedata

from bot.flows.dates import reading_words
from bot.flows.engine import Flow
from bot.flows.questions import Answers, Choice, Facts, Question
from bot.flows.speech import Bubble
from bot.flows.story import anything

CONSENT_VERSION = "2026-11-wish"
CONSENT = (
    "のこすのは、この希望と 電話番号、\nきまった時の 日時と 呼び名、だけです。\n"
    "読むのは、この窓口の人だけ。いつでも消せます。"
)
PHONE_CONSENT_VERSION = "2026-11-phone"
PHONE_CONSENT = "のこすのは、電話番号だけです。\n読むのは、この窓口の人だけ。いつでも消せます。"
_AGREE = (Choice("yes", "わかった、進む", ("はい",)), Choice("stop", "やめる"))
#: The one choice that is no wish: it leads to the waiting list, by the name of its flow.
WAITING = "waiting"
#: Between the words of how somebody may be called.
BETWEEN = "。"
_KINDS = (
    Choice("other_day", "ほかの日", ("ほかの日",)),
    Choice("evening", "夜", ("夕方",)),
    Choice("weekend", "土曜・日曜", ("土曜", "日曜", "土日")),
    Choice("elsewhere", "ほかの場所"),
    Choice("telephone", "電話で話す"),
    Choice("online", "ビデオで話す", ("ビデオ", "オンライン")),
    Choice("together", "家族と一緒に", ("家族",)),
    Choice("call_me", "電話がほしい"),
    Choice(WAITING, "空いたら教えてほしい", ("空き", "空いたら")),
)
#: What each wish is called where people see what is kept of them.
KIND_WORDS = {choice.value: choice.label for choice in _KINDS}
# What is kept of these is what staff read before they telephone, in these very words.
CALL_TIMES = (
    Choice("午前", "午前"),
    Choice("午後", "午後"),
    Choice("夕方", "夕方"),
    Choice("いつでも", "いつでも"),
)
CALLERS = (
    Choice("「とまりぎ」と言う", "「とまりぎ」と言う", ("とまりぎ",)),
    Choice("人の名前だけ言う", "人の名前だけ言う", ("名前だけ",)),
    Choice("本人が出た時だけ話す", "本人が出た時だけ話す", ("本人だけ",)),
)
_DIGITS = re.compile(r"0\d{9,10}")


def telephone(text: str) -> str | None:
    """A Japanese telephone number in whatever form it was typed: ten or eleven digits from 0."""
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign not in " -()‐－ー−・")
    found = _DIGITS.fullmatch(digits.replace("+81", "0"))
    return found.group() if found else None


def _wants_call(answers: Answers, _facts: Facts) -> bool:
    return answers.get("kind") in ("telephone", "call_me")


def _left_number(answers: Answers, facts: Facts) -> bool:
    return _wants_call(answers, facts) and answers.get("phone") is not None


def _ask_consent(_answers: Answers, _facts: Facts) -> str:
    return f"職員に 伝えます。進む前に、ひとつだけ。\n{CONSENT}"


def _ask_note(answers: Answers, _facts: Facts) -> str:
    if answers.get("kind") == "elsewhere":
        return "どこなら 来やすいですか。\n町や村の名前で いいです。\nなければ「とばす」で いいです。"
    return "つごうの よい日や時間が あれば、\n書いてください。\nなければ「とばす」で いいです。"


FLOW = Flow(
    "wish",
    (
        Question(
            "kind",
            ask=lambda _answers, _facts: "どんな会い方が いいですか。",
            choices=lambda _answers, _facts: _KINDS,
            quick=True,
            skippable=False,
            private=True,
            then="wish_kind",
        ),
        Question(
            "consent",
            ask=_ask_consent,
            choices=lambda _answers, _facts: _AGREE,
            ask_if=lambda _answers, facts: not facts["consented"],
            skippable=False,
            then="agree_wish",
        ),
        Question(
            "phone",
            ask=lambda _answers, _facts: (
                "電話番号を 書いてください。\nここでの返事が よければ「とばす」で いいです。"
            ),
            ask_if=_wants_call,
            write=telephone,
            private=True,
        ),
        Question(
            "time",
            ask=lambda _answers, _facts: "いつなら 出られますか。",
            choices=lambda _answers, _facts: CALL_TIMES,
            ask_if=_left_number,
            private=True,
            quick=True,
        ),
        Question(
            "caller",
            ask=lambda _answers, _facts: "電話で、なんと名のりましょうか。",
            choices=lambda _answers, _facts: CALLERS,
            ask_if=_left_number,
            private=True,
            quick=True,
        ),
        Question(
            "note",
            ask=_ask_note,
            ask_if=lambda answers, facts: not _wants_call(answers, facts),
            choices=lambda _answers, _facts: (Choice("none", "とくにない", ("ない", "なし")),),
            write=anything,
            any_words=True,
        ),
    ),
    finish="wish",
)

PHONE = Flow(
    "phone",
    (
        Question(
            "consent",
            ask=lambda _answers, _facts: f"進む前に、ひとつだけ。\n{PHONE_CONSENT}",
            choices=lambda _answers, _facts: _AGREE,
            ask_if=lambda _answers, facts: not facts["consented"],
            skippable=False,
            then="agree_phone",
        ),
        Question(
            "phone",
            ask=lambda _answers, _facts: (
                "電話番号を 書いてください。\nかけるのは、急に中止になった時だけです。\n"
                "書かなくても いいです（とばす）。"
            ),
            write=telephone,
            private=True,
        ),
    ),
    finish="keep_phone",
)


def _wish_kept(facts: Facts) -> tuple[Bubble, ...]:
    when = f"次に見るのは、{reading_words(facts['next_reading'])}です。\n" if facts["next_reading"] else ""
    return (Bubble(f"うけとりました。職員が読みます。\n{when}そのあと、ここに 返事をします。"),)


def _phone_kept(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("うけとりました。家の人には 話しません。"),)


SAYS = {"wish_kept": _wish_kept, "phone_kept": _phone_kept}
