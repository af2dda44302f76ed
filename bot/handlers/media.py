"""Stickers, photos, voices, films, files and places: taken as what they are.

Shown to somebody only what can be seen here, and only after a yes to that very thing. Of what cannot be seen staff learn
that it came, where the person has agreed that we keep what they tell. A sticker is thanked for and waits for no answer.
"""

from dataclasses import dataclass
from typing import Any

from bot.flows.consents import STORY
from bot.handlers import conversation, story
from bot.handlers.facts import has_agreed, next_reading
from bot.handlers.talk import Talk
from desk.booking import queries as bookings
from desk.clients.queries import consent_in_force
from desk.conversations import service as conversations
from desk.conversations.rules import NAMES
from desk.media.queries import is_wanted
from desk.media.rules import FETCHED
from desk.messaging.rules import is_plain_id


@dataclass(frozen=True, repr=False)
class _Thing:
    """What was sent: its kind, empty where nobody here knows it, and the words that came with it."""

    kind: str
    words: str
    can_be_seen: bool


def receive(talk: Talk, said: dict[str, Any]) -> None:
    """Anything that is not words, an empty text included."""
    thing = _thing(talk, said)
    if thing.can_be_seen:
        told = {"text": thing.words, "origin": talk.origin, "kind": thing.kind}
        story.lay_on_top(talk, told, to="staff" if _is_for_staff(talk) else "officers")
        conversation.go_on(talk)
    else:
        _thank(talk, thing, told=_note(talk, thing))


def _thing(talk: Talk, said: dict[str, Any]) -> _Thing:
    kind = said.get("type")
    if not isinstance(kind, str) or kind == "text" or kind not in NAMES:
        return _Thing("", "", can_be_seen=False)
    words = _place(said) if kind == "location" else ""
    return _Thing(kind, words, can_be_seen=bool(words) or (kind in FETCHED and _can_be_fetched(talk, said)))


def _place(said: dict[str, Any]) -> str:
    parts = [said.get(key) for key in ("title", "address")]
    return " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())


def _can_be_fetched(talk: Talk, said: dict[str, Any]) -> bool:
    """Whether the desk keeps such things, and LINE has it: what lies elsewhere is never asked for."""
    provider = said.get("contentProvider")
    at_line = isinstance(provider, dict) and provider.get("type") == "line"
    return at_line and is_plain_id(talk.origin) and is_wanted(talk.db, talk.client_id)


def _is_for_staff(talk: Talk) -> bool:
    """Whoever is writing to staff means them, and without a booking there is nobody else."""
    if talk.flow is not None and talk.flow.name == "to_staff":
        return True
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    return booking is None or booking.state != "confirmed"


def _note(talk: Talk, thing: _Thing) -> bool:
    """Keeps that something came, never what it was; says whether staff will see that."""
    consent_id = consent_in_force(talk.db, client_id=talk.client_id, purpose=STORY.purpose)
    if not thing.kind or consent_id is None or not has_agreed(talk, STORY):
        return False
    conversations.keep_message(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        purpose="staff",
        kind=thing.kind,
        text="",
        consent_id=consent_id,
        shared=False,
        origin=talk.origin,
        now=talk.now,
    )
    return True


def _thank(talk: Talk, thing: _Thing, *, told: bool) -> None:
    """Kindly, and truly about what is seen of it; an open question comes again."""
    if talk.flow is not None:
        word = f"media_{thing.kind}" if thing.kind else "media"
        conversation.ask_again(talk, "sticker" if thing.kind == "sticker" else word)
    elif thing.kind == "sticker":
        talk.offer("sticker_received")
    else:
        reading = next_reading(talk) if told else ""
        talk.offer("media_received", what=thing.kind, told=told, next_reading=reading)
