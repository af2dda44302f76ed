"""What may not stand on a lock screen: words that tell whoever sees it why somebody writes."""

import unicodedata

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


def is_discreet(text: str) -> bool:
    """Whether the text may be seen by anyone; half-width and other forms of a letter count alike."""
    folded = unicodedata.normalize("NFKC", text)
    return not any(word in folded for word in LOCK_SCREEN_WORDS)
