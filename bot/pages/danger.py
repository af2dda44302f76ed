"""Danger on a private page: the numbers at once, the truth about who reads, a flag for the desk."""

from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from bot.flows.dates import reading_words
from bot.flows.questionnaire import Question, in_words, signs_in
from bot.flows.questions import Answers, Facts
from bot.handlers.facts import local_iso
from bot.pages.view import go, render
from bot.pages.visit import Asked, Visit, find_visit
from desk.booking import queries as bookings
from desk.calendar import queries as calendar
from desk.conversations import queries as conversation_queries
from desk.conversations import service as conversations
from desk.database import Connection
from desk.intake import queries as intake_queries
from desk.intake import service as intake
from desk.needs.tagging import Tagging
from desk.urgent.numbers import UrgentNumber, numbers_for

NUMBERS = "/numbers"
GENTLE = "/ask"
# The numbers are chosen for the newest sign as long as somebody is on the page that raised it.
_FRESH = timedelta(hours=1)
_POLICE_SIGNS = frozenset({"violence_now", "harm_now"})


def hear_words(db: Connection, visit: Visit, tagging: Tagging) -> str:
    """Signs in own words: raises the flag, and says which page comes first; empty where there is none."""
    evidence = [found.text for sign in tagging.signs for found in sign.evidence]
    level = "alarm" if any(sign.level == "alarm" for sign in tagging.signs) else "check"
    return _answer(db, visit, [sign.code for sign in tagging.signs], level, "text", evidence)


def hear_ticks(
    db: Connection, visit: Visit, question: Question, *, value: Any, before: Answers, facts: Facts
) -> str:
    """Signs among what was ticked anew: the same."""
    signs = signs_in(question, value, before.get(question.key))
    evidence = [words for choice, _, _ in signs for words in in_words(question, choice, before, facts)]
    level = "alarm" if any(level == "alarm" for _, _, level in signs) else "check"
    return _answer(db, visit, [code for _, code, _ in signs], level, "button", evidence)


def _answer(db: Connection, visit: Visit, codes: list[str], level: str, how: str, evidence: list[str]) -> str:
    if not codes:
        return ""
    if level == "check":
        _ask_gently(db, visit)
        return GENTLE
    _raise(db, visit, codes, "alarm", how, evidence)
    return NUMBERS


def _ask_gently(db: Connection, visit: Visit) -> None:
    """One question first; that it was asked is remembered with the chat, so that silence is noticed."""
    vault, client_id = visit.house.vault, visit.client_id
    progress = conversation_queries.progress_of(db, vault, client_id)
    conversations.keep_progress(db, vault, client_id=client_id, progress=progress, now=visit.now)
    conversations.ask_about_danger(db, client_id=client_id, now=visit.now)


def _raise(db: Connection, visit: Visit, codes: list[str], level: str, how: str, evidence: list[str]) -> None:
    intake.raise_flag(
        db,
        visit.house.vault,
        client_id=visit.client_id,
        codes=codes,
        level=level,
        how=how,
        evidence=evidence,
        now=visit.now,
    )


def ask(visit: Visit) -> Response:
    """Words that may mean danger: one gentle question."""
    return visit.page("gentle.html")


def take(visit: Visit) -> Response:
    """ある and わからない bring the numbers, and staff see it; ない goes on."""
    said = visit.form.one("said")
    with visit.writing() as db:
        conversations.danger_answered(db, client_id=visit.client_id)
        if said in ("yes", "unsure"):
            _raise(db, visit, [], "alarm" if said == "yes" else "check", "button", [])
    return go(NUMBERS if said in ("yes", "unsure") else "/on")


def show_numbers(asked: Asked) -> Response:
    """The numbers for the newest sign; without a visit, those for any trouble."""
    visit = find_visit(asked)
    with asked.house.database.reading() as db:
        desks = calendar.list_desks(db)
        booking = bookings.live_booking(db, asked.house.vault, client_id=visit.client_id) if visit else None
        codes, how = _newest_sign(db, visit) if visit else ((), "")
        reading = next_reading(db, asked.now)
    only_desk = desks[0].code if len(desks) == 1 else None
    chosen = numbers_for(codes, booking.desk_code if booking else only_desk)
    return render(
        "numbers.html",
        how=how,
        voices=_of_channel(chosen.numbers, "voice"),
        texts=_of_channel(chosen.numbers, "text"),
        by_day=chosen.by_day,
        police=bool(_POLICE_SIGNS.intersection(codes)),
        next_reading=reading,
        flagged=bool(how),
        booked=booking is not None,
        open=visit is not None,
    )


def next_reading(db: Connection, now: datetime) -> str:
    """When staff read next, in words; empty where no desk has hours."""
    desks = [desk for desk in calendar.list_desks(db) if desk.reading_hours]
    moments = [calendar.next_reading(desk, now) for desk in desks]
    return reading_words(local_iso(min(moments))) if moments else ""


def _of_channel(numbers: tuple[UrgentNumber, ...], channel: str) -> list[UrgentNumber]:
    return [number for number in numbers if number.channel == channel]


def _newest_sign(db: Connection, visit: Visit) -> tuple[tuple[str, ...], str]:
    flags = intake_queries.flags_of(db, visit.house.vault, client_id=visit.client_id)
    if not flags or visit.now - flags[0].raised_at > _FRESH:
        return (), ""
    return flags[0].codes, flags[0].how
