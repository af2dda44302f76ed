"""What is measured, and how it stands in the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS, SECONDS = 3, 3.0


class Failed(Exception):
    """What was measured did not do what it must: its figures mean nothing."""


@dataclass(frozen=True)
class Late:
    """How long something took, in milliseconds: half of the times, 99 of 100, and the longest."""

    p50: float
    p99: float
    most: float


def summed_up(seconds: Sequence[float]) -> Late:
    """Of many times in seconds."""
    ordered = sorted(1000 * each for each in seconds)
    count = len(ordered)
    return Late(ordered[count // 2], ordered[count * 99 // 100], ordered[-1])


@dataclass(frozen=True)
class Figure:
    """A line of the table: what was measured, what it was compared with, and whether the bar is reached."""

    what: str
    ours: str
    against: str
    bar: str
    reached: bool


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of each round: a slow minute of the machine hits both alike."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))
