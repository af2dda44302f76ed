"""Somebody writes: a command, an answer, or something told; danger is looked for in every text."""

from typing import Any

from bot.flows.engine import Outcome, Reply
from bot.flows.menu import command_of, small_talk
from bot.flows.script import OFFERS
from bot.handlers import commands, conversation, danger, media
from bot.handlers.talk import Frame, Talk
from desk.messaging.said import last_pushed
from desk.needs import service as needs
from desk.needs.tagging import Sign, Tagging

_NOTHING = Tagging((), ())


def hear(talk: Talk, raw: dict[str, Any]) -> None:
    """A message of any type."""
    said = raw.get("message")
    if not isinstance(said, dict):
        return
    text = said.get("text")
    if said.get("type") != "text" or not isinstance(text, str) or not text.strip():
        media.receive(talk)
        return
    origin = said.get("id")
    talk.origin = origin if isinstance(origin, str) else None
    reading = needs.read(text) if len(text.strip()) > 1 else _NOTHING
    reply = Reply(text=text, told=bool(reading.needs or reading.signs), danger=bool(reading.signs))
    _hear(talk, reply)
    if reading.signs:
        _answer_danger(talk, reading.signs)


def _hear(talk: Talk, reply: Reply) -> None:
    """What the offer on top means, then commands, then the open question; what is none of these is kept as told."""
    top = _pushed_offer(talk) or talk.top
    if top is not None and not top.is_flow:
        chosen = conversation.chosen_command(top, reply)
        if chosen is not None and commands.run(talk, chosen, str(top.answers.get("ref", ""))):
            return
    command = command_of(reply.text)
    if command is not None and commands.run(talk, command):
        return
    if talk.flow is None:
        _hear_outside(talk, reply.text)
    elif conversation.answer(talk, reply) is Outcome.TOLD:
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


def _answer_danger(talk: Talk, signs: tuple[Sign, ...]) -> None:
    """The text was taken for what it is; danger is answered first, and what is open waits below."""
    if any(said["kind"].startswith("safety") for said in talk.says):
        return  # what was chosen has brought the numbers already
    talk.says = []
    talk.before = []
    evidence = [found.text for sign in signs for found in sign.evidence]
    codes = [sign.code for sign in signs]
    if any(sign.level == "alarm" for sign in signs):
        danger.alarm(talk, codes=codes, how="text", evidence=evidence)
    else:
        danger.check(talk, codes=codes, evidence=evidence)


def _keep_told(talk: Talk, text: str) -> None:
    """Something told in passing: kept with where the person stands, and asked about before anything else."""
    told = {"text": text, "origin": talk.origin}
    frame = talk.flow
    if frame is not None and frame.name == "story":
        frame.answers["texts"].append(told)
    else:
        talk.push(Frame("flow", "story", answers={"texts": [told]}))
