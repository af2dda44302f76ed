"""What is fetched is judged by what it holds: a photo is made anew, a lie is refused, and nothing endless is read."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from desk.media.contents import PICTURE, SOUND, check
from desk.media.rules import MOST_BYTES, TRIES, rest
from simulator.contents import sample_content
from tests.media.phone import VOICE, WHERE_IT_WAS, photo

HARMFUL = {
    "a page": b"<html><script>alert(1)</script></html>",
    "a drawing that can run": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a document": b"%PDF-1.4\n%%EOF\n",
    "a program": b"\x7fELF" + b"\0" * 200,
    "a moving picture": b"GIF89a" + b"\0" * 200,
    "half a photo": photo(400, 300)[:300],
    "nothing": b"",
}


def too_many_dots() -> bytes:
    """A picture of a few hundred bytes that says it has three and a half thousand million dots."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1_000)), (b"IEND", b"")]
    written = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_plain_upright_picture_that_tells_nothing_else(kind: str) -> None:
    sent = photo(3_000, 2_000, kind=kind)
    assert WHERE_IT_WAS.encode() in sent or kind != "JPEG"
    found = check("image", sent)
    assert (found.state, found.mime) == ("kept", PICTURE)
    assert found.body is not None
    with Image.open(BytesIO(found.body)) as picture:
        assert picture.format == "JPEG"
        assert picture.size[0] < picture.size[1] <= 2_048, (
            "it stands upright, and is no larger than is of use"
        )
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert WHERE_IT_WAS.encode() not in found.body


def test_what_the_stand_in_sends_by_itself_is_taken() -> None:
    assert check("image", sample_content("image")).state == "kept"
    found = check("audio", VOICE)
    assert (found.state, found.mime, found.body) == ("kept", SOUND, VOICE)
    assert check("audio", sample_content("audio")).state == "kept"


@pytest.mark.parametrize("what", HARMFUL)
@pytest.mark.parametrize("kind", ["image", "audio"])
def test_what_is_neither_photo_nor_voice_is_refused(what: str, kind: str) -> None:
    found = check(kind, HARMFUL[what])
    assert (found.state, found.body) == ("refused", None)


def test_a_photo_is_no_voice_and_a_voice_no_photo_and_a_film_neither() -> None:
    assert check("image", VOICE).state == "refused"
    assert check("audio", photo()).state == "refused"
    assert check("video", sample_content("video")).state == "refused"


def test_a_small_file_that_unfolds_to_a_giant_picture_is_refused() -> None:
    bomb = too_many_dots()
    assert len(bomb) < 1_000
    assert check("image", bomb).state == "refused"


def test_ten_million_bytes_are_the_most() -> None:
    assert check("audio", VOICE.ljust(MOST_BYTES, b"\0")).state == "kept"
    assert check("audio", VOICE.ljust(MOST_BYTES + 1, b"\0")).state == "too_big"


def test_tries_come_ever_less_often_and_end_after_two_days() -> None:
    pauses = [rest(tries).total_seconds() for tries in range(1, TRIES)]
    assert pauses[:3] == [20, 40, 80]
    assert pauses == sorted(pauses)
    assert max(pauses) == 3_600
    assert 1.5 < sum(pauses) / 86_400 < 3
