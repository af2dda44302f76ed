"""How the pages speak: short sentences, few kanji in a row, no codes, and never the offence."""

import re

import pytest

from bot.flows.questionnaire import QUESTIONS
from bot.pages.record import FACTS
from bot.pages.view import SENTENCES, render
from desk.needs.codes import BOX_BY_CODE, NEEDS
from tests.family.chat import Chat
from tests.pages.person import Someone, text_of

LONGEST = 40
KANJI_RUN = re.compile(r"[一-龯々]{5,}")
NEVER_ASKED = ("犯", "罪", "刑", "逮捕", "前科", "出所", "釈放", "更生", "少年院")
PLACES = tuple(f"/{place}" for place in range(1, len(QUESTIONS) + 1))


def sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[。？])", text) if part.strip()]


@pytest.fixture
def pages(sora: Someone) -> dict[str, str]:
    """What can be read on every page, by its path."""
    found = {"/open": text_of(sora.phone.get(sora.link()))}
    sora.opens()
    found |= {path: text_of(sora.sees(path)) for path in ("/agree", "/numbers")}
    sora.presses("/agree", go="yes")
    sora.presses("/2", chosen="money")
    sora.presses("/5", chosen=["debt", "housing"])
    sora.presses("/12", words="借金が返せなくて困っています。")
    found |= {path: text_of(sora.sees(path)) for path in (*PLACES, "/all", "/done", "/ask")}
    sora.opens("message")
    found |= {path: text_of(sora.sees(path)) for path in ("/write", "/sent")}
    Chat(sora.house, "U" + "5" * 32).types("予約", "諏訪", "1", "1", "1", "1", "1")
    for purpose in ("record", "calendar"):
        sora.opens(purpose)
        found[f"/{purpose}"] = text_of(sora.sees(f"/{purpose}"))
    return found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_page_has_five_kanji_in_a_row_or_asks_for_the_offence(pages: dict[str, str]) -> None:
    for path, text in pages.items():
        assert KANJI_RUN.findall(text) == [], path
        assert [word for word in NEVER_ASKED if word in text] == [], path


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_clients_never_see_a_code_or_an_officers_word(pages: dict[str, str]) -> None:
    boxes = BOX_BY_CODE.values()
    words = {word for need in NEEDS for word in (need.code, need.name)} | {box.name for box in boxes}
    # The last is a button of ours, too.
    words -= {need.client_word for need in NEEDS} | {box.client_word for box in boxes} | {"食べるものがない"}

    assert "11月27日に" in pages["/calendar"]
    assert [(path, word) for path, text in pages.items() for word in words if word in text] == []


def test_sentences_are_short() -> None:
    asked = [text for each in QUESTIONS for text in (each.ask, each.hint, each.name, each.write)]
    offered = [choice.label for each in QUESTIONS for choice in each.all_choices({"worst": "home"}, FACTS)]
    said = [text for texts in SENTENCES.values() for text in texts]

    assert [
        each for text in (*asked, *offered, *said) for each in sentences(text) if len(each) > LONGEST
    ] == []


def test_a_letter_that_cannot_be_shown_stops_no_page() -> None:
    page = render("write.html", written="a\ud83db\0", lines=[])

    assert b"a?b" in page.body
