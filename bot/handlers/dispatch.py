"""Sends each event to the handler of its kind; what nobody here can read was kept by the inbox and stays visible."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.handlers import edit, follow, message, postback, unsend
from bot.handlers.talk import Talk
from desk.clients import service as clients
from desk.database import Connection
from desk.house import House
from desk.messaging.service import InboundEvent

Handler = Callable[[Talk, dict[str, Any]], None]

_HANDLERS: dict[str, Handler] = {
    "message": message.hear,
    "postback": postback.press,
    "follow": follow.welcome,
    "unfollow": follow.part,
    "unsend": unsend.withdraw,
    "messageEdited": edit.rewrite,
}


def handle(db: Connection, house: House, event: InboundEvent, *, now: datetime) -> None:
    """Everything one event means, inside the caller's transaction: decisions, progress and what is to be said.

    Silent for groups (nothing of a person belongs there), for `standby` (another module holds the chat), and for
    kinds that need no answer.
    """
    raw = event.raw
    if event.user_id is None or not _is_private_chat(raw):
        return
    handler = _HANDLERS.get(event.kind)
    if handler is None:
        return
    client_id = clients.arrive(db, house.vault, user_id=event.user_id, now=now)
    talk = Talk.with_person(db, house, client_id, event.id, now)
    handler(talk, raw)
    talk.finish()


def _is_private_chat(raw: dict[str, Any]) -> bool:
    source = raw.get("source")
    return isinstance(source, dict) and source.get("type") == "user" and raw.get("mode", "active") == "active"
