"""Draws a QR as part of the page itself: nothing to load, and what it holds stands in no address."""

import segno

_DOT = 5
_BORDER = 4


def picture_of(words: str) -> str:
    """The picture as SVG, safe to put into a page as it is: it holds dots and no words."""
    drawn = segno.make(words, error="m", micro=False)
    return drawn.svg_inline(scale=_DOT, border=_BORDER, light="white")
