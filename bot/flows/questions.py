"""The kinds of question, and how a typed or pressed reply is understood: by number, by words, or as free text."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Answers = Mapping[str, Any]
Facts = Mapping[str, Any]

_ENDINGS = " \t\r\n。．.、,！!？?　"
# Longer than this, or with a full stop inside, a text is something a person tells us and not an answer.
NAME_LENGTH = 15
_SENTENCE = re.compile(r"[。！？\n].")


@dataclass(frozen=True)
class Choice:
    """One thing to choose. `words`: what else somebody may type for it; `aside`: shown as a quick reply."""

    value: str
    label: str
    words: tuple[str, ...] = ()
    aside: bool = False
    uri: str = ""


def nothing_to_choose(_answers: Answers, _facts: Facts) -> tuple[Choice, ...]:
    """For questions that are answered in one's own words only."""
    return ()


def always(_answers: Answers, _facts: Facts) -> bool:
    """For questions that everybody is asked."""
    return True


@dataclass(frozen=True)
class Question:
    """One thing we ask. Texts and choices are made from the answers so far and the facts that are handed in."""

    key: str
    #: The words of the question.
    ask: Callable[[Answers, Facts], str]
    choices: Callable[[Answers, Facts], tuple[Choice, ...]] = nothing_to_choose
    #: Whether it is asked at all.
    ask_if: Callable[[Answers, Facts], bool] = always
    #: Turns typed words into an answer, or None where they are none (then they count as something told).
    write: Callable[[str], str | None] | None = None
    #: Any words at all are the answer, however long.
    any_words: bool = False
    #: Several may be chosen: `1 3`.
    several: bool = False
    #: May be passed with とばす.
    skippable: bool = True
    #: A press tells something sensitive: no display text, and the answer is 「うけとりました」.
    private: bool = False
    #: All choices as quick replies, listed in the text with their numbers.
    quick: bool = False
    #: What is to be carried out as soon as it is answered.
    then: str = ""
    #: What a lock screen shows instead of the first line.
    alt: str = ""


def folded(text: str) -> str:
    """Full and half width, case, spaces and a closing 。 make no difference."""
    return unicodedata.normalize("NFKC", text).casefold().strip(_ENDINGS).replace(" ", "")


def is_told(text: str) -> bool:
    """Whether a text is something told rather than a short answer: long, or more than one sentence."""
    return len(text.strip()) > NAME_LENGTH or bool(_SENTENCE.search(text.strip()))


def short_name(text: str) -> str | None:
    """A name to be called: short, in one line, without what cannot be shown."""
    name = _one_line(text)
    name = name.removesuffix("さん") or name
    return name if name and not is_told(name) else None


def short_note(text: str) -> str | None:
    """A few words, kept as they were written."""
    note = _one_line(text)
    return note if note and not is_told(note) else None


def _one_line(text: str) -> str:
    return "".join(sign for sign in text.strip(_ENDINGS) if unicodedata.category(sign)[0] != "C")


def understood(
    text: str, choices: Sequence[Choice], *, several: bool = False, loosely: bool = True
) -> tuple[str, ...]:
    """The values of the choices a typed text means; empty where it means none, or could mean two.

    `loosely`: a short sentence around the words of one choice counts as well.
    """
    if several:
        return _understood_numbers(text, choices) or understood(text, choices, loosely=loosely)
    typed = folded(text)
    if typed.isdecimal():
        number = int(typed[:4])
        return (choices[number - 1].value,) if 1 <= number <= len(choices) else ()
    for number, choice in enumerate(choices, start=1):
        if typed in (folded(choice.label), folded(f"{number}{choice.label}"), *map(folded, choice.words)):
            return (choice.value,)
    return _meant(typed, choices) if loosely else ()


def _meant(typed: str, choices: Sequence[Choice]) -> tuple[str, ...]:
    """A short sentence that holds the words of exactly one choice: 「むすこのことです」."""
    if not typed or len(typed) > NAME_LENGTH + 5:
        return ()
    meant = {
        choice.value
        for choice in choices
        if any(folded(word) in typed for word in (choice.label, *choice.words) if len(folded(word)) > 1)
    }
    return tuple(meant) if len(meant) == 1 else ()


def _understood_numbers(text: str, choices: Sequence[Choice]) -> tuple[str, ...]:
    parts = [
        part
        for part in re.split(r"[\s,、，・]+", unicodedata.normalize("NFKC", text).strip(_ENDINGS))
        if part
    ]
    if not parts or not all(part.isdecimal() and 1 <= int(part[:4]) <= len(choices) for part in parts):
        return ()
    return tuple(dict.fromkeys(choices[int(part[:4]) - 1].value for part in parts))
