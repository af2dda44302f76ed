"""The pure engine of every conversation: (flow, progress, reply) → turn. It stores and sends nothing.

A flow is an ordered tuple of questions without "next" pointers: the next question is the first that applies and has
no answer. So a question can be added while people are in the middle of a conversation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.flows.questions import Answers, Facts, Question, is_told, understood

SKIPPED = None


@dataclass(frozen=True)
class Flow:
    """A conversation: its questions in order, and what is carried out once nothing is left to ask."""

    name: str
    questions: tuple[Question, ...]
    finish: str = ""

    def question(self, key: str) -> Question | None:
        """The question of that key; None for one that no longer exists."""
        return next((question for question in self.questions if question.key == key), None)


@dataclass(frozen=True)
class Reply:
    """What came from the person: typed words, or the value of a pressed button.

    `told`: the words tell of a trouble, so they are no name and no number, and are kept where they are no answer; a
    long one is an answer only in the very words of a choice, since the rest of it would be lost.
    `exactly`: only the very words of a choice are taken for an answer, since they tell of a danger, or since something
    else was said after the question.
    """

    text: str = ""
    value: str | None = None
    told: bool = False
    exactly: bool = False


class Outcome(Enum):
    """How a reply was taken."""

    ANSWERED = "answered"
    #: Short, and none of the choices.
    NOT_UNDERSTOOD = "not_understood"
    #: Something told, not an answer: to be kept, then the question comes again.
    TOLD = "told"
    #: Back at the question before.
    BACK = "back"
    #: There is no question before.
    FIRST = "first"


@dataclass(frozen=True)
class Turn:
    """What follows from a reply: the answers now, how it was taken, and what is to be carried out."""

    outcome: Outcome
    answers: Mapping[str, Any] = field(default_factory=dict)
    then: str = ""


def next_question(flow: Flow, answers: Answers, facts: Facts) -> Question | None:
    """The first question that applies and has no answer; None when all is said."""
    return next((q for q in flow.questions if q.key not in answers and q.ask_if(answers, facts)), None)


def take(question: Question, answers: Answers, facts: Facts, reply: Reply) -> Turn:
    """Understands a reply to the open question."""
    choices = question.choices(answers, facts)
    if reply.value is not None:
        if reply.value in {choice.value for choice in choices}:
            return _answered(question, answers, reply.value)
        return Turn(Outcome.NOT_UNDERSTOOD, answers)
    loosely = not (reply.exactly or (reply.told and is_told(reply.text)))
    found = understood(reply.text, choices, several=question.several, loosely=loosely)
    if found:
        return _answered(question, answers, list(found) if question.several else found[0])
    written = (
        question.write(reply.text) if question.write and (question.any_words or not reply.told) else None
    )
    if written is not None:
        return _answered(question, answers, written)
    return Turn(Outcome.TOLD if reply.told or is_told(reply.text) else Outcome.NOT_UNDERSTOOD, answers)


def skip(question: Question, answers: Answers) -> Turn:
    """とばす: passes the question where it may be passed."""
    if not question.skippable:
        return Turn(Outcome.NOT_UNDERSTOOD, answers)
    return _answered(question, answers, SKIPPED)


def back(flow: Flow, answers: Answers, facts: Facts) -> Turn:
    """もどる: forgets the latest answer and what hangs on it, so that its question comes again.

    A note beside a question, such as how far somebody has leafed (`slot.page`), counts as its answer. At the first
    question nothing changes.
    """
    noted = {_question_of(key) for key in answers}
    given = [q.key for q in flow.questions if q.key in noted and q.ask_if(answers, facts)]
    if not given:
        return Turn(Outcome.FIRST, answers)
    order = [q.key for q in flow.questions]
    forgotten = set(order[order.index(given[-1]) :])
    kept = {key: value for key, value in answers.items() if _question_of(key) not in forgotten}
    return Turn(Outcome.BACK, kept)


def _question_of(key: str) -> str:
    return key.partition(".")[0]


def _answered(question: Question, answers: Answers, value: Any) -> Turn:
    return Turn(Outcome.ANSWERED, {**answers, question.key: value}, question.then)
