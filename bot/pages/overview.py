"""見る・なおす: everything that was answered, written and understood, each to be mended or removed."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from bot.flows.dates import day_words
from bot.flows.questionnaire import (
    HOW_MANY,
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
from desk.conversations.rules import shown
from desk.intake import queries as intake_queries
from desk.intake import service as intake
from desk.intake.known import known_needs
from desk.intake.queries import NeedRow
from desk.needs.codes import NEED_BY_CODE, NEEDS

_READERS = {"story": "会う日の人が 読みます", "staff": "職員が 読みます"}
# What a person may still say about a need that was found in their words.
_OPEN_TO_THEM = frozenset({"suggested", "confirmed"})
_PLACES = tuple(str(place) for place in range(1, len(NEEDS) + 1))


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
    """A need found in their own words or added; `agreed`: they or staff have said that it is so."""

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
    understood = _understood(needs)
    at = place_to_resume(answers, FACTS)
    return visit.page(
        "all.html",
        lines=_lines(answers),
        letters=letters,
        understood=understood,
        addable=_addable(needs) if letters or understood else [],
        resume_number=number_of(at) if at else 0,
        how_many=HOW_MANY,
        asks_words=words is None,
        words_place=len(QUESTIONS),
        own_record=visit.purpose == "record",
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
    vault, client_id = visit.house.vault, visit.client_id
    with visit.writing() as db:
        rows = intake_queries.needs_of(db, vault, client_id=client_id)
        shown = {each.id for each in _understood(rows)}
        if visit.form.one("need") in shown:
            intake.client_decides(
                db, vault, need_id=visit.form.one("need"), client_id=client_id, right=right, now=visit.now
            )
    return go("/all")


def add(visit: Visit) -> Response:
    """くわえる: a need in our plain words, named by its place in their list, since an address or a form tells no need."""
    place = visit.form.one("place")
    with visit.writing() as db:
        if Record(db, visit).consented and place in _PLACES:
            intake.client_adds(
                db,
                visit.house.vault,
                client_id=visit.client_id,
                code=NEEDS[int(place) - 1].code,
                now=visit.now,
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
        shown(row.kind, row.text),
        len(QUESTIONS) if own else 0,
    )


def _understood(rows: Sequence[NeedRow]) -> list[Understood]:
    """What was found in their words or added by them, and not taken back; what staff heard is not theirs to answer."""
    return [
        Understood(each.id, NEED_BY_CODE[each.code].client_word, each.state == "confirmed")
        for each in known_needs(rows)
        if each.state in _OPEN_TO_THEM and (each.evidence or not each.by_staff)
    ]


def _addable(rows: Sequence[NeedRow]) -> list[tuple[str, str]]:
    """What may still be added, each with its place: all but what they have named already."""
    named = {row.code for row in rows if row.state != "rejected"}
    listed = zip(_PLACES, NEEDS, strict=True)
    return [(place, need.client_word) for place, need in listed if need.code not in named]
