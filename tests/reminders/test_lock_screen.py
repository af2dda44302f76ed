"""What a lock screen shows, of every single thing the bot can say: 「予定」 at most, no word of the list, no name."""

from typing import Any

import pytest

from bot.flows.pushes import OFFERS as PUSHES
from bot.flows.script import FLOWS, OFFERS, SAYS, speak
from bot.line import build
from desk.discretion import NEUTRAL_NOTICE, telling_word
from tests.journeys.test_transcripts import FACTS

NAME = "つばめ"
PLACE = {
    "name": "保護観察所",
    "telephone": "0266-00-0001",
    "hours": "",
    "window": "",
    "words": "支援がほしい",
}
TIME = {
    "id": "1",
    "starts": "2026-11-27T10:00",
    "ends": "2026-11-27T10:50",
    "desk": "諏訪",
    "place": "相談室",
}
#: Places and words as they come from a desk or a person, the most telling there could be.
TELLING: dict[str, Any] = FACTS | {
    "place": "更生保護サポートセンター 相談室",
    "name": NAME,
    "url": "https://localhost/me/open/x",
    "choice": "none",
    "next_reading": "2026-11-17T10:00",
    "received": 0,
    "today": False,
    "text": "おかわり ありませんか。",
    "booked": "2026-11-27T10:00",
    "morning": True,
    "chats": [{"name": "よりそいチャット", "number": "https://localhost/chat"}],
    "places": [PLACE],
    "from": "2026-11-27T10:00",
    "until": "2026-11-13T12:00",
    "desk": "諏訪の保護司会",
    "free": [TIME],
    "slots": [TIME],
    "more_slots": False,
    "taken_names": [],
    "cancelled": True,
}
VARIATIONS: tuple[dict[str, Any], ...] = (
    {},
    {"about": "family", "today": True, "choice": "both"},
    {"about": "other", "choice": "day_before", "next_reading": "", "text": f"{NAME}さん、相談の予約です。"},
    {"choice": "telephone", "bookings": 1, "found": 0, "slots": []},
)


def lock_screen(says: list[dict[str, Any]]) -> str:
    """What is read without unlocking: texts as they stand, and the notification text of all else."""
    wire = build(speak(says), pushed=True)
    return "\n".join(message.get("altText") or message["text"] for message in wire)


def tells(shown: str) -> str | None:
    """The word that tells, or nothing."""
    return telling_word(shown, called=[NAME])


@pytest.mark.parametrize("kind", sorted([*OFFERS, *SAYS]))
def test_no_kind_of_message_tells_on_a_lock_screen(kind: str) -> None:
    for change in VARIATIONS:
        shown = lock_screen([{"kind": kind, "facts": TELLING | change}])
        assert tells(shown) is None, f"{kind}: {shown}"


@pytest.mark.parametrize("name", FLOWS)
def test_no_question_tells_on_a_lock_screen(name: str) -> None:
    for question in FLOWS[name].questions:
        answers = {"about": "self", "desk": "suwa"}
        asked = {"flow": name, "question": question.key, "id": "1", "answers": answers}
        for change in VARIATIONS:
            shown = lock_screen([{"kind": "ask", "facts": {**asked, "facts": TELLING | change}}])
            assert tells(shown) is None, f"{name}.{question.key}: {shown}"


@pytest.mark.parametrize("kind", PUSHES)
def test_what_comes_by_itself_is_neutral_to_the_last_button(kind: str) -> None:
    for change in VARIATIONS[:2]:
        (bubble,) = speak([{"kind": kind, "facts": TELLING | change}])
        whole = " ".join([bubble.text, bubble.alt, *(button.label for button in bubble.buttons)])
        assert tells(whole) is None, whole


def test_a_word_that_tells_would_be_found() -> None:
    assert tells(f"あす、{NAME}さんの予定です。") == NAME
    assert tells("あすの相談です。") == "相談"
    staff = [{"kind": "staff_message", "facts": TELLING | VARIATIONS[2]}]
    assert tells(speak(staff)[0].text) == "相談"
    assert lock_screen(staff) == NEUTRAL_NOTICE
