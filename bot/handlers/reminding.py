"""What is carried out when somebody chooses how to be reminded."""

from bot.flows.wishes import BETWEEN
from bot.handlers.facts import local_iso
from bot.handlers.talk import Frame, Talk
from desk.booking import queries as bookings
from desk.booking import service as booking_service
from desk.booking.queries import BookingRow
from desk.clients import service as clients
from desk.clients.queries import phone_of


def set_reminders(talk: Talk, booking: BookingRow, choice: str) -> None:
    """Keeps the choice for the coming visit, and says what follows from it."""
    booking_service.set_reminders(talk.db, booking_id=booking.id, choice=choice, now=talk.now)
    talk.drop_offers()
    talk.say("reminders_kept", choice=choice, starts=local_iso(booking.starts_at))


def keep_call(talk: Talk, frame: Frame) -> bool:
    """Staff will telephone on the day before; without a number all stays as it was."""
    vault = talk.house.vault
    booking = bookings.live_booking(talk.db, vault, client_id=talk.client_id)
    phone = frame.answers.get("phone") or phone_of(talk.db, vault, talk.client_id)
    talk.before.clear()
    if booking is None or booking.state != "confirmed" or phone is None:
        talk.offer("fine")
        return True
    note = BETWEEN.join(str(frame.answers[key]) for key in ("time", "caller") if frame.answers.get(key))
    clients.set_phone(talk.db, vault, client_id=talk.client_id, phone=phone, note=note, now=talk.now)
    set_reminders(talk, booking, "telephone")
    return True
