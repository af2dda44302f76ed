"""What is carried out with wishes, telephone numbers, and the name for a place that was taken."""

from bot.flows import wishes as wishes_flow
from bot.flows.consents import PHONE, WISH
from bot.flows.ways import CALLER_WORDS
from bot.handlers.facts import booking_facts, next_reading
from bot.handlers.steps import agree, leave
from bot.handlers.talk import Frame, Talk
from desk.booking import offered
from desk.booking.queries import BookingRow
from desk.clients import queries as client_queries
from desk.clients import service as clients
from desk.wishes import service as wishes
from desk.wishes.queries import wish_by_id


def agree_wish(talk: Talk, frame: Frame) -> bool:
    """Consent for a wish, or not now."""
    if frame.answers["consent"] == "yes":
        agree(talk, WISH)
        return True
    leave(talk, frame)
    talk.offer("fine")
    return False


def agree_phone(talk: Talk, frame: Frame) -> bool:
    """Consent for a telephone number, or not now."""
    if frame.answers["consent"] == "yes":
        agree(talk, PHONE)
        return True
    leave(talk, frame)
    talk.offer("fine")
    return False


def choose_kind(talk: Talk, frame: Frame) -> bool:
    """空いたら教えてほしい is no wish for staff but the waiting list."""
    if frame.answers["kind"] != wishes_flow.WAITING:
        return True
    leave(talk, frame)
    talk.push(Frame("flow", wishes_flow.WAITING, answers={"_desk": frame.answers.get("_desk", "")}))
    return True


def keep_wish(talk: Talk, frame: Frame) -> bool:
    """Tells staff what the person would like."""
    answers = frame.answers
    if answers.get("phone"):
        note = wishes_flow.BETWEEN.join(str(answers[key]) for key in ("time", "caller") if answers.get(key))
        clients.set_phone(
            talk.db,
            talk.house.vault,
            client_id=talk.client_id,
            phone=answers["phone"],
            note=note,
            now=talk.now,
        )
    wishes.keep_wish(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        desk_code=answers.get("_desk") or None,
        kind=answers["kind"],
        note="" if answers.get("note") in (None, "none") else str(answers["note"]),
        now=talk.now,
    )
    talk.before.clear()
    talk.say("wish_kept", next_reading=next_reading(talk))
    return True


def say_more(talk: Talk, frame: Frame) -> bool:
    """Tells staff what would suit instead of a place that was declined."""
    asked = wish_by_id(talk.db, talk.house.vault, frame.answers["_wish"])
    note = frame.answers.get("note")
    if asked is not None and note is not None:
        words = "いつでも いい" if note == "any" else str(note)
        wishes.say_more(talk.db, talk.house.vault, asked, note=words, now=talk.now)
    talk.before.clear()
    talk.say("wish_kept", next_reading=next_reading(talk))
    return True


def name_place(talk: Talk, frame: Frame) -> bool:
    """How the person wants to be called at the place they have taken; then all there is to know about it."""
    booking = offered.name_visitor(
        talk.db,
        talk.house.vault,
        booking_id=frame.answers["_booking"],
        client_id=talk.client_id,
        called_name=frame.answers.get("name") or "",
        now=talk.now,
    )
    say_booked(talk, booking)
    return False


def say_booked(talk: Talk, booking: BookingRow) -> None:
    """Booked, with its number and what to expect; for a call also who we say we are."""
    vault, client_id = talk.house.vault, talk.client_id
    note = (client_queries.phone_note_of(talk.db, vault, client_id) or "").split(wishes_flow.BETWEEN)
    talk.offer(
        "booked",
        ref=booking.id,
        has_phone=client_queries.phone_of(talk.db, vault, client_id) is not None,
        caller=next((code for code in note if code in CALLER_WORDS), ""),
        **booking_facts(booking),
    )


def keep_phone(talk: Talk, frame: Frame) -> bool:
    """Keeps a telephone number that was left, or none."""
    phone = frame.answers.get("phone")
    talk.before.clear()
    if phone is None:
        talk.say("see_you")
        return True
    clients.set_phone(talk.db, talk.house.vault, client_id=talk.client_id, phone=phone, note="", now=talk.now)
    talk.say("phone_kept")
    return True
