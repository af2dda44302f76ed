"""Whether a message may be seen by anyone: it appears on a lock screen as it stands."""

import unicodedata

# What tells whoever sees the telephone why somebody gets messages from us.
_TELLING = (
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


def telling_word(text: str, *, called: str | None) -> str | None:
    """The first word that tells too much: one of the list, or the name the person chose."""
    folded = unicodedata.normalize("NFKC", text)
    names = (called,) if called and len(called) > 1 else ()
    return next((word for word in (*_TELLING, *names) if word in folded), None)
