"""What a person tells in their own words: kept, one thing asked, and back to the open question."""

from bot.flows.dates import reading_words
from bot.flows.engine import Flow
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Answers, Choice, Facts, Question
from bot.flows.speech import Bubble
from desk.conversations.rules import NAMES

CONSENT_VERSION = "2026-11-words"
CONSENT = "のこすのは、この文です。\n読むのは、この窓口の人だけ。\nいつでも消せます。"
MEDIA_CONSENT_VERSION = "2026-11-media"
MEDIA_CONSENT = "のこすのは、答えや文、写真や声、場所です。\n見るのは、この窓口の人だけ。\nいつでも消せます。"

_SHARE = Choice("share", "見せていい", ("はい", "いい", "ok"))
_SHARE_VOICE = Choice("share", "聞かせていい", ("はい", "いい", "ok", "見せていい"))
_ERASE = Choice("erase", "消してほしい", ("いいえ", "消して"))
_PAGE = Choice("page", "残らないページに書く", ("ページ", "残らないページ"))


def cannot_be_seen(kind: str) -> str:
    """What we can do nothing with, truly: a desk that keeps photos may keep no film. `kind`: "" where we do not know."""
    seen = "聞けません" if kind == "audio" else "見られません"
    return f"{NAMES[kind] if kind else '送ったもの'}は、ここでは{seen}。"


def _ask_share(_answers: Answers, facts: Facts) -> str:
    kinds = facts.get("kinds", ["text"])
    written = kinds == ["text"]
    consent = "" if facts["consented"] else f"{CONSENT if written else MEDIA_CONSENT}\n"
    thanks = "書いてくださって、ありがとうございます。" if written else "うけとりました。"
    who = "職員" if facts.get("to") == "staff" else "会う日の人"
    what = f"この{NAMES[kinds[0]]}" if len(kinds) == 1 else "送ったもの"
    do = "聞かせて" if kinds == ["audio"] else "見せて"
    if facts.get("count", 1) > 1 and "text" not in kinds:  # all was said with the first photo
        return f"これも うけとりました。\n{who}に、ぜんぶ {do} いいですか。"
    return (
        f"{thanks}\n"
        f"{consent}{who}に、{what}を{do} いいですか。\n"
        "（LINEにも残ります。\n長押しで「送信取消」ができます）"
    )


def _share_choices(_answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    kinds = facts.get("kinds", ["text"])
    share = _SHARE_VOICE if kinds == ["audio"] else _SHARE
    return (share, _ERASE, _PAGE) if "text" in kinds else (share, _ERASE)


FLOW = Flow(
    "story",
    (
        Question(
            "share",
            ask=_ask_share,
            choices=_share_choices,
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


def _sees(facts: Facts) -> str:
    """A photo or a place is looked at, a voice alone is heard, words are read."""
    kinds = facts.get("kinds", ["text"])
    if kinds == ["audio"]:
        return "聞きます"
    return "読みます" if kinds == ["text"] else "見ます"


def _staff_reads(facts: Facts) -> tuple[Bubble, ...]:
    when = f"次に見るのは、{reading_words(facts['next_reading'])}です。\n" if facts["next_reading"] else ""
    text = f"職員が{_sees(facts)}。\n{_received(facts)}{when}急ぐ時は「いま困っている」を押してください。"
    return (Bubble(text),)


def _shared(facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble(f"わかりました。会う人が{_sees(facts)}。\n{_received(facts)}".rstrip()),)


def _shared_without_booking(facts: Facts) -> str:
    received = _received(facts) or "うけとりました。\n"
    return f"わかりました。\n{received}会って話す日を、きめますか。"


def _erased(facts: Facts) -> tuple[Bubble, ...]:
    there = "LINEの文" if facts.get("kinds", ["text"]) == ["text"] else "LINEに送ったもの"
    return (Bubble(f"わかりました。ここからは 消しました。\n{there}は、長押しで「送信取消」ができます。"),)


def _media_received(facts: Facts) -> str:
    """What cannot be seen here, truly: that it came is all that staff learn, and only where that is kept (`told`)."""
    lines = ["うけとりました。", cannot_be_seen(facts.get("what") or "")]
    if facts.get("told"):
        lines.append("来たことだけ、職員に つたわります。")
        if facts["next_reading"]:
            lines.append(f"次に見るのは、{reading_words(facts['next_reading'])}です。")
    return "\n".join(lines)


_NEXT = fixed(
    Choice("book", "予約する"),
    Choice("write_to_staff", "職員に書く"),
    Choice("urgent", "いま困っている"),
    Choice("fine", "いまは いい"),
)

OFFERS: dict[str, Offer] = {
    "media_received": Offer(_media_received, _NEXT),
    "sticker_received": Offer(lambda _facts: "スタンプ、ありがとうございます。", _NEXT),
    "shared_without_booking": Offer(
        _shared_without_booking,
        fixed(
            Choice("book", "予約する"), Choice("write_to_staff", "職員に書く"), Choice("fine", "いまは いい")
        ),
    ),
}

SAYS = {"staff_reads": _staff_reads, "shared": _shared, "story_erased": _erased}
