"""Offers: messages with things to press that stay pressable, such as a menu; each press is a command.

A press carries the command and what it refers to, so it works however old the message is; while the offer is the
last thing said, its numbers and words can be typed as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.flows.questions import Choice, Facts
from bot.flows.speech import Bubble, Button

COMMAND = "m"
#: Commands whose press tells a need, a danger or a wish about contact: no display text.
SILENT = frozenset(
    {
        "danger_yes",
        "danger_no",
        "danger_unsure",
        "attend",
        "absent",
        "call_me",
        "closure_call",
        "follow_up_talk",
        "follow_up_fine",
        "follow_up_stop",
        "urgent",
        "chat_help",
        "morning_places",
        "remind_call",
        "stop_messages",
        "voice_good",
        "voice_so_so",
        "voice_hard",
        "voice_talk",
        "withdraw_follow_up",
        "withdraw_news",
        "agree_news",
        "stop_news",
        "agency_yes",
        "agency_no",
    }
)
#: Commands that cannot be taken back, or would end our care: typed, they need their number or their very words.
NEVER_GUESSED = frozenset(
    {
        *("cancel_now", "danger_no", "drop", "take_place", "other_place", "not_now_place"),
        *("erase_now", "erase_but_booking", "agency_yes"),
        *("withdraw_booking", "withdraw_answers", "withdraw_follow_up", "withdraw_news"),
        *("voice_good", "voice_so_so", "voice_hard", "follow_up_fine"),
    }
)


@dataclass(frozen=True)
class Offer:
    """A message with commands to press. `choices` may hang on facts, e.g. whether there is a map."""

    text: Callable[[Facts], str]
    choices: Callable[[Facts], tuple[Choice, ...]]
    quick: bool = False
    alt: str = ""


def fixed(*choices: Choice) -> Callable[[Facts], tuple[Choice, ...]]:
    """The same choices whatever the facts."""
    return lambda _facts: choices


def command_data(command: str, ref: str) -> str:
    """What a press sends back; well under LINE's 300 characters."""
    return f"{COMMAND}|{command}|{ref}"


def read_command(data: str) -> tuple[str, str] | None:
    """The command and its reference in a press; None where it is something else."""
    parts = data.split("|")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == COMMAND else None


def present(offer: Offer, facts: Mapping[str, Any], *, numbered: bool = True) -> Bubble:
    """The offer as a message: its choices as buttons, or as quick replies that are listed in the text."""
    choices = offer.choices(facts)
    ref = str(facts.get("ref", ""))
    buttons = tuple(_button(number, choice, ref, numbered) for number, choice in enumerate(choices, start=1))
    if not offer.quick:
        return Bubble(offer.text(facts), buttons=buttons, alt=offer.alt)
    listed = "\n".join(f"{number} {choice.label}" for number, choice in enumerate(choices, start=1))
    return Bubble(f"{offer.text(facts)}\n{listed}", quick=buttons, alt=offer.alt)


def _button(number: int, choice: Choice, ref: str, numbered: bool) -> Button:
    label = f"{number} {choice.label}" if numbered else choice.label
    if choice.uri:
        return Button(label, uri=choice.uri)
    return Button(label, data=command_data(choice.value, ref), shown=choice.value not in SILENT)
