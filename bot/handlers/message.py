"""Somebody writes: a command, an answer, or something told; danger is looked for in every text."""

from dataclasses import replace
from typing import Any

from bot.flows.engine import Outcome, Reply
from bot.flows.menu import command_of, is_command, is_yes_or_no, small_talk
from bot.flows.script import OFFERS
from bot.handlers import commands, conversation, danger, media, story
from bot.handlers.talk import Frame, Talk
from desk.messaging.said import last_pushed
from desk.needs import service as needs
from desk.needs.tagging import Tagging

_NOTHING = Tagging((), ())


def hear(talk: Talk, raw: dict[str, Any]) -> None:
    """A message of any type."""
    said = raw.get("message")
    if not isinstance(said, dict):
        return
    origin = said.get("id")
    talk.origin = origin if isinstance(origin, str) else None
    text = _words_of(said)
    if text is None:
        media.receive(talk, said)
        return
    top = _pushed_offer(talk) or talk.top
    reading = _NOTHING if _is_ours(talk, top, text) else needs.read(text)
    reply = Reply(text=text, told=bool(reading.needs or reading.signs), exactly=bool(reading.signs))
    _hear(talk, top, reply)
    if reading.signs:
        danger.hear(talk, reading.signs)


def _words_of(said: dict[str, Any]) -> str | None:
    """What was written, on a sticker too; None for anything else."""
    text = said.get("text") if said.get("type") in ("text", "sticker") else None
    return text if isinstance(text, str) and text.strip() else None


def _is_ours(talk: Talk, top: Frame | None, text: str) -> bool:
    """Whether these are the very words of something we offer: then they say that and nothing more, even 「おわり」."""
    if is_command(text) or small_talk(text) is not None:
        return True
    if top is not None and not top.is_flow and conversation.is_offered(top, text):
        return True
    return conversation.is_choice(talk, text)


def _hear(talk: Talk, top: Frame | None, reply: Reply) -> None:
    """What the offer on top means, then commands, then the open question; what is none of these is kept as told."""
    if top is not None and not top.is_flow:
        chosen = conversation.chosen_command(top, reply)
        if chosen is not None and commands.run(talk, chosen, str(top.answers.get("ref", ""))):
            return
    command = command_of(reply.text)
    if command is not None and commands.run(talk, command):
        return
    if talk.flow is None:
        _hear_outside(talk, reply.text)
    elif top is None or top.is_flow:
        _answer(talk, reply)
    elif is_yes_or_no(reply.text):
        commands.run(talk, "resume")  # to what? Not to a question that something else was said after
    else:
        _answer(talk, replace(reply, exactly=True))


def _answer(talk: Talk, reply: Reply) -> None:
    if conversation.answer(talk, reply) is Outcome.TOLD:
        _keep_told(talk, reply.text)
        conversation.go_on(talk)


def _pushed_offer(talk: Talk) -> Frame | None:
    """What came by itself after all else, such as a reminder, is answered by its number, whatever is open."""
    said = last_pushed(talk.db, talk.house.vault, client_id=talk.client_id)
    if said is None or said["kind"] not in OFFERS:
        return None
    return Frame("offer", said["kind"], answers=said["facts"])


def _hear_outside(talk: Talk, text: str) -> None:
    """Nothing is open: a greeting gets the menu; anything else is something told."""
    offer = small_talk(text)
    if offer is not None:
        talk.offer(offer)
    else:
        _keep_told(talk, text)
        conversation.go_on(talk)


def _keep_told(talk: Talk, text: str) -> None:
    """Something told in passing: asked about before anything else."""
    story.lay_on_top(talk, {"text": text, "origin": talk.origin, "kind": "text"})
