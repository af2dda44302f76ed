"""Limits of the messages of one call, kind by kind."""

import re
import unicodedata

from simulator.limits.actions import check_action
from simulator.limits.flex import check_flex
from simulator.limits.problems import Problems, is_uri, join
from simulator.limits.templates import check_template
from simulator.units import utf16_length
from simulator.wire import Json

# LINE's reference, "Message objects"; lengths in UTF-16 code units.
MESSAGES_PER_CALL = 5
TEXT = 5000
EMOJIS = 20
SUBSTITUTIONS = 100
MENTIONS = 20
ALT_TEXT = 1500
QUICK_REPLIES = 13
SENDER_NAME = 20
PLACE_TEXT = 100
IMAGEMAP_ACTIONS = 50
IMAGEMAP_TEXT = 400
IMAGEMAP_WIDTH = 1040


def check_messages(body: Json) -> None:
    """Check the `messages` of a request body. Raises ApiError 400 with every fault and its place."""
    problems = Problems()
    for number, message in enumerate(problems.items(body, "messages", "", low=1, high=MESSAGES_PER_CALL)):
        _check_message(problems, message, f"messages[{number}]")
    problems.raise_if_any()


def _check_message(problems: Problems, message: Json, where: str) -> None:
    kind = problems.one_of(message, "type", where, tuple(CHECKS), required=True)
    if kind:
        CHECKS[kind](problems, message, where)
    _check_quick_replies(problems, message, join(where, "quickReply"))
    _check_sender(problems, message, join(where, "sender"))


def _check_quick_replies(problems: Problems, message: Json, where: str) -> None:
    quick_reply = message.get("quickReply")
    if quick_reply is None or not problems.is_object(quick_reply, where):
        return
    for number, item in enumerate(problems.items(quick_reply, "items", where, low=1, high=QUICK_REPLIES)):
        at = f"{where}.items[{number}]"
        problems.one_of(item, "type", at, ("action",))
        problems.https_url(item, "imageUrl", at, required=False)
        check_action(problems, item.get("action"), f"{at}.action", "quick_reply")


def _check_sender(problems: Problems, message: Json, where: str) -> None:
    sender = message.get("sender")
    if sender is None or not problems.is_object(sender, where):
        return
    name = problems.text(sender, "name", where, limit=SENDER_NAME, unit="utf16", required=False)
    problems.https_url(sender, "iconUrl", where, required=False)
    if re.search(r"\bline\b", unicodedata.normalize("NFKC", name).casefold()):
        problems.add(join(where, "name"), "This name can't be used")


def _text(problems: Problems, message: Json, where: str) -> None:
    text = problems.text(message, "text", where, limit=TEXT, unit="utf16")
    if message.get("emojis") is None:
        return
    units = text.encode("utf-16-le", "surrogatepass")
    for number, emoji in enumerate(problems.items(message, "emojis", where, low=1, high=EMOJIS)):
        at = f"{where}.emojis[{number}]"
        index = problems.whole(emoji, "index", at, low=0, high=max(utf16_length(text) - 1, 0))
        if index is not None and units[2 * index : 2 * index + 2] != b"$\0":
            problems.add(join(at, "index"), "There is no $ in the text at this index")
        for key in ("productId", "emojiId"):
            problems.text(emoji, key, at, limit=100, unit="utf16")


def _text_v2(problems: Problems, message: Json, where: str) -> None:
    text = problems.text(message, "text", where, limit=TEXT, unit="utf16")
    substitution = message.get("substitution") or {}
    at = join(where, "substitution")
    if not problems.is_object(substitution, at):
        return
    if len(substitution) > SUBSTITUTIONS:
        problems.add(at, f"Size must be between 0 and {SUBSTITUTIONS}")
    kinds = [value.get("type") if isinstance(value, dict) else None for value in substitution.values()]
    for kind, limit in (("mention", MENTIONS), ("emoji", EMOJIS)):
        if kinds.count(kind) > limit:
            problems.add(at, f"At most {limit} of the type {kind}")
    for name in substitution:
        if f"{{{name}}}" not in text:
            problems.add(join(at, name), "There is no such placeholder in the text")


def _sticker(problems: Problems, message: Json, where: str) -> None:
    for key in ("packageId", "stickerId"):
        problems.text(message, key, where, limit=100, unit="utf16")


def _image(problems: Problems, message: Json, where: str) -> None:
    for key in ("originalContentUrl", "previewImageUrl"):
        problems.https_url(message, key, where)


def _audio(problems: Problems, message: Json, where: str) -> None:
    problems.https_url(message, "originalContentUrl", where)
    problems.whole(message, "duration", where, low=1, high=2**31)


def _location(problems: Problems, message: Json, where: str) -> None:
    for key in ("title", "address"):
        problems.text(message, key, where, limit=PLACE_TEXT, unit="utf16")
    for key, bound in (("latitude", 90), ("longitude", 180)):
        value = message.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not -bound <= value <= bound:
            problems.add(join(where, key), f"Must be between -{bound} and {bound}")


def _alt_text(problems: Problems, message: Json, where: str) -> None:
    problems.text(message, "altText", where, limit=ALT_TEXT, unit="utf16")


def _template(problems: Problems, message: Json, where: str) -> None:
    _alt_text(problems, message, where)
    check_template(problems, message, where)


def _flex(problems: Problems, message: Json, where: str) -> None:
    _alt_text(problems, message, where)
    check_flex(problems, message, where)


def _imagemap(problems: Problems, message: Json, where: str) -> None:
    _alt_text(problems, message, where)
    problems.https_url(message, "baseUrl", where)
    size = problems.object(message, "baseSize", where)
    if size is not None:
        at = join(where, "baseSize")
        problems.whole(size, "width", at, low=IMAGEMAP_WIDTH, high=IMAGEMAP_WIDTH)
        problems.whole(size, "height", at, low=1, high=2**31)
    for number, action in enumerate(problems.items(message, "actions", where, low=1, high=IMAGEMAP_ACTIONS)):
        _check_imagemap_action(problems, action, f"{where}.actions[{number}]")


def _check_imagemap_action(problems: Problems, action: Json, where: str) -> None:
    kind = problems.one_of(action, "type", where, ("message", "uri", "clipboard"), required=True)
    if kind == "message":
        problems.text(action, "text", where, limit=IMAGEMAP_TEXT, unit="utf16")
    elif kind == "uri":
        uri = problems.text(action, "linkUri", where, limit=1000, unit="utf16")
        if uri and not is_uri(uri, ("http", "https", "line", "tel")):
            problems.add(join(where, "linkUri"), "invalid uri scheme")
    elif kind == "clipboard":
        problems.text(action, "clipboardText", where, limit=1000, unit="utf16")
    area = problems.object(action, "area", where)
    for key in ("x", "y", "width", "height") if area is not None else ():
        problems.whole(area or {}, key, join(where, "area"), low=0, high=2**31)


CHECKS = {
    "text": _text,
    "textV2": _text_v2,
    "sticker": _sticker,
    "image": _image,
    "video": _image,
    "audio": _audio,
    "location": _location,
    "imagemap": _imagemap,
    "template": _template,
    "flex": _flex,
}
