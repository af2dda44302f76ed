"""Names a device as its owner would: 「iPhone、Safari」 and no more, so that the list of sign-ins tracks nobody."""

# The first that is found counts: a browser also names those it is like.
_SYSTEMS = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "Chromebook"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"),
    ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_UNKNOWN = "名前の分からない機器"


def device_of(user_agent: str) -> str:
    """The system and the browser, from what the browser says of itself."""
    named = (
        next((name for mark, name in known if mark in user_agent), "") for known in (_SYSTEMS, _BROWSERS)
    )
    return "、".join(name for name in named if name) or _UNKNOWN
