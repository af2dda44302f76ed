"""What is pushed about a held place: days and hours, and nothing that tells whoever sees the screen why."""

from itertools import product

import pytest

from bot.flows.script import speak
from desk.discretion import telling_word

PLACE = {"ref": "1", "starts": "2026-12-04T18:00", "ends": "2026-12-04T18:50", "until": "2026-11-14T11:00"}
LONGEST_LINE = 40


@pytest.mark.parametrize(
    ("way", "offered_for", "replaces"),
    list(product(("place", "telephone", "online"), ("wish", "waiting", "moved"), (True, False))),
)
def test_a_held_place_is_told_in_neutral_words(way: str, offered_for: str, replaces: bool) -> None:
    facts = PLACE | {"way": way, "offered_for": offered_for, "replaces": replaces}
    (bubble,) = speak([{"kind": "place_offered", "facts": facts}])
    shown = "\n".join([bubble.text, bubble.alt, *(button.label for button in bubble.buttons)])
    assert telling_word(shown) is None
    assert max(map(len, shown.splitlines())) <= LONGEST_LINE
    assert "12月4日（金）午後6時" in bubble.text
    assert "14日（土）午前11時まで 待っています。" in bubble.text


def test_a_kind_no_is_neutral_too() -> None:
    (bubble,) = speak([{"kind": "wish_not_possible", "facts": {}}])
    assert telling_word(bubble.text + "".join(button.label for button in bubble.buttons)) is None
