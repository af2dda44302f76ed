"""What the bot says, in a form that knows nothing of LINE: a text, and what can be pressed under it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Button:
    """Something to press. `data` comes back as a postback; `uri` opens a page, a map or the telephone.

    `shown`: whether the label appears in the chat once pressed. Presses that tell a need, a danger or a wish about
    contact never do.
    """

    label: str
    data: str = ""
    uri: str = ""
    shown: bool = True


@dataclass(frozen=True)
class Bubble:
    """One message. `buttons` stand in the message itself, also on a PC; `quick` are quick replies below the last one
    (their numbers are listed in the text, since a PC shows no quick replies). `alt` is what a lock screen shows
    instead of the first line.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    quick: tuple[Button, ...] = ()
    alt: str = ""
