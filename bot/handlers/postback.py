"""A press: an answer to the open question, a command, or a button from before, which is answered kindly."""

from typing import Any

from bot.flows.engine import Reply
from bot.flows.offers import read_command
from bot.flows.script import read_answer
from bot.handlers import commands, conversation
from bot.handlers.talk import Talk


def press(talk: Talk, raw: dict[str, Any]) -> None:
    """What a pressed button sent back."""
    postback = raw.get("postback")
    data = postback.get("data") if isinstance(postback, dict) else None
    data = data if isinstance(data, str) else ""
    command = read_command(data)
    if command is not None and commands.run(talk, *command):
        return
    answer = read_answer(data)
    if answer is not None and _is_open(talk, *answer[:2]):
        conversation.answer(talk, Reply(value=answer[2]))
    else:
        _old_button(talk)


def _is_open(talk: Talk, frame_id: str, key: str) -> bool:
    frame = talk.flow
    return frame is not None and frame.id == frame_id and frame.asked == key


def _old_button(talk: Talk) -> None:
    if talk.flow is None:
        talk.offer("old_button")
    else:
        conversation.ask_again(talk, "old_button")
