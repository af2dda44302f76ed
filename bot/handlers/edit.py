"""Somebody changes a message: the new words stand in place of the old (LINE asks that the old ones are seen no more)."""

from typing import Any

from bot.handlers import danger
from bot.handlers.talk import Talk
from desk.clients.queries import numbers_of
from desk.conversations import service as conversations
from desk.intake import service as intake
from desk.messaging import erasure
from desk.needs import service as needs


def rewrite(talk: Talk, raw: dict[str, Any]) -> None:
    """Changes what was kept, or what still waits for a yes. Says nothing, but where the new words tell of danger."""
    said = raw.get("message")
    origin = said.get("id") if isinstance(said, dict) else None
    text = said.get("text") if isinstance(said, dict) else None
    if not isinstance(origin, str) or not isinstance(text, str) or not text.strip():
        return
    vault = talk.house.vault
    erasure.erase_raw(talk.db, vault, client_id=talk.client_id, origin=origin, but_event=talk.event_id)
    for frame in talk.stack:
        if frame.name == "story":
            frame.answers["texts"] = [
                told | {"text": text} if told["origin"] == origin else told for told in frame.answers["texts"]
            ]
    reading = needs.read(text)
    found = {tag.code: tag.evidence for tag in reading.needs}
    for client_id in numbers_of(talk.db, talk.client_id):
        for message_id in conversations.rewrite_message(
            talk.db, vault, client_id=client_id, origin=origin, text=text
        ):
            intake.suggest_needs(
                talk.db, vault, client_id=client_id, message_id=message_id, found=found, now=talk.now
            )
    if reading.signs:
        danger.hear(talk, reading.signs)
