"""Flex messages as boxes of a web page: every property LINE documents for layout becomes a style."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.choices import actions_in, label_of
from simulator.wire import Json

# LINE's reference, "Flex Message": the keywords in pixels, as its apps draw them.
GAPS = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
LETTERS = {
    "xxs": 11,
    "xs": 13,
    "sm": 14,
    "md": 16,
    "lg": 19,
    "xl": 22,
    "xxl": 29,
    "3xl": 35,
    "4xl": 48,
    "5xl": 74,
}
PICTURES = {
    "xxs": 40,
    "xs": 60,
    "sm": 80,
    "md": 100,
    "lg": 120,
    "xl": 140,
    "xxl": 160,
    "3xl": 180,
    "4xl": 200,
    "5xl": 220,
}
BORDERS = {"none": 0, "light": 0.5, "normal": 1, "medium": 2, "semi-bold": 3, "bold": 4}
CORNERS = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
BLOCK_PADDING = {"header": "20px", "hero": "0", "body": "20px", "footer": "10px"}
SIDES = {"Top": "top", "Bottom": "bottom", "Start": "left", "End": "right"}


@dataclass
class Piece:
    """One drawn part. `press` is the index of its action in the message, `uri` the address it opens."""

    kind: str
    style: str = ""
    text: str = ""
    variant: str = ""
    press: int | None = None
    uri: str = ""
    children: list["Piece"] = field(default_factory=list)


def draw_bubbles(contents: Json, numbers: Mapping[int, int]) -> list[Piece]:
    """The bubbles of a flex message. `numbers` tells the index of an action by the identity of its object."""
    bubbles = contents["contents"] if contents["type"] == "carousel" else [contents]
    return [_bubble(bubble, numbers) for bubble in bubbles]


def _bubble(bubble: Json, numbers: Mapping[int, int]) -> Piece:
    piece = Piece("bubble", variant=bubble.get("size", "mega"))
    for block, padding in BLOCK_PADDING.items():
        if bubble.get(block) is None:
            continue
        drawn = _draw(bubble[block], numbers, {})
        style = bubble.get("styles", {}).get(block, {})
        if style.get("separator"):
            piece.children.append(Piece("separator", _css({"background": style.get("separatorColor")})))
        color = _css({"background-color": style.get("backgroundColor")})
        # A box's own padding comes after the block's and so wins over it.
        drawn.style = f"padding:{padding};{color}{drawn.style}" if drawn.kind == "box" else drawn.style
        piece.children.append(drawn)
    return piece


def _draw(node: Json, numbers: Mapping[int, int], place: Mapping[str, str | None]) -> Piece:
    kind = node["type"]
    drawers = {"box": _box, "text": _text, "button": _button, "image": _picture, "icon": _icon}
    piece = drawers.get(kind, _plain)(node, numbers)
    piece.style += _css({**place, **_position(node)})
    action = node.get("action")
    if action is not None:
        piece.press, piece.uri = numbers[id(action)], action.get("uri", "")
    return piece


def _plain(node: Json, _numbers: Mapping[int, int]) -> Piece:
    return Piece(node["type"], _css({"background": node.get("color")}))


def _box(box: Json, numbers: Mapping[int, int]) -> Piece:
    layout = box["layout"]
    children = [
        _draw(child, numbers, _place(child, layout, box.get("spacing"), first=number == 0))
        for number, child in enumerate(box["contents"])
    ]
    padding = {"padding": _length(box.get("paddingAll"), GAPS)}
    padding |= {f"padding-{css}": _length(box.get(f"padding{side}"), GAPS) for side, css in SIDES.items()}
    style = {
        "flex-direction": "column" if layout == "vertical" else "row",
        "align-items": "baseline" if layout == "baseline" else box.get("alignItems"),
        "justify-content": box.get("justifyContent"),
        **padding,
        "background-color": box.get("backgroundColor"),
        "background-image": _gradient(box.get("background")),
        "border": _border(box),
        "border-radius": _length(box.get("cornerRadius"), CORNERS),
        **{name: box.get(key) for name, key in (("width", "width"), ("height", "height"))},
        "max-width": box.get("maxWidth"),
        "max-height": box.get("maxHeight"),
    }
    piece = Piece("box", _css(style), children=children)
    own = box.get("action")
    if own is not None and list(actions_in(box["contents"])):
        # A button inside a button is not possible on a page: what the box does gets a button of its own.
        uri = own.get("uri", "")
        piece.children.append(Piece("button", text=label_of(own), press=numbers[id(own)], uri=uri))
        piece.variant = "plain"
    return piece


def _text(text: Json, _numbers: Mapping[int, int]) -> Piece:
    lines = text.get("maxLines")
    style = {
        **_letters(text),
        "text-align": text.get("align"),
        "-webkit-line-clamp": str(lines) if lines else None,
    }
    variant = ("clamped" if lines else "wrapped") if text.get("wrap") else "single"
    spans = [Piece("span", _css(_letters(span)), span.get("text", "")) for span in text.get("contents", [])]
    return Piece("text", _css(style), "" if spans else text.get("text", ""), variant, children=spans)


def _letters(node: Json) -> dict[str, str | None]:
    return {
        "font-size": _length(node.get("size"), LETTERS),
        "color": node.get("color"),
        "font-weight": {"bold": "700", "regular": "400"}.get(node.get("weight", "")),
        "font-style": node.get("style"),
        "text-decoration": node.get("decoration"),
    }


def _button(button: Json, _numbers: Mapping[int, int]) -> Piece:
    kind, color = button.get("style", "link"), button.get("color")
    style = {"background-color": color} if kind != "link" else {"color": color}
    return Piece("button", _css(style), label_of(button["action"]), f"{kind} {button.get('height', 'md')}")


def _picture(picture: Json, _numbers: Mapping[int, int]) -> Piece:
    size = picture.get("size", "md")
    style = {
        "width": "100%" if size == "full" else _length(size, PICTURES),
        "aspect-ratio": picture.get("aspectRatio", "1:1").replace(":", "/"),
        "background-color": picture.get("backgroundColor"),
    }
    return Piece("image", _css(style), picture["url"])


def _icon(icon: Json, _numbers: Mapping[int, int]) -> Piece:
    return Piece("icon", _css({"font-size": _length(icon.get("size"), LETTERS)}))


def _place(child: Json, layout: str, spacing: str | None, *, first: bool) -> dict[str, str | None]:
    """How a box arranges this child: its share of the room and the gap before it."""
    share = child.get("flex", 0 if layout == "vertical" or child["type"] == "icon" else 1)
    gap = None if first else child.get("margin", spacing)
    side = "margin-top" if layout == "vertical" else "margin-left"
    kind = {"flex": f"{share} {share} 0" if share else "0 0 auto", side: _length(gap, GAPS)}
    gravity = {"center": "center", "bottom": "flex-end", "top": "flex-start"}.get(child.get("gravity", ""))
    return {**kind, "align-self": gravity if layout == "horizontal" else None}


def _position(node: Json) -> dict[str, str | None]:
    offsets = {css: _length(node.get(f"offset{side}"), GAPS) for side, css in SIDES.items()}
    return {
        "position": node.get("position")
        or ("relative" if any(offset is not None for offset in offsets.values()) else None),
        **offsets,
    }


def _border(box: Json) -> str | None:
    width = _length(box.get("borderWidth"), BORDERS)
    return f"{width} solid {box.get('borderColor', '#b7b7b7')}" if width else None


def _gradient(background: Json | None) -> str | None:
    if not background or background.get("type") != "linearGradient":
        return None
    stops = [background.get("startColor"), background.get("centerColor"), background.get("endColor")]
    return f"linear-gradient({background.get('angle', '0deg')},{','.join(stop for stop in stops if stop)})"


def _length(value: str | None, keywords: Mapping[str, float]) -> str | None:
    """A keyword in pixels; pixels and percentages as they are."""
    if value is None:
        return None
    return f"{keywords[value]}px" if value in keywords else value


def _css(style: Mapping[str, str | None]) -> str:
    return "".join(f"{name}:{value};" for name, value in style.items() if value is not None)
