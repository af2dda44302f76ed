"""What is carried out while somebody books or moves: holding, agreeing, confirming."""

from bot.flows.booking import LATER, OTHER, PAGE, WAIT, WRITE_NAME
from bot.flows.consents import BOOKING
from bot.handlers.facts import booking_facts, has_agreed, local_iso
from bot.handlers.steps import agree, forget, has_begun, leave, offer_who_reads, show_live
from bot.handlers.talk import Frame, Talk
from desk.booking import queries as bookings
from desk.booking import service as booking_service
from desk.calendar import queries as calendar
from desk.errors import AlreadyBooked, DeskError, HoldGone, NoSuchBooking, SessionClosed, SlotTaken
from desk.intake import service as intake


def hold(talk: Talk, frame: Frame) -> bool:
    """Holds the chosen time, or shows other ways where none fits."""
    choice = frame.answers["slot"]
    if choice in (OTHER, LATER, WAIT.value):
        return _other_time(talk, frame, choice)
    try:
        booking_service.hold(talk.db, client_id=talk.client_id, slot_id=choice, now=talk.now)
    except (SlotTaken, SessionClosed) as fault:
        return _choose_again(talk, frame, fault)
    except AlreadyBooked:
        leave(talk, frame)
        show_live(talk)
        return False
    if has_agreed(talk, BOOKING):
        slot = calendar.slot_by_id(talk.db, choice)
        assert slot is not None
        talk.say("held", starts=local_iso(slot.starts_at))
    return True


def _other_time(talk: Talk, frame: Frame, choice: str) -> bool:
    forget(frame, "slot")
    if choice == LATER:
        frame.answers[PAGE] = frame.answers.get(PAGE, 0) + 1
        return True
    desk = frame.answers.get("desk", "")
    leave(talk, frame)
    talk.push(Frame("flow", "waiting" if choice == WAIT.value else "wish", answers={"_desk": desk}))
    return True


def _choose_again(talk: Talk, frame: Frame, fault: DeskError) -> bool:
    """The time went to somebody else, or is too near by now: said kindly, and the times come anew."""
    forget(frame, "slot", PAGE)
    talk.before.append("closed" if isinstance(fault, SessionClosed) else "taken")
    return True


def agree_booking(talk: Talk, frame: Frame) -> bool:
    """Consent for booking: agreed, asked about, or declined."""
    said = frame.answers["consent"]
    if said == "yes":
        agree(talk, BOOKING)
        return True
    forget(frame, "consent")
    if said == "more":
        offer_who_reads(talk)
        return False
    return _stop(talk)


def _stop(talk: Talk) -> bool:
    talk.offer("stop_or_go_on")
    return False


def note_knows(talk: Talk, frame: Frame) -> bool:
    """Promises that nobody at home is contacted, unless the person spoken of knows."""
    if frame.answers["knows"] != "yes":
        talk.before.clear()
        talk.before.append("no_contact")
    return True


def settle_name(talk: Talk, frame: Frame) -> bool:
    """A name of one's own is to be written; an offered one is taken."""
    if frame.answers["name"] == WRITE_NAME:
        forget(frame, "name")
        talk.before.append("write_name")
    return True


def check(talk: Talk, frame: Frame) -> bool:
    """Nothing is booked before this yes."""
    if frame.answers["check"] != "stop":
        return True
    forget(frame, "check")
    return _stop(talk)


def fix(_talk: Talk, frame: Frame) -> bool:
    """Forgets what is to be mended, so that its question comes again."""
    also = {"slot": ("slot", PAGE), "about": ("about", "knows", "who"), "name": ("name",)}
    forget(frame, *also[frame.answers["fix"]], "check", "fix")
    return True


def book(talk: Talk, frame: Frame) -> bool:
    """Confirms the held place; one that went to somebody else is said kindly, with other times."""
    answers = frame.answers
    try:
        booking = booking_service.confirm(
            talk.db,
            talk.house.vault,
            client_id=talk.client_id,
            called_name=answers.get("name") or "",
            about=answers["about"],
            subject_knows=answers.get("knows"),
            now=talk.now,
        )
    except (HoldGone, SessionClosed, NoSuchBooking) as fault:
        forget(frame, "check")
        talk.stack.append(frame)
        return _choose_again(talk, frame, fault)
    if answers.get("who"):
        booking_service.note_who_comes(
            talk.db, talk.house.vault, booking_id=booking.id, who_comes=answers["who"], now=talk.now
        )
    intake.open_intake(talk.db, client_id=talk.client_id, booking_id=booking.id, now=talk.now)
    talk.offer("booked", ref=booking.id, **booking_facts(booking))
    return False


def keep_who(talk: Talk, frame: Frame) -> bool:
    """A note of who will come along, for the people of that day; nobody is asked or told."""
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    who = frame.answers.get("who")
    if booking is None or booking.state != "confirmed" or who is None:
        talk.offer("fine")
        return True
    booking_service.note_who_comes(
        talk.db, talk.house.vault, booking_id=booking.id, who_comes=who, now=talk.now
    )
    talk.say("who_kept")
    return True


def move(talk: Talk, frame: Frame) -> bool:
    """Moves the booking; the old place is kept until the new one is certain."""
    choice = frame.answers["slot"]
    if choice in (OTHER, LATER, WAIT.value):
        return _other_time(talk, frame, choice)
    leave(talk, frame)
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    if booking is None:
        talk.offer("no_booking")
        return False
    if has_begun(talk, booking):
        return False
    try:
        moved = booking_service.move(
            talk.db, talk.house.vault, booking_id=booking.id, slot_id=choice, by="client", now=talk.now
        )
    except (SlotTaken, SessionClosed) as fault:
        talk.stack.append(frame)
        return _choose_again(talk, frame, fault)
    talk.offer("moved", ref=moved.id, **booking_facts(moved))
    return False
