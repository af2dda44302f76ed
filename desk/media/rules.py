"""What may be fetched of what somebody sent, how much of it, what its first bytes say it is, and when to ask again.

Documents and films are never fetched: nobody here can make them harmless, and a desk asks for them on paper.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

State = Literal["waiting", "kept", "refused", "too_big", "gone"]

#: Kinds of messages that a desk may keep the contents of.
FETCHED = frozenset({"image", "audio"})
#: LINE takes photos of 10 MB at most; a voice of that size lasts for twenty minutes.
MOST_BYTES = 10 * 1024 * 1024
#: While LINE is still preparing it, or does not answer; after that many tries we stop asking (some two days).
TRIES = 60
_LONGEST_REST = timedelta(hours=1)
_FIRST_REST = timedelta(seconds=20)
# Containers of sound alone or of both; a phone makes M4A, and what a browser is given is called sound all the same.
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"dash")


@dataclass(frozen=True, repr=False)
class Checked:
    """What became of fetched bytes: fit to be kept, with what they are, or not."""

    state: State
    mime: str = ""
    body: bytes | None = None


def is_sound(body: bytes) -> bool:
    """Whether the first bytes are those of an MPEG-4 file, as LINE records voices."""
    return body[4:8] == b"ftyp" and body[8:12] in _SOUND_BRANDS


def rest(tries: int) -> timedelta:
    """How long to wait after the n-th try in vain: 20 seconds, then ever longer, an hour at most."""
    return min(_FIRST_REST * (1 << min(tries - 1, 10)), _LONGEST_REST)
