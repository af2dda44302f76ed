"""What a person tells in their own words: kept, one thing asked, and back to the open question."""

from bot.flows.dates import reading_words
from bot.flows.engine import Flow
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Answers, Choice, Facts, Question
from bot.flows.speech import Bubble

CONSENT_VERSION = "2026-11-words"
CONSENT = "のこすのは、この文です。\n読むのは、この窓口の人だけ。\nいつでも消せます。"

_SHARE_CHOICES = (
    Choice("share", "見せていい", ("はい", "いい", "ok")),
    Choice("erase", "消してほしい", ("いいえ", "消して")),
    Choice("page", "残らないページに書く", ("ページ", "残らないページ")),
)


def _ask_share(_answers: Answers, facts: Facts) -> str:
    consent = "" if facts["consented"] else f"{CONSENT}\n"
    return (
        "書いてくださって、ありがとうございます。\n"
        f"{consent}会う日の人に、この文を見せて いいですか。\n"
        "（LINEにも残ります。\n長押しで「送信取消」ができます）"
    )


FLOW = Flow(
    "story",
    (
        Question(
            "share",
            ask=_ask_share,
            choices=lambda _answers, _facts: _SHARE_CHOICES,
            skippable=False,
            private=True,
            quick=True,
            then="story",
        ),
    ),
)


def anything(text: str) -> str | None:
    """Any words at all are an answer."""
    return text.strip() or None


def _ask_staff(_answers: Answers, facts: Facts) -> str:
    consent = "" if facts["consented"] else f"{CONSENT}\n"
    if facts["free_text"] == "chat":
        return f"{consent}職員に 伝えたいことを 書いてください。"
    return f"{consent}LINEに残らないページで 書けます。\nここに書いても、だいじょうぶです。"


def _staff_choices(_answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return () if facts["free_text"] == "chat" else (Choice("page", "ページで書く", ("ページ",)),)


TO_STAFF = Flow(
    "to_staff",
    (
        Question(
            "text",
            ask=_ask_staff,
            choices=_staff_choices,
            write=anything,
            any_words=True,
            then="to_staff",
        ),
    ),
)


def _received(facts: Facts) -> str:
    """How many needs were found, and where they are shown: which ones is never read back in the chat."""
    return (
        f"{facts['found']}つ うけとりました。\n見る時は「見る・なおす」と 送ってください。\n"
        if facts["found"]
        else ""
    )


def _staff_reads(facts: Facts) -> tuple[Bubble, ...]:
    when = f"次に見るのは、{reading_words(facts['next_reading'])}です。\n" if facts["next_reading"] else ""
    text = f"職員が読みます。\n{_received(facts)}{when}急ぐ時は「いま困っている」を押してください。"
    return (Bubble(text),)


def _shared(facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble(f"わかりました。会う人が読みます。\n{_received(facts)}".rstrip()),)


def _shared_without_booking(facts: Facts) -> str:
    received = _received(facts) or "うけとりました。\n"
    return f"わかりました。\n{received}会って話す日を、きめますか。"


def _erased(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("わかりました。ここからは 消しました。\nLINEの文は、長押しで「送信取消」ができます。"),)


OFFERS: dict[str, Offer] = {
    "shared_without_booking": Offer(
        _shared_without_booking,
        fixed(
            Choice("book", "予約する"), Choice("write_to_staff", "職員に書く"), Choice("fine", "いまは いい")
        ),
    ),
}

SAYS = {"staff_reads": _staff_reads, "shared": _shared, "story_erased": _erased}
