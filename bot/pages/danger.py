"""Danger on a private page: the numbers at once, the truth about who reads, a flag for the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from bot.flows.dates import reading_words
from bot.flows.questionnaire import Question, in_words, signs_in
from bot.flows.questions import Answers, Facts
from bot.handlers.facts import local_iso, somebody_told
from bot.pages.view import go, render
from bot.pages.visit import Asked, Visit, find_visit
from desk.booking import queries as bookings
from desk.booking import reading
from desk.calendar import queries as calendar
from desk.database import Connection
from desk.intake import danger as asking
from desk.intake import queries as intake_queries
from desk.intake.rules import Step
from desk.needs.tagging import Tagging
from desk.urgent.numbers import UrgentNumber, numbers_for

NUMBERS = "/numbers"
GENTLE = "/ask"
# The numbers are chosen for the newest sign as long as somebody is on the page that raised it.
_FRESH = timedelta(hours=1)
_PRESSED_TWICE = timedelta(minutes=1)
_PAGES = {Step.QUESTION: GENTLE, Step.NUMBERS: NUMBERS, Step.NOTHING: ""}
_POLICE_SIGNS = frozenset({"violence_now", "harm_now"})


@dataclass(frozen=True)
class Heard:
    """The signs in what was sent: alarms, what may be one, how it came, and the words on what was ticked."""

    alarms: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    how: str = "text"
    pressed: tuple[str, ...] = ()


def in_text(tagging: Tagging) -> Heard:
    """Signs in own words."""
    alarms = tuple(sign.code for sign in tagging.signs if sign.level == "alarm")
    return Heard(alarms, tuple(sign.code for sign in tagging.signs if sign.level == "check"))


def in_ticks(question: Question, *, value: Any, before: Answers, facts: Facts) -> Heard:
    """Signs among what was ticked anew."""
    signs = signs_in(question, value, before.get(question.key))
    return Heard(
        tuple(code for _, code, level in signs if level == "alarm"),
        tuple(code for _, code, level in signs if level == "check"),
        "button",
        tuple(words for choice, _, _ in signs for words in in_words(question, choice, before, facts)),
    )


def answer(db: Connection, visit: Visit, heard: Heard, *, again: bool = False) -> str:
    """Does what the signs ask for, and says which page comes first; empty where there is none.

    `again`: the same was sent once more, as by a double tap. Nothing is done twice then.
    """
    if not (heard.alarms or heard.checks):
        return ""
    if again:
        return _page_of_before(db, visit)
    vault, client_id, now = visit.house.vault, visit.client_id, visit.now
    said: dict[str, Any] = {"client_id": client_id, "how": heard.how, "pressed": heard.pressed, "now": now}
    if heard.alarms:
        asking.hear_alarm(db, vault, codes=heard.alarms, also=heard.checks, **said)
        return NUMBERS
    return _PAGES[asking.hear_check(db, vault, codes=heard.checks, **said)]


def _page_of_before(db: Connection, visit: Visit) -> str:
    asked = asking.question_of(db, visit.house.vault, client_id=visit.client_id)
    if asked is not None and not asked.settled:
        return GENTLE
    last = intake_queries.last_flag_at(db, client_id=visit.client_id, levels=asking.ANY_LEVEL)
    return NUMBERS if last is not None and visit.now - last < _PRESSED_TWICE else ""


def ask(visit: Visit) -> Response:
    """Words that may mean danger: one gentle question."""
    return visit.page("gentle.html")


def take(visit: Visit) -> Response:
    """ある and わからない bring the numbers, and staff see it; ない goes on."""
    said = visit.form.one("said")
    with visit.writing() as db:
        if said in ("yes", "no", "unsure"):
            asking.answer(db, visit.house.vault, client_id=visit.client_id, said=said, now=visit.now)
    return go(NUMBERS if said in ("yes", "unsure") else "/on")


def show_numbers(asked: Asked) -> Response:
    """The numbers for the newest sign; without a visit, those for any trouble."""
    visit = find_visit(asked)
    with asked.house.database.reading() as db:
        desks = calendar.list_desks(db)
        booking = bookings.live_booking(db, asked.house.vault, client_id=visit.client_id) if visit else None
        codes, how = _newest_sign(db, visit) if visit else ((), "")
        told = visit and somebody_told(db, asked.house, client_id=visit.client_id, now=asked.now)
        next_time = next_reading(db, client_id=visit.client_id if visit else None, now=asked.now)
    only_desk = desks[0].code if len(desks) == 1 else None
    chosen = numbers_for(codes, booking.desk_code if booking else only_desk)
    return render(
        "numbers.html",
        how=how,
        voices=_of_channel(chosen.numbers, "voice"),
        texts=_of_channel(chosen.numbers, "text"),
        by_day=chosen.by_day,
        police=bool(_POLICE_SIGNS.intersection(codes)),
        told=told,
        next_reading=next_time,
        flagged=bool(how),
        booked=booking is not None,
        open=visit is not None,
    )


def next_reading(db: Connection, *, client_id: str | None, now: datetime) -> str:
    """When staff who can see this person's words read next; empty where no such desk has hours."""
    moment = reading.next_reading(db, client_id=client_id, now=now)
    return reading_words(local_iso(moment)) if moment is not None else ""


def _of_channel(numbers: tuple[UrgentNumber, ...], channel: str) -> list[UrgentNumber]:
    return [number for number in numbers if number.channel == channel]


def _newest_sign(db: Connection, visit: Visit) -> tuple[tuple[str, ...], str]:
    flags = intake_queries.flags_of(db, visit.house.vault, client_id=visit.client_id)
    if not flags or visit.now - flags[0].raised_at > _FRESH:
        return (), ""
    return flags[0].codes, flags[0].how
