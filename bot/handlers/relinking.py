"""What is carried out when somebody asks to be linked with an earlier booking."""

from bot.flows.relink import UNKNOWN
from bot.handlers.facts import next_reading
from bot.handlers.talk import Frame, Talk
from desk.reach import asking


def ask(talk: Talk, frame: Frame) -> bool:
    """Tells staff whom they may mean; says the same whoever that is."""
    known_by, called = (_given(frame.answers.get(key)) for key in ("known_by", "name"))
    vault, whose = talk.house.vault, talk.client_id
    asking.ask(talk.db, vault, client_id=whose, known_by=known_by, called=called, now=talk.now)
    talk.before.clear()
    talk.say("asked_to_link", next_reading=next_reading(talk))
    return True


def _given(answer: str | None) -> str:
    return "" if answer in (None, UNKNOWN) else str(answer)
