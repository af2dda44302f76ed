"""Limits of flex messages: structure, sizes, colours and the weight of the whole in KB."""

import json
import re

from simulator.limits.actions import check_action
from simulator.limits.problems import Problems, join
from simulator.wire import ApiError, Json

# LINE's reference, "Flex Message".
BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
BUBBLES = 12
BUBBLE_SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
GAP = "none|xs|sm|md|lg|xl|xxl"
SIZE = "xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl"
PIXELS, PERCENT = r"\d+(\.\d+)?px", r"\d+(\.\d+)?%"

OFFSETS = dict.fromkeys(
    ("offsetTop", "offsetBottom", "offsetStart", "offsetEnd"), f"{GAP}|-?{PIXELS}|-?{PERCENT}"
)
COMMON = {"margin": f"{GAP}|{PIXELS}", "position": "relative|absolute", **OFFSETS}
PADDINGS = dict.fromkeys(("Top", "Bottom", "Start", "End", "All"), f"{GAP}|{PIXELS}|{PERCENT}")
ALIGN, GRAVITY = "start|end|center", "top|bottom|center"
COLOR_KEYS = ("color", "backgroundColor", "borderColor", "separatorColor")
LETTERS = {"weight": "regular|bold", "style": "normal|italic", "decoration": "none|underline|line-through"}

# For each component the words allowed for a property, and the names of properties checked otherwise.
WORDS: dict[str, dict[str, str]] = {
    "box": {
        **COMMON,
        **{f"padding{side}": words for side, words in PADDINGS.items()},
        "layout": "horizontal|vertical|baseline",
        "spacing": f"{GAP}|{PIXELS}",
        "borderWidth": f"none|light|normal|medium|semi-bold|bold|{PIXELS}",
        "cornerRadius": f"{GAP}|{PIXELS}",
        "justifyContent": "center|flex-start|flex-end|space-between|space-around|space-evenly",
        "alignItems": "center|flex-start|flex-end",
        **dict.fromkeys(("width", "maxWidth", "height", "maxHeight"), f"{PIXELS}|{PERCENT}"),
    },
    "text": {
        **COMMON,
        **LETTERS,
        "size": f"{SIZE}|{PIXELS}",
        "align": ALIGN,
        "gravity": GRAVITY,
        "lineSpacing": PIXELS,
        "adjustMode": "shrink-to-fit",
    },
    "span": {**LETTERS, "size": f"{SIZE}|{PIXELS}"},
    "button": {
        **COMMON,
        "style": "primary|secondary|link",
        "height": "sm|md",
        "gravity": GRAVITY,
        "adjustMode": "shrink-to-fit",
    },
    "image": {
        **COMMON,
        "size": f"{SIZE}|full|{PIXELS}|{PERCENT}",
        "align": ALIGN,
        "gravity": GRAVITY,
        "aspectRatio": r"\d{1,6}(\.\d+)?:\d{1,6}(\.\d+)?",
        "aspectMode": "cover|fit",
    },
    "icon": {**COMMON, "size": f"{SIZE}|{PIXELS}", "aspectRatio": r"\d{1,6}(\.\d+)?:\d{1,6}(\.\d+)?"},
    "video": {"aspectRatio": r"\d{1,6}(\.\d+)?:\d{1,6}(\.\d+)?"},
    "separator": {"margin": f"{GAP}|{PIXELS}"},
    "filler": {},
}
OTHERS: dict[str, tuple[str, ...]] = {
    "box": ("flex", "contents", "action", "background"),
    "text": ("flex", "text", "contents", "action", "wrap", "maxLines", "scaling"),
    "span": ("text",),
    "button": ("flex", "action", "scaling"),
    "image": ("flex", "url", "action", "animated"),
    "icon": ("url", "scaling"),
    "video": ("url", "previewUrl", "altContent", "action"),
    "separator": (),
    "filler": ("flex",),
}
CHILDREN = {
    "horizontal": ("box", "button", "image", "text", "separator", "filler"),
    "vertical": ("box", "button", "image", "text", "separator", "filler"),
    "baseline": ("icon", "text", "filler"),
}
HEROES = ("box", "image", "video")
BLOCKS = ("header", "hero", "body", "footer")


def check_flex(problems: Problems, message: Json, where: str) -> None:
    """Check a flex message. Like LINE, a fault inside is reported as a path such as /body/contents/0/text."""
    contents = problems.object(message, "contents", where)
    if contents is None:
        return
    inside = Problems()
    kind = inside.one_of(contents, "type", "/", ("bubble", "carousel"), required=True)
    if kind == "bubble":
        _check_bubble(inside, contents, "/")
    elif kind == "carousel":
        _check_carousel(inside, contents)
    weight = len(json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    if weight > (BUBBLE_BYTES if kind == "bubble" else CAROUSEL_BYTES):
        inside.add("/", "The size of the flex message is too large")
    if inside.details:
        raise ApiError(400, f"A message ({where}) in the request body is invalid", details=inside.details)


def _check_carousel(problems: Problems, carousel: Json) -> None:
    bubbles = problems.items(carousel, "contents", "/", low=1, high=BUBBLES)
    for number, bubble in enumerate(bubbles):
        _check_bubble(problems, bubble, f"/contents/{number}")
    if len({bubble.get("size", "mega") for bubble in bubbles}) > 1:
        problems.add("/contents", "all bubbles must have the same size")


def _check_bubble(problems: Problems, bubble: Json, where: str) -> None:
    if bubble.get("type") != "bubble":
        problems.add(join(where, "type"), "must be bubble")
    _refuse_unknown(problems, bubble, where, ("direction", "styles", "size", "action", *BLOCKS))
    problems.one_of(bubble, "size", where, BUBBLE_SIZES)
    problems.one_of(bubble, "direction", where, ("ltr", "rtl"))
    if not any(block in bubble for block in BLOCKS):
        problems.add(where, "at least one block must be specified")
    for block in BLOCKS:
        if bubble.get(block) is not None:
            allowed = HEROES if block == "hero" else ("box",)
            _check_component(problems, bubble[block], join(where, block), allowed)
    for block, style in (bubble.get("styles") or {}).items():
        _refuse_unknown(problems, style, f"{where.rstrip('/')}/styles/{block}", ("separator", *COLOR_KEYS))
        for key in ("backgroundColor", "separatorColor"):
            problems.color(style, key, f"{where.rstrip('/')}/styles/{block}")
    _check_tap(problems, bubble, where)


def _check_component(problems: Problems, node: object, where: str, allowed: tuple[str, ...]) -> None:
    if not isinstance(node, dict):
        problems.add(where, "must be an object")
        return
    kind = problems.one_of(node, "type", where, allowed, required=True)
    if not kind:
        return
    _refuse_unknown(problems, node, where, (*WORDS[kind], *OTHERS[kind], *COLOR_KEYS))
    for key, words in WORDS[kind].items():
        if key in node and not (isinstance(node[key], str) and re.fullmatch(words, node[key])):
            problems.add(join(where, key), "invalid property")
    for key in COLOR_KEYS:
        problems.color(node, key, where)
    problems.whole(node, "flex", where, low=0, high=10_000, required=False)
    check = CHECKS.get(kind)
    if check is not None:
        check(problems, node, where)


def _check_box(problems: Problems, box: Json, where: str) -> None:
    layout = problems.one_of(box, "layout", where, tuple(CHILDREN), required=True)
    if not isinstance(box.get("contents"), list):
        problems.add(join(where, "contents"), "must be specified")
        return
    for number, child in enumerate(box["contents"]):
        _check_component(problems, child, f"{where}/contents/{number}", CHILDREN.get(layout, ()))
    _check_tap(problems, box, where)


def _check_text(problems: Problems, text: Json, where: str) -> None:
    spans = text.get("contents")
    if not spans and not (isinstance(text.get("text"), str) and text["text"]):
        problems.add(join(where, "text"), "must be non-empty text")
    for number, span in enumerate(spans or []):
        _check_component(problems, span, f"{where}/contents/{number}", ("span",))
    _check_tap(problems, text, where)


def _check_button(problems: Problems, button: Json, where: str) -> None:
    check_action(problems, button.get("action"), join(where, "action"), "flex")


def _check_picture(problems: Problems, picture: Json, where: str) -> None:
    problems.https_url(picture, "url", where)
    width, _, height = str(picture.get("aspectRatio", "1:1")).partition(":")
    if width.replace(".", "").isdigit() and float(height or 1) > 3 * float(width):
        problems.add(join(where, "aspectRatio"), "height must not be more than three times the width")
    _check_tap(problems, picture, where)


def _check_video(problems: Problems, video: Json, where: str) -> None:
    problems.https_url(video, "url", where)
    problems.https_url(video, "previewUrl", where)
    _check_component(problems, video.get("altContent"), join(where, "altContent"), ("box", "image"))


def _check_tap(problems: Problems, node: Json, where: str) -> None:
    if node.get("action") is not None:
        check_action(problems, node["action"], join(where, "action"), "tap")


def _refuse_unknown(problems: Problems, node: Json, where: str, known: tuple[str, ...]) -> None:
    for key in node:
        if key != "type" and key not in known:
            problems.add(join(where, key), "unknown field")


CHECKS = {
    "box": _check_box,
    "text": _check_text,
    "button": _check_button,
    "image": _check_picture,
    "icon": _check_picture,
    "video": _check_video,
}
