"""What is carried out when somebody answers a question of their plan, what staff wrote, or how their visit was.

`ref` names the step, where it was one.
"""

from bot.flows.follow_up import TALK_PRESSED
from bot.handlers import conversation
from bot.handlers.facts import next_reading
from bot.handlers.talk import Talk
from desk.follow_up import service as follow_ups


def talk(talk: Talk, ref: str) -> None:
    """話したい, wherever it stands: it waits for staff from this press on, if they agreed to hear from us.

    What it is about may be written, and need not be.
    """
    noted = follow_ups.note_talk(
        talk.db,
        talk.house.vault,
        follow_up_id=ref,
        client_id=talk.client_id,
        words=TALK_PRESSED,
        now=talk.now,
    )
    if noted:
        talk.say("talk_noted", next_reading=next_reading(talk))
    conversation.start(talk, "to_staff")


def fine(talk: Talk, ref: str) -> None:
    """だいじょうぶ: noted, and nothing more is asked."""
    follow_ups.note_fine(talk.db, follow_up_id=ref, client_id=talk.client_id, now=talk.now)
    talk.drop_offers()
    talk.say("thanks")
