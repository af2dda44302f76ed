"""What is carried out when somebody says how their visit was."""

from collections.abc import Callable

from bot.handlers.talk import Talk
from desk.errors import NoSuchBooking
from desk.messaging.erasure import forget_answer
from desk.voices.service import count_answer


def take(answer: str) -> Callable[[Talk, str], None]:
    """よかった, ふつう or つらかった: counted without a name; a second press is answered as kindly.

    The event that brought it forgets it at once, since it names the person.
    """

    def command(talk: Talk, ref: str) -> None:
        try:
            counted = count_answer(
                talk.db, booking_id=ref, client_id=talk.client_id, answer=answer, now=talk.now
            )
        except NoSuchBooking:
            talk.offer("old_button")
        else:
            talk.offer("voice_taken" if counted else "voice_known")
        if talk.event_id is not None:
            forget_answer(talk.db, talk.house.vault, event_id=talk.event_id)

    return command
