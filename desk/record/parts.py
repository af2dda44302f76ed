"""What is kept of somebody as they read it, in parts; the words are the bot's (`bot/pages/kept.py`), also on paper."""

from collections.abc import Callable
from dataclasses import dataclass

from desk.record.queries import Kept


@dataclass(frozen=True, repr=False)
class Line:
    """One thing that is kept: what it is, and what it says."""

    name: str
    told: str


@dataclass(frozen=True, repr=False)
class Part:
    """Some of it under one heading."""

    heading: str
    lines: tuple[Line, ...]


#: Puts into words what is kept; `tomarigi/web.py` hands the panel the bot's.
Tell = Callable[[Kept], tuple[Part, ...]]
