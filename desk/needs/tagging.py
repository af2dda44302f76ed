"""What reading a message yields: needs and urgent signs, each with the words that caused it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["alarm", "check"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the message: `text[start:end]`, counted in characters of the message as it was typed."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A need the message speaks of."""

    code: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A danger: `alarm` brings the numbers at once, `check` asks one gentle question first."""

    code: str
    level: Level
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Tagging:
    """Everything found in one message, in the order of the lists of needs and signs."""

    needs: tuple[Tag, ...]
    signs: tuple[Sign, ...]
