"""What is carried out when somebody says how their visit was."""

from collections.abc import Callable

from bot.flows.follow_up import TALK_PRESSED
from bot.handlers import conversation
from bot.handlers.facts import next_reading
from bot.handlers.talk import Talk
from desk.clients.queries import consent_in_force
from desk.conversations.queries import waits_for_answer
from desk.conversations.service import keep_message
from desk.errors import NoSuchBooking
from desk.voices.service import count_answer


def take(answer: str) -> Callable[[Talk, str], None]:
    """よかった, ふつう or つらかった: counted without a name; a second press is answered as kindly."""

    def command(talk: Talk, ref: str) -> None:
        try:
            counted = count_answer(
                talk.db, booking_id=ref, client_id=talk.client_id, answer=answer, now=talk.now
            )
        except NoSuchBooking:
            talk.offer("old_button")
        else:
            talk.offer("voice_taken" if counted else "voice_known")

    return command


def ask_to_talk(talk: Talk, _ref: str) -> None:
    """話したい: it waits for staff from this press on, and of the visit says nothing; more may be written."""
    consent_id = consent_in_force(talk.db, client_id=talk.client_id, purpose="follow_up")
    if consent_id is not None and not waits_for_answer(talk.db, talk.client_id):
        keep_message(
            talk.db,
            talk.house.vault,
            client_id=talk.client_id,
            purpose="staff",
            text=TALK_PRESSED,
            consent_id=consent_id,
            shared=False,
            origin=None,
            now=talk.now,
        )
        talk.say("talk_noted", next_reading=next_reading(talk))
    conversation.start(talk, "to_staff")
