"""The questions of the private page: one a screen, each answer kept at once."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.flows.consents import PAGE
from bot.flows.questionnaire import (
    HOW_MANY,
    Question,
    number_of,
    place_after,
    place_before,
    place_to_resume,
    question_at,
    ticked,
    understood,
    written,
)
from bot.flows.questions import Answers
from bot.pages import danger
from bot.pages.record import FACTS, Record
from bot.pages.view import go
from bot.pages.visit import Visit
from desk.booking.promised import promise_for
from desk.needs.service import read
from desk.needs.tagging import Tagging

_NOTHING_FOUND = Tagging((), ())
_FIRST = "/1"
_ALL = "/all"


def start(visit: Visit) -> Response:
    """Consent first; then the questions, or all answers where there are some already."""
    with visit.reading() as db:
        record = Record(db, visit)
        if not record.consented:
            return go("/agree")
        return go(_ALL if record.answers() or record.messages() else _FIRST)


def resume(visit: Visit) -> Response:
    """On after the last answer."""
    with visit.reading() as db:
        return go(_page_at(place_to_resume(Record(db, visit).answers(), FACTS)))


def ask_consent(visit: Visit) -> Response:
    """Three lines, and who reads for those who want to know."""
    with visit.reading() as db:
        if Record(db, visit).consented:
            return go("/next")
        who_reads = promise_for(db, visit.client_id, "who_reads").splitlines()
    lines = PAGE.words.splitlines()
    return visit.page("agree.html", lines=lines, who_reads=who_reads, how_many=HOW_MANY)


def agree(visit: Visit) -> Response:
    """Writes the consent down with the words it was given to; 「いまは やめる」 keeps nothing."""
    if visit.form.one("go") != "yes":
        return go("/done")
    with visit.writing() as db:
        Record(db, visit).agree(PAGE)
    return go("/start")


def ask(visit: Visit) -> Response:
    """One question."""
    return _ask(visit, mending=False)


def ask_again(visit: Visit) -> Response:
    """One question, to be answered anew; then back to all answers."""
    return _ask(visit, mending=True)


def take(visit: Visit) -> Response:
    """つぎへ and もどる keep what stands there, とばす and やめる do not."""
    return _take(visit, mending=False)


def mend(visit: Visit) -> Response:
    """The same, and back to all answers."""
    return _take(visit, mending=True)


def say_done(visit: Visit) -> Response:
    """The end, with the truth about what is kept."""
    with visit.reading() as db:
        kept = bool(Record(db, visit).answers())
    return visit.page("done.html", kept=kept)


def _ask(visit: Visit, *, mending: bool) -> Response:
    place, question = _asked_for(visit)
    with visit.reading() as db:
        record = Record(db, visit)
        if not record.consented:
            return go("/agree")
        answers = record.answers()
        words = record.words() if question.long else None
    if not question.ask_if(answers, FACTS):
        return go(_page_at(place_after(place, answers, FACTS)))
    value = answers.get(question.key)
    return visit.page(
        "question.html",
        question=question,
        action=f"/mend/{place}" if mending else f"/{place}",
        choices=question.choices(answers, FACTS),
        apart=question.apart(answers, FACTS),
        ticked=ticked(value),
        written=words.text if words else written(value),
        number=number_of(place),
        how_many=HOW_MANY,
        mending=mending,
        has_before=place_before(place, answers, FACTS) is not None,
    )


def _take(visit: Visit, *, mending: bool) -> Response:
    place, question = _asked_for(visit)
    pressed = visit.form.one("go")
    if pressed == "stop":
        return go("/done")
    text = visit.form.one("words").strip()
    # Read before the transaction: a long text takes a moment, and nobody else should have to wait for it.
    tagging = read(text) if text and pressed != "skip" else _NOTHING_FOUND
    with visit.writing() as db:
        record = Record(db, visit)
        if not record.consented:
            return go("/agree")
        before = record.answers()
        first = ""
        if pressed != "skip" and question.long:
            first = _keep_words(record, question, text, tagging)
        elif pressed != "skip":
            first = _keep_ticks(record, question, before, tagging)
        answers = record.answers()
    return go(first or _after(place, pressed, answers, mending=mending))


def _keep_ticks(record: Record, question: Question, before: Answers, tagging: Tagging) -> str:
    form = record.visit.form
    value: Any = understood(question, form.all("chosen"), form.one("words"), before, FACTS)
    old = before.get(question.key)
    if value != old:
        record.keep(question, value)
    if question.write:
        told, heard = written(value) != written(old), danger.in_text(tagging)
    else:
        told = value != old
        heard = danger.in_ticks(question, value=value, before=before if told else {}, facts=FACTS)
    return danger.answer(record.db, record.visit, heard, again=not told)


def _keep_words(record: Record, question: Question, text: str, tagging: Tagging) -> str:
    before = record.words()
    if text == (before.text if before else ""):
        return danger.answer(record.db, record.visit, danger.in_text(tagging), again=True)
    record.keep_words(question, text, tagging)
    return danger.answer(record.db, record.visit, danger.in_text(tagging))


def _after(place: int, pressed: str, answers: Answers, *, mending: bool) -> str:
    if mending:
        return _ALL
    if pressed == "back":
        return _page_at(place_before(place, answers, FACTS) or 1)
    return _page_at(place_after(place, answers, FACTS))


def _asked_for(visit: Visit) -> tuple[int, Question]:
    place = int(visit.path["place"])
    question = question_at(place)
    if question is None:
        raise HTTPException(404)
    return place, question


def _page_at(place: int | None) -> str:
    return _ALL if place is None else f"/{place}"
