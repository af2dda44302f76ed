"""Draws the rich menu: six fields, each a plain drawing over large words. Few colours, so that the file stays small."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

from bot.flows.rich_menu import HEIGHT, MENUS, WIDTH, Area, boxes
from desk.errors import DeskError
from desk.fonts import MEND, japanese_font

_GROUND, _CARD, _INK, _WARM = "#e9e3d6", "#ffffff", "#1d4b57", "#a8400f"
_MARGIN, _CORNER, _STROKE = 22, 48, 20
_LETTERS, _LINE_HEIGHT = 142, 168
_SIGN, _SIGN_TOP, _WORDS_TOP = 250, 80, 400

Pen: TypeAlias = ImageDraw.ImageDraw
# Draws within a square of 100 units: the pen, the colour, and what turns units into pixels.
Draws: TypeAlias = Callable[[Pen, str, "Square"], None]


class NoFont(DeskError):
    """No picture can be drawn; the message says how to mend it."""

    def __init__(self) -> None:
        super().__init__(f"rich menu: no font with Japanese letters on this machine; {MEND}")


class Square:
    """The place of one drawing: points in 100 units, left to right and top to bottom."""

    def __init__(self, left: float, top: float) -> None:
        self._left, self._top = left, top

    def at(self, *units: float) -> list[float]:
        """The same points in pixels, x and y in turns."""
        starts = (self._left, self._top)
        return [starts[number % 2] + unit * _SIGN / 100 for number, unit in enumerate(units)]


def draw_menu(kind: str) -> bytes:
    """The picture of a menu as PNG, well under LINE's 1 MB; raises NoFont."""
    font = japanese_font()
    if font is None:
        raise NoFont
    picture = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    pen = ImageDraw.Draw(picture)
    for area, box in zip(MENUS[kind], boxes(), strict=True):
        _draw_area(pen, font, area, box)
    written = io.BytesIO()
    picture.quantize(32, method=Image.Quantize.FASTOCTREE).save(written, "PNG")
    return written.getvalue()


def _draw_area(pen: Pen, font: Path, area: Area, box: tuple[int, int, int, int]) -> None:
    left, top, width, height = box
    card = (left + _MARGIN, top + _MARGIN, left + width - _MARGIN, top + height - _MARGIN)
    colour = _WARM if area.sign == "now" else _INK
    pen.rounded_rectangle(card, _CORNER, fill=_CARD)
    middle = left + width / 2
    _SIGNS[area.sign](pen, colour, Square(middle - _SIGN / 2, top + _SIGN_TOP))
    letters = ImageFont.truetype(str(font), _LETTERS)
    # One line stands where the middle of two would be.
    first = top + _WORDS_TOP + (2 - len(area.lines)) * _LINE_HEIGHT / 2
    for number, line in enumerate(area.lines):
        pen.text((middle, first + number * _LINE_HEIGHT), line, colour, letters, anchor="mt")


def _calendar(pen: Pen, colour: str, on: Square) -> None:
    pen.rounded_rectangle(on.at(6, 14, 94, 96), 24, outline=colour, width=_STROKE)
    pen.rectangle(on.at(6, 32, 94, 40), fill=colour)
    for x in (28, 72):
        pen.line(on.at(x, 2, x, 24), colour, _STROKE)
    pen.line(on.at(30, 66, 45, 81, 72, 53), colour, _STROKE, joint="curve")


def _move(pen: Pen, colour: str, on: Square) -> None:
    for y, tip, tail in ((33, 92, 8), (71, 8, 92)):
        back = -18 if tip > tail else 18
        pen.line(on.at(tail, y, tip, y), colour, _STROKE)
        pen.line(on.at(tip + back, y - 17, tip, y, tip + back, y + 17), colour, _STROKE, joint="curve")


def _place(pen: Pen, colour: str, on: Square) -> None:
    pen.polygon(on.at(17, 51, 83, 51, 50, 98), fill=colour)
    pen.ellipse(on.at(12, 2, 88, 74), fill=colour)
    pen.ellipse(on.at(35, 24, 65, 54), fill=_CARD)


def _now(pen: Pen, colour: str, on: Square) -> None:
    pen.ellipse(on.at(4, 4, 96, 96), fill=colour)
    pen.rounded_rectangle(on.at(44, 22, 56, 60), 14, fill=_CARD)
    pen.ellipse(on.at(43, 66, 57, 80), fill=_CARD)


def _write(pen: Pen, colour: str, on: Square) -> None:
    pen.rounded_rectangle(on.at(4, 14, 96, 78), 40, outline=colour, width=_STROKE)
    pen.polygon(on.at(24, 76, 52, 76, 22, 98), fill=colour)
    for y, right in ((36, 76), (56, 58)):
        pen.line(on.at(24, y, right, y), colour, _STROKE)


def _who(pen: Pen, colour: str, on: Square) -> None:
    for x, shrink in ((30, 0), (72, 5)):
        pen.ellipse(on.at(x - 17 + shrink, 16 + shrink, x + 17 - shrink, 50 - shrink), fill=colour)
        pen.pieslice(on.at(x - 28 + shrink, 56, x + 28 - shrink, 124), 180, 360, fill=colour)


def _help(pen: Pen, colour: str, on: Square) -> None:
    pen.arc(on.at(24, 4, 76, 56), 170, 90, fill=colour, width=_STROKE + 4)
    pen.line(on.at(50, 51, 50, 72), colour, _STROKE + 4)
    pen.ellipse(on.at(43, 82, 57, 96), fill=colour)


_SIGNS: dict[str, Draws] = {
    "calendar": _calendar,
    "move": _move,
    "place": _place,
    "now": _now,
    "write": _write,
    "who": _who,
    "help": _help,
}
