"""Everything a person can press in a chat, and how to find it by its words or its number."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from simulator.chats import Chat, Entry
from simulator.wire import Json

Device = Literal["phone", "pc"]
Place = Literal["quick_reply", "message", "menu"]
# LINE's documentation, quick replies: these stay on the screen until data is sent.
STAYING = ("camera", "cameraRoll", "datetimepicker", "location")


@dataclass(frozen=True)
class Choice:
    """One thing to press: the `index`-th of the chat's entry number `entry`, or of the menu (None)."""

    place: Place
    entry: int | None
    index: int
    label: str
    action: Json

    def as_json(self) -> Json:
        """The choice as the control interface tells it."""
        return asdict(self)


def actions_in(node: object) -> Iterator[Json]:
    """The actions of a message's body in reading order, quick replies left out."""
    if isinstance(node, list):
        for child in node:
            yield from actions_in(child)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in ("action", "defaultAction"):
            yield value
        elif key == "actions":
            yield from value
        elif key not in ("quickReply", "substitution", "emojis"):
            yield from actions_in(value)


def quick_reply_actions(message: Json) -> list[Json]:
    """The actions of a message's quick replies."""
    return [item["action"] for item in message.get("quickReply", {}).get("items", [])]


def label_of(action: Json) -> str:
    """The words on a button; without a label, what pressing it would say."""
    for key in ("label", "displayText", "text", "uri", "linkUri", "data"):
        if action.get(key):
            return str(action[key])
    return str(action.get("type", ""))


def choices_of_entry(entry: Entry) -> list[Choice]:
    """What can be pressed in one message of the bot, quick replies left out."""
    if entry.speaker != "bot":
        return []
    found = enumerate(actions_in(entry.message))
    return [Choice("message", entry.number, index, label_of(action), action) for index, action in found]


def quick_replies(chat: Chat) -> list[Choice]:
    """The quick replies on the screen now."""
    entry = chat.quick_reply_entry()
    if entry is None:
        return []
    found = enumerate(quick_reply_actions(entry.message))
    return [Choice("quick_reply", entry.number, index, label_of(action), action) for index, action in found]


def menu_choices(menu: Json | None) -> list[Choice]:
    """The areas of a rich menu."""
    areas = enumerate(menu["areas"] if menu else [])
    return [Choice("menu", None, n, label_of(area["action"]), area["action"]) for n, area in areas]


def pressable(chat: Chat, menu: Json | None, device: Device) -> list[Choice]:
    """All that can be pressed, newest first: LINE for PC shows neither quick replies nor the rich menu."""
    found = [] if device == "pc" else quick_replies(chat)
    for entry in reversed(chat.entries):
        found += choices_of_entry(entry)
    return found if device == "pc" else found + menu_choices(menu)


def find_choice(choices: list[Choice], wanted: str) -> Choice | None:
    """The newest choice with this label, with its label less a leading number, or with this leading number.

    A number that stands before no label counts the choices of the newest message.
    """
    wanted = _plain(wanted)
    tests = (
        lambda label: label == wanted,
        lambda label: _without_number(label) == wanted,
        lambda label: wanted.isdigit() and _number(label) == wanted,
    )
    for test in tests:
        for choice in choices:
            if test(_plain(choice.label)):
                return choice
    return _by_position(choices, int(wanted)) if wanted.isdigit() else None


def _by_position(choices: list[Choice], position: int) -> Choice | None:
    newest = max((choice.entry or 0 for choice in choices), default=0)
    group = [choice for choice in choices if (choice.entry or 0) == newest]
    group.sort(key=lambda choice: (choice.place == "quick_reply", choice.index))
    return group[position - 1] if 1 <= position <= len(group) else None


def _plain(label: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", label)).strip()


def _number(label: str) -> str | None:
    found = re.match(r"\d+(?=[ .)、:]|$)", label)
    return found.group() if found else None


def _without_number(label: str) -> str:
    return re.sub(r"^\d+[ .)、:]+", "", label)
