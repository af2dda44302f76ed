"""前の予約と つなげたい: who writes from another LINE account says who they were; staff check before anything is seen.

Whatever is typed, the answer is the same: nobody learns here whether a number or a name is anybody's.
"""

import re
import unicodedata

from bot.flows.dates import reading_words
from bot.flows.engine import Flow
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts, Question, short_name
from bot.flows.speech import Bubble

UNKNOWN = "unknown"
_UNKNOWN = Choice(UNKNOWN, "わからない", ("忘れた", "わすれた"))
_LONGEST = 30
_NUMBER = re.compile(r"[0-9A-Za-z-]{3,12}")
# A spoken code: three words in kana, however they are parted.
_CODE = re.compile(r"[ぁ-ゖァ-ヺー・、,\s]{9,}")


def known_by(text: str) -> str | None:
    """A 予約番号 or a 合言葉, as it was typed; None for anything else."""
    typed = unicodedata.normalize("NFKC", text).strip(" 。.\n")
    if len(typed) > _LONGEST or not (_NUMBER.fullmatch(typed) or _CODE.fullmatch(typed)):
        return None
    return typed


FLOW = Flow(
    "relink",
    (
        Question(
            "known_by",
            ask=lambda _answers, _facts: (
                "職員が たしかめてから、つなぎます。\n前の 予約番号か 合言葉を\n書いてください。"
            ),
            choices=lambda _answers, _facts: (_UNKNOWN,),
            write=known_by,
            private=True,
        ),
        Question(
            "name",
            ask=lambda _answers, _facts: "その時の 呼び名を 書いてください。",
            choices=lambda _answers, _facts: (_UNKNOWN,),
            write=short_name,
            private=True,
        ),
    ),
    finish="ask_to_link",
)


def _asked(facts: Facts) -> tuple[Bubble, ...]:
    when = f"次に見るのは、{reading_words(facts['next_reading'])}です。\n" if facts["next_reading"] else ""
    return (Bubble(f"うけとりました。職員が たしかめます。\n{when}そのあと、ここに 返事をします。"),)


OFFERS: dict[str, Offer] = {
    "linked": Offer(
        lambda _facts: "とまりぎです。\n前の予定と つながりました。",
        fixed(Choice("view_booking", "予定を見る"), Choice("fine", "いまは いい")),
    ),
    "not_linked": Offer(
        lambda _facts: "とまりぎです。すみません。\n前の予定を、見つけられませんでした。",
        fixed(
            Choice("relink", "もういちど 書く"),
            Choice("call_me", "電話がほしい"),
            Choice("fine", "いまは いい"),
        ),
    ),
}
SAYS = {"asked_to_link": _asked}
