"""Stickers, photos, voice, files: taken kindly, not fetched, and the open question comes again."""

from bot.handlers import conversation
from bot.handlers.talk import Talk


def receive(talk: Talk) -> None:
    """Anything that is not words, an empty text included."""
    if talk.flow is None:
        talk.offer("media_received")
    else:
        conversation.ask_again(talk, "media")
