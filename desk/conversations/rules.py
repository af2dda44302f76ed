"""What a message is that is no text, in plain words: for officers, staff and the person alike."""

#: How a thing is called that somebody sent; `message.kind`.
NAMES = {
    "text": "文",
    "sticker": "スタンプ",
    "image": "写真",
    "audio": "声",
    "video": "動画",
    "file": "ファイル",
    "location": "場所",
}
#: Nobody is waited for by these.
NEVER_WAITS = ("sticker", "unsent")
#: What stays of words, a photo or a voice that the person took back in LINE.
UNSENT = "取り消された連絡があります"


def shown(kind: str, words: str) -> str:
    """A message in one line of words: a text as it stands, else what it is."""
    if kind == "text":
        return words
    if kind == "unsent":
        return UNSENT
    return f"{NAMES[kind]}：{words}" if words else NAMES[kind]
