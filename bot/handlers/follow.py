"""Somebody adds the account, comes back, or blocks it."""

from typing import Any

from bot.handlers.talk import Talk
from desk.clients import service as clients
from desk.reach import service as reach


def welcome(talk: Talk, raw: dict[str, Any]) -> None:
    """Four lines and a menu; nothing is agreed to yet. LINE reaches them again: nobody need telephone."""
    follow = raw.get("follow")
    returned = isinstance(follow, dict) and follow.get("isUnblocked") is True
    clients.unblock(talk.db, client_id=talk.client_id, account=_account(talk, raw), now=talk.now)
    reach.note_back(talk.db, client_id=talk.client_id, now=talk.now)
    talk.offer("welcome_back" if returned else "greeting")


def part(talk: Talk, raw: dict[str, Any]) -> None:
    """Blocked: nothing is sent any more; a booking stays, and staff are asked to reach the person as agreed."""
    clients.block(talk.db, client_id=talk.client_id, account=_account(talk, raw), now=talk.now)
    reach.look(talk.db, client_id=talk.client_id, now=talk.now)


def _account(talk: Talk, raw: dict[str, Any]) -> tuple[str, ...]:
    """The account this is about: somebody linked has another one beside it."""
    return talk.house.vault.indexes("line", raw["source"]["userId"])
