"""LINE's documented limits on outgoing messages, checked here before each send and without the network.

Source: LINE's reference, message and action objects (reference: line 1.3). Lengths are UTF-16 code units,
those of labels and of a template's text grapheme clusters. The SDK checks only some of them.
"""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

Wire = list[dict[str, Any]]

MESSAGES = 5
TEXT = 5_000
ALT_TEXT = 1_500
QUICK_REPLIES = 13
# What a flex bubble may weigh leaves room for so much text, six bytes a letter as JSON escapes it.
FLEX_TEXT = 2_000
TEMPLATE_BUTTONS = 4
TEMPLATE_TEXT = 160
LABEL = 20
DATA = 300
ADDRESS = 1_000
_DISPLAY_TEXT = 300
_BUBBLE_BYTES = 30 * 1024
_BODY_BYTES = 2 * 1024 * 1024
_SCHEMES = ("http", "https", "line", "tel")
_JOINERS = "\u200c\u200d"


def utf16_units(text: str) -> int:
    """Length as LINE counts texts: 2 for 🍎 and 𠮷."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """At least as many as LINE's grapheme clusters: marks count nothing, joined emoji one by one."""
    return sum(_starts_cluster(character) for character in text) + (
        bool(text) and not _starts_cluster(text[0])
    )


def cut_label(label: str) -> str:
    """The label, cut between clusters to what fits on a button."""
    room = LABEL
    for place, character in enumerate(label):
        room -= _starts_cluster(character)
        if room < 0:
            return label[:place].rstrip(_JOINERS)
    return label


def pieces(text: str, limit: int) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units, cut after a line or a sentence if possible."""
    parts = []
    while utf16_units(text) > limit:
        room = text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
        end = max(room.rfind("\n"), room.rfind("。")) + 1 or len(room)
        parts.append(text[:end].rstrip("\n"))
        text = text[end:]
    return [*parts, text] if text else parts


def over_limits(messages: Wire) -> list[str]:
    """What LINE would refuse, one short line each, without any of the text; empty: nothing."""
    return [fault for fault in _faults(messages) if fault]


def _starts_cluster(character: str) -> bool:
    return character not in _JOINERS and unicodedata.category(character) not in ("Mn", "Me")


def _faults(messages: Wire) -> Iterator[str]:
    yield _between("messages", len(messages), 1, MESSAGES)
    yield _between("body bytes", len(json.dumps(messages)), 0, _BODY_BYTES)
    for message in messages:
        yield from _message_faults(message)
        items = message.get("quickReply", {}).get("items", [])
        yield _between("quick replies", len(items), 0, QUICK_REPLIES)
        for item in items:
            yield from _action_faults(item["action"])


def _message_faults(message: dict[str, Any]) -> Iterator[str]:
    kind = message["type"]
    if kind == "text":
        yield _between("text", utf16_units(message["text"]), 1, TEXT)
        return
    yield _between("altText", utf16_units(message["altText"]), 1, ALT_TEXT)
    if kind == "template":
        template = message["template"]
        yield _between("template text", graphemes(template["text"]), 1, TEMPLATE_TEXT)
        yield _between("template actions", len(template["actions"]), 1, TEMPLATE_BUTTONS)
        yield from _actions_faults(template["actions"])
    else:
        yield _between("bubble bytes", len(json.dumps(message["contents"])), 1, _BUBBLE_BYTES)
        contents = message["contents"]["body"]["contents"]
        yield from _actions_faults([part["action"] for part in contents if part["type"] == "button"])
        for part in contents:
            yield "" if part["type"] != "text" or part["text"] else "flex text: empty"


def _actions_faults(actions: Sequence[dict[str, Any]]) -> Iterator[str]:
    for action in actions:
        yield from _action_faults(action)


def _action_faults(action: dict[str, Any]) -> Iterator[str]:
    yield _between("label", graphemes(action["label"]), 1, LABEL)
    if action["type"] == "uri":
        yield _between("address", utf16_units(action["uri"]), 1, ADDRESS)
        yield "" if urlsplit(action["uri"]).scheme in _SCHEMES else "address: scheme"
    else:
        yield _between("postback data", utf16_units(action["data"]), 1, DATA)
        yield _between("displayText", graphemes(action.get("displayText", "")), 0, _DISPLAY_TEXT)


def _between(what: str, found: int, least: int, most: int) -> str:
    return "" if least <= found <= most else f"{what}: {found}, allowed {least} to {most}"
