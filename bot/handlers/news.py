"""おたより: shown how it stands, agreed to, and stopped with one press."""

from typing import Any

from bot.flows.consents import NEWS, enough
from bot.handlers.steps import agree
from bot.handlers.talk import Talk
from desk.clients.consents import stands
from desk.clients.queries import numbers_of
from desk.record import service as record


def show(talk: Talk, _ref: str) -> None:
    """Asks whether news may be sent, or says that it is, under whichever of their numbers they agreed."""
    yes: dict[str, Any] = {"purpose": NEWS.purpose, "versions": enough(NEWS)}
    agreed = any(stands(talk.db, client_id=each, **yes) for each in numbers_of(talk.db, talk.client_id))
    talk.offer("news_on" if agreed else "news_question")


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
