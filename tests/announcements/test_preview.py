"""What the panel shows before sending is what the bot sends."""

from admin.pages.announcements import BUTTONS, GREETING
from bot.flows.script import speak
from tests.announcements.town import WORDS


def test_the_preview_shows_what_is_really_sent() -> None:
    (bubble,) = speak([{"kind": "news", "facts": {"words": WORDS}}])
    assert bubble.text == f"{GREETING}\n{WORDS}"
    assert tuple(button.label for button in bubble.buttons) == BUTTONS
