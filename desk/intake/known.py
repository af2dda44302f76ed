"""What is known of a person's needs, one line a need however often it was found or told."""

from collections.abc import Iterable
from dataclasses import dataclass

from desk.intake.queries import NeedRow

# What weighs more, where one need was told or found several times.
_STATES = ("chosen", "confirmed", "suggested", "rejected")


@dataclass(frozen=True)
class KnownNeed:
    """A need of a person: `id` names one of its rows; `evidence` are the words that caused it, wherever found.

    `by_staff`: somebody of the desk has decided on it, not the person.
    """

    id: str
    code: str
    state: str
    by_staff: bool
    evidence: tuple[str, ...]


def known_needs(rows: Iterable[NeedRow]) -> tuple[KnownNeed, ...]:
    """A line for each need, in the order in which they were told."""
    by_code: dict[str, list[NeedRow]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    return tuple(_line(code, same) for code, same in by_code.items())


def _line(code: str, same: list[NeedRow]) -> KnownNeed:
    first = min(same, key=lambda row: _STATES.index(row.state))
    words = dict.fromkeys(each.text for row in same for each in row.evidence)
    return KnownNeed(first.id, code, first.state, first.by_staff, tuple(words))
