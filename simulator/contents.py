"""Pictures, voices and files that people sent, as the bot may fetch them."""

import struct
import zlib
from dataclasses import dataclass

from simulator.wire import Answer, ApiError

SAMPLE_NAMES = {"image": "photo.png", "video": "video.mp4", "audio": "voice.m4a", "file": "paper.pdf"}
MEDIA_TYPES = {
    "image": "image/png",
    "video": "video/mp4",
    "audio": "audio/x-m4a",
    "file": "application/octet-stream",
}


@dataclass
class Content:
    """One medium. `answers_before_ready` counts the 202 answers still to give while LINE prepares it."""

    data: bytes
    media_type: str
    answers_before_ready: int = 0
    gone: bool = False


class Contents:
    """All media by message id."""

    def __init__(self) -> None:
        self._contents: dict[str, Content] = {}

    def keep(self, message_id: str, content: Content) -> None:
        """Keep what a person sent."""
        self._contents[message_id] = content

    def withdraw(self, message_id: str) -> None:
        """The person unsent it: from now on 410."""
        if message_id in self._contents:
            self._contents[message_id] = Content(b"", "", gone=True)

    def get(self, message_id: str) -> Content:
        """The medium of a message. Raises ApiError 404 for none, 410 after it was unsent."""
        content = self._contents.get(message_id)
        if content is None:
            raise ApiError(404, "Not found")
        if content.gone:
            raise ApiError(410, "Gone")
        return content

    def fetch(self, message_id: str) -> Answer:
        """The answer of LINE's content endpoint: 202 without a body while it is being prepared."""
        content = self.get(message_id)
        if content.answers_before_ready > 0:
            content.answers_before_ready -= 1
            return Answer(status=202, content=b"")
        return Answer(content=content.data, media_type=content.media_type)


def sample_content(kind: str) -> bytes:
    """A small medium of this kind: a drawn picture, or bytes that start like such a file."""
    starts = {
        "video": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        "audio": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42",
        "file": b"%PDF-1.4\n%%EOF\n",
    }
    return starts[kind] if kind in starts else draw_png(240, 160)


def draw_png(width: int, height: int) -> bytes:
    """A PNG picture of a calm gradient, made without any library for images."""
    shades = [bytes((200 - 60 * y // height, 220 - 40 * y // height, 214)) for y in range(height)]
    rows = b"".join(b"\x00" + shade * width for shade in shades)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
