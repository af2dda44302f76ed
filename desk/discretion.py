"""What may not stand on a lock screen: words that tell whoever sees it why somebody writes."""

import unicodedata
from collections.abc import Iterable

NEUTRAL_NOTICE = "とまりぎです。お知らせが あります。"

LOCK_SCREEN_WORDS = (
    "相談",
    "予約",
    "支援",
    "保護",
    "更生",
    "刑",
    "出所",
    "釈放",
    "前科",
    "犯",
    "逮捕",
    "警察",
    "裁判",
    "被害",
    "暴力",
    "虐待",
    "依存",
    "借金",
    "自殺",
    "死",
)


def telling_word(text: str, *, called: Iterable[str] = ()) -> str | None:
    """The first word that tells too much: one of the list, or a name the person is called by.

    Half-width and other forms of a letter count alike, and signs without width do not part a word.
    """
    folded = unicodedata.normalize(
        "NFKC", "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    )
    names = [name for name in called if len(name) > 1]
    return next((word for word in (*LOCK_SCREEN_WORDS, *names) if word in folded), None)


def on_lock_screen(text: str) -> str:
    """What a lock screen and the list of chats show of a message: its first line, or that there is news."""
    line = text.strip().partition("\n")[0]
    return line if line and telling_word(line) is None else NEUTRAL_NOTICE
