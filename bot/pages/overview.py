"""見る・なおす: everything that was answered, written and understood, each to be mended or removed."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from bot.flows.dates import day_words
from bot.flows.questionnaire import (
    QUESTIONS,
    WORDS,
    Question,
    in_words,
    number_of,
    place_to_resume,
    question_at,
)
from bot.flows.questions import Answers
from bot.pages.record import FACTS, Record
from bot.pages.view import go
from bot.pages.visit import Visit
from desk.clock import local
from desk.conversations import service as conversations
from desk.conversations.queries import MessageRow
from desk.intake import queries as intake_queries
from desk.intake import service as intake
from desk.intake.queries import NeedRow
from desk.needs.codes import NEED_BY_CODE

_READERS = {"story": "会う日の人が 読みます", "staff": "職員が 読みます"}
# What a person may still say about a need that was found in their words.
_OPEN_TO_THEM = frozenset({"suggested", "confirmed"})


@dataclass(frozen=True, repr=False)
class Line:
    """A question with its answer, as it is read back; without an answer it can still be given."""

    place: int
    name: str
    told: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Letter:
    """Something written; `place`: the question under which it can be mended, 0 where it cannot."""

    id: str
    day: str
    reader: str
    text: str
    place: int


@dataclass(frozen=True, repr=False)
class Understood:
    """A need found in their own words; `agreed`: they or staff have said that it is so."""

    id: str
    name: str
    agreed: bool


def show(visit: Visit) -> Response:
    """All of it on one page."""
    with visit.reading() as db:
        record = Record(db, visit)
        if not record.consented:
            return go("/agree")
        answers = record.answers()
        words = record.words()
        letters = [_letter(row, words) for row in record.messages()]
        needs = intake_queries.needs_of(db, visit.house.vault, client_id=visit.client_id)
    at = place_to_resume(answers, FACTS)
    return visit.page(
        "all.html",
        lines=_lines(answers),
        letters=letters,
        understood=_understood(needs),
        resume_number=number_of(at) if at else 0,
        asks_words=words is None,
        words_place=len(QUESTIONS),
    )


def remove(visit: Visit) -> Response:
    """けす: an answer by its place, or something written."""
    with visit.writing() as db:
        record = Record(db, visit)
        named = visit.form.one("letter")
        own = record.words()
        question = question_at(len(QUESTIONS)) if own and own.id == named else _named_question(visit)
        if question is not None:
            record.remove(question)
        elif named in [message.id for message in record.messages()]:
            conversations.erase_message(db, message_id=named)
    return go("/all")


def decide(visit: Visit) -> Response:
    """そうです・ちがう: the person decides what their words meant, for all needs of that kind."""
    right = visit.form.one("right") == "yes"
    with visit.writing() as db:
        rows = intake_queries.needs_of(db, visit.house.vault, client_id=visit.client_id)
        meant = next((row.code for row in rows if row.id == visit.form.one("need")), None)
        for row in rows:
            if row.code == meant and row.evidence:
                intake.client_decides(
                    db, need_id=row.id, client_id=visit.client_id, right=right, now=visit.now
                )
    return go("/all")


def _named_question(visit: Visit) -> Question | None:
    named = visit.form.one("place")
    return question_at(int(named)) if named.isascii() and named.isdecimal() else None


def _lines(answers: Answers) -> list[Line]:
    return [
        Line(place, question.name, in_words(question, answers.get(question.key), answers, FACTS))
        for place, question in enumerate(QUESTIONS, start=1)
        if question.key != WORDS and question.ask_if(answers, FACTS)
    ]


def _letter(row: MessageRow, words: MessageRow | None) -> Letter:
    own = words is not None and row.id == words.id
    return Letter(
        row.id,
        day_words(local(row.at).date()),
        _READERS[row.purpose],
        row.text,
        len(QUESTIONS) if own else 0,
    )


def _understood(rows: Sequence[NeedRow]) -> list[Understood]:
    """One line a need, however often it was found."""
    found: dict[str, Understood] = {}
    for row in rows:
        if row.state in _OPEN_TO_THEM and row.evidence:
            agreed = row.state == "confirmed" and (row.code not in found or found[row.code].agreed)
            found[row.code] = Understood(row.id, NEED_BY_CODE[row.code].client_word, agreed)
    return list(found.values())
