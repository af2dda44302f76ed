"""Danger in any flow: the numbers at once, the truth about who reads, a flag for the desk; the flow waits below."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.flows.script import SAYS
from bot.handlers.facts import next_reading, somebody_told
from bot.handlers.talk import Talk
from desk.agencies import queries as agencies
from desk.booking import queries as bookings
from desk.calendar import queries as calendar
from desk.clients.queries import organisation_id
from desk.intake import danger as asking
from desk.intake import queries as intake_queries
from desk.intake import service as intake
from desk.intake.rules import Step
from desk.needs.tagging import Sign
from desk.urgent.numbers import UrgentNumber, numbers_for

_AGAIN_WITHIN = timedelta(days=1)
_MORNING_NEEDS = ("housing", "food", "money")
_PLACES_AT_MOST = 3


def hear(talk: Talk, signs: Sequence[Sign]) -> None:
    """Signs in somebody's words: danger is answered first, and what is open waits below."""
    alarms = [sign.code for sign in signs if sign.level == "alarm"]
    checks = [sign.code for sign in signs if sign.level == "check"]
    if alarms:
        _put_aside(talk)
        alarm(talk, codes=alarms, also=checks, how="text")
    else:
        _check(talk, checks)


def alarm(
    talk: Talk, *, codes: Sequence[str], how: str, also: Sequence[str] = (), pressed: Sequence[str] = ()
) -> None:
    """The numbers first, then who reads and when. A second alarm within a day gets the short form.

    `also`: signs in the same words that only may be meant; staff see them beside the others.
    """
    last = intake_queries.last_flag_at(talk.db, client_id=talk.client_id, levels=("alarm",))
    asking.hear_alarm(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        codes=codes,
        also=also,
        how=how,
        pressed=pressed,
        now=talk.now,
    )
    facts = _facts(talk, codes, how)
    if last is not None and talk.now - last < _AGAIN_WITHIN:
        talk.offer("safety_short", **facts)
    elif how == "text":
        talk.offer("safety", **facts, followed=True)
        talk.offer("truth_and_danger", **facts)
        asking.ask(talk.db, talk.house.vault, client_id=talk.client_id, codes=codes, now=talk.now)
    else:
        talk.offer("safety", **facts)
        talk.say("truth", **facts)


def _check(talk: Talk, codes: Sequence[str]) -> None:
    """Words that may mean danger: one gentle question in a conversation. Silence is flagged once, by the clock."""
    step = asking.hear_check(
        talk.db, talk.house.vault, client_id=talk.client_id, codes=codes, how="text", now=talk.now
    )
    if step is Step.QUESTION:
        done = [said for said in talk.says if said["kind"] in SAYS]
        _put_aside(talk)
        talk.says = done  # what was carried out is told all the same
        talk.offer("gentle_question", codes=list(codes))
    elif step is Step.NUMBERS:
        _put_aside(talk)
        talk.offer("safety_short", **_facts(talk, codes, "text"))


def _put_aside(talk: Talk) -> None:
    """What was about to be said comes later: the flow waits below."""
    talk.says = []
    talk.before = []


def show_numbers(talk: Talk) -> None:
    """いま困っている: the numbers at once; the desk learns that it was pressed, once a day."""
    last = intake_queries.last_flag_at(talk.db, client_id=talk.client_id, levels=("check",))
    if last is None or talk.now - last >= _AGAIN_WITHIN:
        intake.raise_flag(
            talk.db,
            talk.house.vault,
            client_id=talk.client_id,
            codes=(),
            level="check",
            how="menu",
            now=talk.now,
        )
    facts = _facts(talk, (), "menu")
    talk.offer("safety", **facts)
    talk.say("truth", **facts)


def answered_yes(talk: Talk) -> None:
    """ある: danger now."""
    talk.offer("danger_yes", **_facts(talk, _answered(talk, "yes"), "button"))


def answered_no(talk: Talk) -> None:
    """ない: thanked, and back to where they were."""
    _answered(talk, "no")
    talk.say("danger_no")


def answered_unsure(talk: Talk) -> None:
    """わからない: the numbers, and staff look at it."""
    talk.offer("safety", **_facts(talk, _answered(talk, "unsure"), "button"))


def _answered(talk: Talk, said: str) -> tuple[str, ...]:
    return asking.answer(talk.db, talk.house.vault, client_id=talk.client_id, said=said, now=talk.now)


def chat_help(talk: Talk) -> None:
    """Ways that need no voice."""
    numbers = _numbers(talk, _codes_on_top(talk))
    talk.say("chat_help", chats=[_number(n) for n in numbers if n.channel == "text"])


def call_help(talk: Talk) -> None:
    """電話する, typed: the numbers once more."""
    facts = _facts(talk, _codes_on_top(talk), "button")
    talk.say("call_help", numbers=facts["numbers"], codes=facts["codes"])


def morning_places(talk: Talk) -> None:
    """Where to go from the morning on, with hours and what to say there; where nothing is known, whom to call."""
    rows = agencies.agencies_for(talk.db, organisation_id=organisation_id(talk.db), needs=_MORNING_NEEDS)
    places = [
        {
            "name": a.name,
            "telephone": a.telephone,
            "hours": a.hours,
            "window": a.window,
            "words": a.words_to_say,
        }
        for a in rows[:_PLACES_AT_MOST]
    ]
    if places:
        talk.say("morning_places", places=places)
    else:
        call_help(talk)


def _codes_on_top(talk: Talk) -> tuple[str, ...]:
    """The signs that the offer on top is about; a press never carries them."""
    return tuple(talk.top.answers.get("codes", ())) if talk.top is not None else ()


def _facts(talk: Talk, codes: Sequence[str], how: str) -> dict[str, Any]:
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    places = agencies.agencies_for(talk.db, organisation_id=organisation_id(talk.db), needs=_MORNING_NEEDS)
    return {
        "codes": list(codes),
        "how": how,
        "numbers": [_number(n) for n in _numbers(talk, codes) if n.channel == "voice"],
        "morning": bool(places),
        "told": somebody_told(talk.db, talk.house, client_id=talk.client_id, now=talk.now),
        "next_reading": next_reading(talk),
        "booked": booking is not None,
    }


def _numbers(talk: Talk, codes: Sequence[str]) -> tuple[UrgentNumber, ...]:
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    desks = calendar.list_desks(talk.db)
    only_desk = desks[0].code if len(desks) == 1 else None
    return numbers_for(codes, booking.desk_code if booking else only_desk).numbers


def _number(number: UrgentNumber) -> dict[str, str]:
    return {"name": number.name, "number": number.number, "hours": number.hours}
