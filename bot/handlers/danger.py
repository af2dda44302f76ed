"""Danger in any flow: the numbers at once, the truth about who reads, a flag for the desk; the flow waits below."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.handlers.facts import next_reading
from bot.handlers.talk import Talk
from desk.agencies import queries as agencies
from desk.booking import queries as bookings
from desk.calendar import queries as calendar
from desk.clients.queries import organisation_id
from desk.conversations import service as conversations
from desk.intake import queries as intake_queries
from desk.intake import service as intake
from desk.urgent.numbers import UrgentNumber, numbers_for

_AGAIN_WITHIN = timedelta(days=1)
_MORNING_NEEDS = ("housing", "food", "money")
_PLACES_AT_MOST = 3


def alarm(talk: Talk, *, codes: Sequence[str], how: str, evidence: Sequence[str]) -> None:
    """The numbers first, then who reads and when. A second alarm within a day gets the short form."""
    last = intake_queries.last_flag_at(talk.db, client_id=talk.client_id, level="alarm")
    _flag(talk, codes, "alarm", how, evidence)
    facts = _facts(talk, codes, how)
    if last is not None and talk.now - last < _AGAIN_WITHIN:
        talk.offer("safety_short", **facts)
    elif how == "text":
        talk.offer("safety", **facts, followed=True)
        _ask_about_danger(talk, "truth_and_danger", facts)
    else:
        talk.offer("safety", **facts)
        talk.say("truth", **facts)


def check(talk: Talk, *, codes: Sequence[str], evidence: Sequence[str]) -> None:
    """Words that may mean danger: one gentle question. Silence is flagged once, by the clock."""
    _ask_about_danger(talk, "gentle_question", {"codes": list(codes), "evidence": list(evidence)})


def show_numbers(talk: Talk) -> None:
    """いま困っている: the numbers at once; the desk learns that it was pressed, once a day."""
    last = intake_queries.last_flag_at(talk.db, client_id=talk.client_id, level="check")
    if last is None or talk.now - last >= _AGAIN_WITHIN:
        _flag(talk, (), "check", "menu", ())
    facts = _facts(talk, (), "menu")
    talk.offer("safety", **facts)
    talk.say("truth", **facts)


def answered_yes(talk: Talk) -> None:
    """ある: danger now."""
    conversations.danger_answered(talk.db, client_id=talk.client_id)
    _flag(talk, (), "alarm", "button", ())
    talk.offer("danger_yes", **_facts(talk, (), "button"))


def answered_no(talk: Talk) -> None:
    """ない: thanked, and back to where they were."""
    conversations.danger_answered(talk.db, client_id=talk.client_id)
    talk.say("danger_no")


def answered_unsure(talk: Talk) -> None:
    """わからない: the numbers, and staff look at it."""
    conversations.danger_answered(talk.db, client_id=talk.client_id)
    _flag(talk, (), "check", "button", ())
    talk.offer("safety", **_facts(talk, (), "button"))


def chat_help(talk: Talk) -> None:
    """Ways that need no voice."""
    numbers = _numbers(talk, _codes_on_top(talk))
    talk.say("chat_help", chats=[_number(n) for n in numbers if n.channel == "text"])


def call_help(talk: Talk) -> None:
    """電話する, typed: the numbers once more."""
    facts = _facts(talk, _codes_on_top(talk), "button")
    talk.say("call_help", numbers=facts["numbers"], codes=facts["codes"])


def morning_places(talk: Talk) -> None:
    """Where to go from the morning on, with hours and what to say there."""
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
    talk.say("morning_places", places=places)


def _codes_on_top(talk: Talk) -> tuple[str, ...]:
    """The signs that the offer on top is about; a press never carries them."""
    return tuple(talk.top.answers.get("codes", ())) if talk.top is not None else ()


def _flag(talk: Talk, codes: Sequence[str], level: str, how: str, evidence: Sequence[str]) -> None:
    intake.raise_flag(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        codes=codes,
        level=level,
        how=how,
        evidence=evidence,
        origin=talk.origin,
        now=talk.now,
    )


def _ask_about_danger(talk: Talk, offer: str, facts: dict[str, Any]) -> None:
    talk.offer(offer, **facts)
    talk.asked_about_danger = True


def _facts(talk: Talk, codes: Sequence[str], how: str) -> dict[str, Any]:
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    places = agencies.agencies_for(talk.db, organisation_id=organisation_id(talk.db), needs=_MORNING_NEEDS)
    return {
        "codes": list(codes),
        "how": how,
        "numbers": [_number(n) for n in _numbers(talk, codes) if n.channel == "voice"],
        "morning": bool(places),
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
