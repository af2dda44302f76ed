"""Facts from outside that a flow is handed: what is free, what was agreed to, when staff read next."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.flows.booking import NICKNAMES, PAGE, SLOTS_AT_ONCE, chosen_desk
from bot.flows.consents import BOOKING, INTAKE, MEDIA, PHONE, STORY, WAITING, WISH, ConsentText, enough
from bot.flows.waiting import ANYWHERE
from bot.handlers.talk import Talk
from desk.booking import queries as bookings
from desk.booking import reading
from desk.calendar import queries as calendar
from desk.clients.consents import stands
from desk.clients.queries import phone_of
from desk.clock import local, local_date
from desk.database import Connection
from desk.house import House
from desk.notices import urgent

_DECEMBER = 12
# So long what was said of an alarm stands, in the chat and on the page.
_TOLD_FOR = timedelta(hours=1)


def local_iso(moment: datetime) -> str:
    """An instant as facts carry it: Japan's wall clock, in ISO form."""
    return local(moment).replace(tzinfo=None).isoformat(timespec="minutes")


def next_reading(talk: Talk) -> str:
    """When staff who can see this person's words read next; empty where no such desk has hours."""
    moment = reading.next_reading(talk.db, client_id=talk.client_id, now=talk.now)
    return local_iso(moment) if moment is not None else ""


def somebody_told(db: Connection, house: House, *, client_id: str, now: datetime) -> str:
    """Whether whom the desk has named learns of this person's danger: "now", "before" within the hour; else empty."""
    sends_mail = bool(house.settings.smtp_url)
    raised_at = urgent.latest_told(db, client_id=client_id, since=now - _TOLD_FOR, sends_mail=sends_mail)
    if raised_at is None:
        return ""
    return "now" if raised_at >= now else "before"


def booking_facts(booking: bookings.BookingRow) -> dict[str, Any]:
    """A booking as words need it."""
    return {
        "number": booking.number,
        "starts": local_iso(booking.starts_at),
        "ends": local_iso(booking.ends_at),
        "place": f"{booking.desk_name}・{booking.place}",
        "way": booking.way,
        "link": booking.link,
        "way_in": booking.way_in,
        "door": booking.door,
        "name": booking.called_name,
        "about": booking.about,
    }


def _slot(slot: calendar.FreeSlot, desk_name: str) -> dict[str, str]:
    return {
        "id": slot.slot_id,
        "starts": local_iso(slot.starts_at),
        "ends": local_iso(slot.ends_at),
        "place": f"{desk_name}・{slot.place}",
    }


def _offered_slots(talk: Talk, desk: Mapping[str, Any], page: int) -> dict[str, Any]:
    """A page of free times; the time somebody holds for themselves counts as free for them."""
    found = calendar.free_slots(talk.db, desk_id=desk["id"], client_id=talk.client_id, now=talk.now)
    free = [_slot(slot, desk["name"]) for slot in found]
    first = page * SLOTS_AT_ONCE
    shown = free[first : first + SLOTS_AT_ONCE] or free[:SLOTS_AT_ONCE]
    return {"slots": shown, "more_slots": len(free) > first + SLOTS_AT_ONCE}


def _for_booking(talk: Talk, answers: Mapping[str, Any]) -> dict[str, Any]:
    desks = [{"id": d.id, "code": d.code, "name": d.name} for d in calendar.list_desks(talk.db)]
    desk = chosen_desk(answers, {"desks": desks})
    facts: dict[str, Any] = {
        "desks": desks,
        "consented": has_agreed(talk, BOOKING),
        "december_closed": local_date(talk.now).month in (10, 11, _DECEMBER),
        "taken_names": [],
        "place_of_day": 0,
        "slots": [],
        "more_slots": False,
    }
    if not answers.get("slot"):
        return facts | _offered_slots(talk, desk, answers.get(PAGE, 0))
    slot = calendar.slot_by_id(talk.db, answers["slot"])
    session = calendar.session_by_id(talk.db, slot.session_id) if slot else None
    if slot and session:
        facts["chosen"] = {
            "starts": local_iso(slot.starts_at),
            "ends": local_iso(slot.ends_at),
            "place": f"{session.desk_name}・{session.place}",
        }
        facts["place_of_day"] = _place_of_day(talk, slot, session)
        taken = bookings.names_taken_on(talk.db, talk.house.vault, session_id=session.id)
        facts["taken_names"] = sorted(taken.intersection(NICKNAMES))
    return facts


def _place_of_day(talk: Talk, slot: calendar.SlotRow, session: calendar.SessionRow) -> int:
    """Which place of its day a slot is, counted by time and then by table; nothing of who has which."""
    turn = (slot.starts_at - session.starts_at) // (slot.ends_at - slot.starts_at)
    tables = calendar.tables_of_session(talk.db, session.id)
    return turn * len(tables) + tables.index(slot.table_no)


def _for_move(talk: Talk, answers: Mapping[str, Any]) -> dict[str, Any]:
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    if booking is None:
        return {"slots": [], "more_slots": False}
    desk = {"id": booking.desk_id, "name": booking.desk_name}
    return _offered_slots(talk, desk, answers.get(PAGE, 0))


def waited_at(
    answers: Mapping[str, Any], desks: tuple[calendar.DeskRow, ...]
) -> tuple[calendar.DeskRow, ...]:
    """The desks that will do for somebody who waits; none before they have said so."""
    code = answers.get("_desk") or answers.get("desk")
    if len(desks) == 1 or code == ANYWHERE:
        return desks
    return tuple(desk for desk in desks if desk.code == code)


def _for_waiting(talk: Talk, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is free there already; for somebody who has a booking, only what is earlier."""
    desks = calendar.list_desks(talk.db)
    own = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    booked = own.starts_at if own is not None and own.state == "confirmed" else None
    free = [
        {"id": each.slot_id, "starts": local_iso(each.starts_at), "desk": desk.name}
        for desk in waited_at(answers, desks)
        for each in calendar.free_slots(talk.db, desk_id=desk.id, client_id=talk.client_id, now=talk.now)
        if booked is None or each.starts_at < booked
    ]
    return {
        "desks": [{"code": desk.code, "name": desk.name} for desk in desks],
        "free": sorted(free, key=lambda each: each["starts"]),
        "consented": has_agreed(talk, WAITING),
    }


def has_agreed(talk: Talk, text: ConsentText) -> bool:
    """Whether the person has said yes to this text as it is today, or to one that says more."""
    return stands(talk.db, client_id=talk.client_id, purpose=text.purpose, versions=enough(text))


def _consented(text: ConsentText) -> Callable[[Talk, Mapping[str, Any]], dict[str, Any]]:
    def facts(talk: Talk, _answers: Mapping[str, Any]) -> dict[str, Any]:
        return {"consented": has_agreed(talk, text), "free_text": talk.house.settings.free_text}

    return facts


def kind_of(told: Mapping[str, Any]) -> str:
    """What something told is; what was laid aside before there were kinds is a text."""
    return str(told.get("kind", "text"))


def kinds_of(texts: Sequence[Mapping[str, Any]]) -> list[str]:
    """What kinds of things were told, each once."""
    return sorted({kind_of(told) for told in texts})


def consent_for(texts: Sequence[Mapping[str, Any]]) -> ConsentText:
    """What keeping these rests on: a photo or a voice wants a yes that names them."""
    return STORY if all(kind_of(told) == "text" for told in texts) else MEDIA


def _for_story(talk: Talk, answers: Mapping[str, Any]) -> dict[str, Any]:
    texts = answers.get("texts", ())
    consented = has_agreed(talk, consent_for(texts))
    return {
        "consented": consented,
        "kinds": kinds_of(texts),
        "count": len(texts),
        "to": answers.get("to", "officers"),
    }


def _for_call(talk: Talk, _answers: Mapping[str, Any]) -> dict[str, Any]:
    return {"has_phone": phone_of(talk.db, talk.house.vault, talk.client_id) is not None}


FACTS: dict[str, Callable[[Talk, Mapping[str, Any]], dict[str, Any]]] = {
    "booking": _for_booking,
    "move": _for_move,
    "intake": _consented(INTAKE),
    "story": _for_story,
    "to_staff": _consented(STORY),
    "wish": _consented(WISH),
    "phone": _consented(PHONE),
    "waiting": _for_waiting,
    "wish_more": _consented(WISH),
    "place_name": lambda talk, answers: _for_booking(talk, {"slot": answers["_slot"]}),
    "who_comes": lambda _talk, _answers: {},
    "remind_call": _for_call,
    "relink": lambda _talk, _answers: {},
}
