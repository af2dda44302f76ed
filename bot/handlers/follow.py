"""Somebody adds the account, comes back, or blocks it."""

from typing import Any

from bot.handlers.talk import Talk
from desk.clients import service as clients


def welcome(talk: Talk, raw: dict[str, Any]) -> None:
    """Four lines and a menu; nothing is agreed to yet."""
    follow = raw.get("follow")
    returned = isinstance(follow, dict) and follow.get("isUnblocked") is True
    clients.unblock(talk.db, client_id=talk.client_id, now=talk.now)
    talk.offer("welcome_back" if returned else "greeting")


def part(talk: Talk, _raw: dict[str, Any]) -> None:
    """Blocked: nothing is sent any more; a booking stays, and staff see that LINE does not reach the person."""
    clients.block(talk.db, client_id=talk.client_id, now=talk.now)
