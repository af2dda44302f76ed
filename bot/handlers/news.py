"""おたより: shown how it stands, agreed to, and stopped with one press."""

from typing import Any

from bot.flows.consents import NEWS
from bot.handlers.facts import has_agreed
from bot.handlers.steps import agree
from bot.handlers.talk import Talk
from desk.record import service as record


def show(talk: Talk, _ref: str) -> None:
    """Asks whether news may be sent, or says that it is."""
    talk.offer("news_on" if has_agreed(talk, NEWS) else "news_question")


def agree_to(talk: Talk, _ref: str) -> None:
    """送ってほしい: from the next news on."""
    agree(talk, NEWS)
    talk.drop_offers()
    talk.say("news_agreed")


def stop(talk: Talk, _ref: str) -> None:
    """もう いらない: also of what is on its way to them just now."""
    mine: dict[str, Any] = {"client_id": talk.client_id, "but_event": talk.event_id, "now": talk.now}
    record.take_back(talk.db, talk.house.vault, purpose=NEWS.purpose, **mine)
    talk.drop_offers()
    talk.say("news_stopped")
