"""Checks what was fetched by what it holds, never by what it says it is; a photo is made anew.

So nothing that stood beside the picture is kept (where and when it was taken, other things in the file), and only what
can be drawn passes. A voice is kept as it came: it is played by a browser, from an address that may do nothing else.
"""

from io import BytesIO

from PIL import Image, ImageOps

from desk.media.rules import MOST_BYTES, Checked, is_sound

PICTURE, SOUND = "image/jpeg", "audio/mp4"
# What phones send. Others, and those that Pillow hands on to other programs, are refused.
_FORMATS = ("JPEG", "PNG", "WEBP")
# As many dots as the finest phone takes; a picture that unfolds to more is meant to harm.
_MOST_DOTS = 50_000_000
# Enough to read a letter that was photographed.
_LONGEST_SIDE = 2048
_QUALITY = 82


def check(kind: str, body: bytes) -> Checked:
    """What fetched bytes are; what is neither the photo nor the voice it should be is refused."""
    if len(body) > MOST_BYTES:
        return Checked("too_big")
    if kind == "image":
        picture = _made_anew(body)
        return Checked("refused") if picture is None else Checked("kept", PICTURE, picture)
    return Checked("kept", SOUND, body) if kind == "audio" and is_sound(body) else Checked("refused")


def _made_anew(body: bytes) -> bytes | None:
    try:
        with Image.open(BytesIO(body), formats=_FORMATS) as picture:
            return _drawn(picture) if picture.width * picture.height <= _MOST_DOTS else None
    except Exception:  # a broken file fails in as many ways as there are formats; none of them is a picture
        return None


def _drawn(picture: Image.Image) -> bytes:
    size = (_LONGEST_SIDE, _LONGEST_SIDE)
    picture.draft("RGB", size)  # a large JPEG is read small at once
    picture.thumbnail(size)
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    # Into a picture that knows of nothing but its dots.
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
