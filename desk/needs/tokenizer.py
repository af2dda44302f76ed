"""Cuts folded Japanese text into tokens; the only file that knows SudachiPy."""

import threading
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

from sudachipy import Dictionary, Tokenizer  # type: ignore[import-untyped]  # ships no types

_own = threading.local()


class Token(NamedTuple):
    """One token; `start` and `end` count characters of the text that was given."""

    surface: str
    dictionary_form: str
    normalized_form: str
    reading: str
    pos: tuple[str, ...]
    start: int
    end: int


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut `text` (no lone surrogates, at most some 10,000 characters) into tokens; any thread may call."""
    return tuple(
        Token(
            morpheme.surface(),
            morpheme.dictionary_form(),
            morpheme.normalized_form(),
            morpheme.reading_form(),
            morpheme.part_of_speech(),
            morpheme.begin(),
            morpheme.end(),
        )
        for morpheme in _tokenizer().tokenize(text)
    )


def versions() -> str:
    """Of SudachiPy and its dictionary: with others the same text may be cut in another way."""
    return f"{version('SudachiPy')} {version('SudachiDict-core')}"


def _tokenizer() -> Tokenizer:
    """The calling thread's own tokenizer: they share the dictionary but must not be shared themselves."""
    tokenizer: Tokenizer | None = getattr(_own, "tokenizer", None)
    if tokenizer is None:
        tokenizer = _own.tokenizer = _dictionary().tokenizer()
    return tokenizer


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")
