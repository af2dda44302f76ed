"""The words that made us suspect a need, marked in the text where they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desk.conversations.queries import MessageRow
from desk.intake.queries import NeedRow
from desk.needs.codes import NEED_BY_CODE


@dataclass(frozen=True, repr=False)
class Piece:
    """A stretch of a text; `needs` are the officers' words for what it made us suspect, `sure` that somebody agreed."""

    text: str
    needs: tuple[str, ...] = ()
    sure: bool = False


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    needs: tuple[str, ...]
    sure: bool


def marked(messages: Iterable[MessageRow], needs: Sequence[NeedRow]) -> dict[str, tuple[Piece, ...]]:
    """Each message's text in pieces, by its id; what a person said no to is not marked."""
    return {message.id: _pieces(message.text, _marks(message, needs)) for message in messages}


def _marks(message: MessageRow, needs: Sequence[NeedRow]) -> list[_Mark]:
    found = [
        _Mark(each.start, each.end, (NEED_BY_CODE[need.code].name,), need.state == "confirmed")
        for need in needs
        if need.message_id == message.id and need.state != "rejected"
        for each in need.evidence
    ]
    joined: list[_Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.start, mark.end)):
        if joined and mark.start < joined[-1].end:
            joined[-1] = _join(joined[-1], mark)
        else:
            joined.append(mark)
    return joined


def _join(one: _Mark, other: _Mark) -> _Mark:
    """Words that speak of several needs are one mark with all of them."""
    needs = tuple(dict.fromkeys((*one.needs, *other.needs)))
    return _Mark(one.start, max(one.end, other.end), needs, one.sure and other.sure)


def _pieces(text: str, marks: Sequence[_Mark]) -> tuple[Piece, ...]:
    pieces, at = [], 0
    for mark in marks:
        pieces += [Piece(text[at : mark.start]), Piece(text[mark.start : mark.end], mark.needs, mark.sure)]
        at = mark.end
    return tuple(piece for piece in (*pieces, Piece(text[at:])) if piece.text)
