"""Somebody takes a message back: our copy goes with what was derived from it (LINE asks for that)."""

from typing import Any

from bot.handlers.talk import Talk
from desk.clients.queries import numbers_of
from desk.conversations import service as conversations
from desk.messaging import erasure


def withdraw(talk: Talk, raw: dict[str, Any]) -> None:
    """Empties the kept message, or drops what still waited for a yes. Says nothing: the person knows."""
    unsend = raw.get("unsend")
    origin = unsend.get("messageId") if isinstance(unsend, dict) else None
    if not isinstance(origin, str):
        return
    vault = talk.house.vault
    for client_id in numbers_of(talk.db, talk.client_id):
        conversations.withdraw_message(talk.db, vault, client_id=client_id, origin=origin, now=talk.now)
    erasure.erase_raw(talk.db, vault, client_id=talk.client_id, origin=origin)
    for frame in list(talk.stack):
        if frame.name == "story":
            frame.answers["texts"] = [told for told in frame.answers["texts"] if told["origin"] != origin]
            if not frame.answers["texts"]:
                talk.stack.remove(frame)
