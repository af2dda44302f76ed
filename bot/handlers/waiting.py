"""What is carried out while somebody waits for a place: joining the list, going on, leaving it."""

from bot.flows import booking as booking_flow
from bot.flows import waiting as waiting_flow
from bot.flows.consents import WAITING
from bot.handlers.facts import local_iso, waited_at
from bot.handlers.steps import agree, leave
from bot.handlers.talk import Frame, Talk
from desk.booking import queries as bookings
from desk.booking import waiting, waiting_list
from desk.booking.queries import BookingRow
from desk.booking.telling import offer_facts
from desk.booking.waiting_queries import entry_of
from desk.calendar import queries as calendar
from desk.closures.queries import lost_a_place


def see_free(talk: Talk, frame: Frame) -> bool:
    """Leads to the times that are free, or keeps in mind that none of these is what the person waits for."""
    if frame.answers["free"] != waiting_flow.SEE_FREE:
        frame.answers["_seen"] = [free["id"] for free in frame.shown["free"]]
        return True
    leave(talk, frame)
    desk = frame.answers.get("_desk") or frame.answers.get("desk") or waiting_flow.ANYWHERE
    name = "move" if _booked(talk) else booking_flow.FLOW.name
    answers = {"desk": desk} if name == booking_flow.FLOW.name and desk != waiting_flow.ANYWHERE else {}
    talk.stack = [below for below in talk.stack if below.name != name]
    talk.push(Frame("flow", name, answers=answers))
    return True


def agree_waiting(talk: Talk, frame: Frame) -> bool:
    """Consent for the list, or not now."""
    if frame.answers["consent"] == "yes":
        agree(talk, WAITING)
        return True
    leave(talk, frame)
    talk.offer("fine")
    return False


def wait(talk: Talk, frame: Frame) -> bool:
    """Puts the person on the list; a booking they have stays theirs."""
    desks = calendar.list_desks(talk.db)
    chosen = waited_at(frame.answers, desks)
    desk_id = chosen[0].id if len(chosen) == 1 else None
    lost = lost_a_place(talk.db, client_id=talk.client_id)
    waiting_list.join(talk.db, client_id=talk.client_id, desk_id=desk_id, lost_place=lost, now=talk.now)
    seen = frame.answers.get("_seen", [])
    waiting.leave_free(talk.db, client_id=talk.client_id, slot_ids=seen, now=talk.now)
    booked = _booked(talk)
    talk.before.clear()
    talk.say("waits", booked=local_iso(booked.starts_at) if booked else "")
    return True


def is_waiting(talk: Talk) -> bool:
    """Whether they are on the list already; then shows how it stands."""
    entry = entry_of(talk.db, talk.client_id)
    if entry is None:
        return False
    if entry.state == "paused":
        go_on(talk, "")
        return True
    place = bookings.booking_by_id(talk.db, talk.house.vault, entry.booking_id or "")
    if place is not None and place.state == "offered":
        talk.offer("place_kept", **offer_facts(place))
    else:
        desk = calendar.desk_by_id(talk.db, entry.desk_id).name if entry.desk_id else ""
        talk.offer("waiting_now", desk=desk)
    return True


def go_on(talk: Talk, _ref: str) -> None:
    """はい: the date of entry stays."""
    talk.drop_offers()
    if waiting_list.go_on(talk.db, client_id=talk.client_id):
        talk.say("waits_on")
    else:
        talk.offer("not_waiting")


def stop(talk: Talk, _ref: str) -> None:
    """もう待たない: a place that is held for them goes to the next one."""
    talk.drop_offers()
    if entry_of(talk.db, talk.client_id) is None:
        talk.offer("not_waiting")
        return
    waiting.leave(talk.db, client_id=talk.client_id, now=talk.now)
    talk.say("waits_no_more")


def _booked(talk: Talk) -> BookingRow | None:
    live = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    return live if live is not None and live.state == "confirmed" else None
