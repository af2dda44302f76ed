"""Bad input in every flow: a kind answer, and nothing said before is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.database import Database
from simulator.client import Simulator
from simulator.seen import Message, Person
from tests.engines import ONE_BY_DEFAULT
from tests.journeys.opened import OpenDesk, opened_desk

pytestmark = ONE_BY_DEFAULT

MOMENT = "2026-11-12T12:00+09:00"
ODD_TEXTS = {
    "nul": "あ\0い",
    "lone surrogate": "\ud83d",
    "ten thousand characters": "つらいです。" * 1_700,
    "emoji": "😀🏠🙏🏽👨‍👩‍👧‍👦",
    "empty": "",
    "spaces": " 　\n",
    "another number": "77",
    "braces": '{"a": [1, 2]} <script>alert(1)</script>',
}
ODD_KINDS = ("sticker", "image", "audio", "video", "file", "location")
#: Everything typed, one `1` after the other, leads through these flows.
FLOWS = {
    "booking": ["予約", "1", "1", "1", "1", "1", "1"],
    "three questions": ["会う前の質問", "1", "1", "1", "2", "5"],
    "wish": ["電話がほしい", "1", "とばす"],
    "staff": ["職員に書く", "予定を聞きたいです"],
}
ENDS = {
    "booking": "予約番号",
    "three questions": "おわりです",
    "wish": "職員が読みます",
    "staff": "職員が読みます",
}


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk that is open at noon."""
    with opened_desk(database, tmp_path, MOMENT) as desk:
        yield desk


def answered(line: Simulator, person: Person) -> str:
    """What the bot says to the last act."""
    return "\n".join(message.text for message in line.wait_for_reply(person))


def be_odd(line: Simulator, person: Person, what: str) -> str:
    """Sends one odd thing, and where a long text was taken for something told, has it erased again."""
    if what in ODD_TEXTS:
        line.say(person, ODD_TEXTS[what])
    else:
        line.send(person, what)
    said = answered(line, person)
    if "見せて いいですか" in said:
        line.say(person, "2")
        said = answered(line, person)
    return said


@pytest.mark.parametrize("flow", FLOWS)
def test_an_odd_message_gets_a_kind_answer_and_loses_nothing(desk: OpenDesk, flow: str) -> None:
    for what in (*ODD_TEXTS, *ODD_KINDS):
        person = desk.line.add_person(what)
        go_through(desk.line, person, flow, what)
        if flow == "booking":
            desk.line.ask(person, "取消")
            assert "取り消しました" in desk.line.ask(person, "1")[-1].text


def go_through(line: Simulator, person: Person, flow: str, what: str) -> None:
    """The whole flow, with one odd message after each step; it must come to its end all the same."""
    for typed in FLOWS[flow]:
        line.say(person, typed)
        said = answered(line, person)
        if ENDS[flow] in said:
            return
        # Any words at all are a message to staff, and then that flow is over.
        if ENDS[flow] in be_odd(line, person, what):
            assert flow in ("staff", "wish")
            return
    pytest.fail(f"{flow} did not come to its end after {what}; last said: {said}")


def test_an_unknown_press_brings_the_present_question(desk: OpenDesk) -> None:
    line = desk.line
    person = line.add_person()
    line.ask(person, "予約")
    for data in ("", "nonsense", "a|x|y|z", "m|no such thing|", "a|" + "9" * 290, "m|cancel_now|" + "0" * 32):
        line.postback(person, data)
        said = answered(line, person)
        assert said
        assert "予約番号" not in said
    line.postback(person, "nonsense")
    assert "どこが いいですか" in answered(line, person)


def test_a_choice_of_somebody_elses_is_not_taken(desk: OpenDesk) -> None:
    line = desk.line
    one, other = line.add_person("ひとり"), line.add_person("もうひとり")
    asked = line.ask(one, "予約")[-1]
    line.ask(other, "予約")
    line.postback(other, data_of(asked, "諏訪"))
    assert "前のもの" in answered(line, other)


def data_of(message: Message, label: str) -> str:
    """The data behind a button."""
    actions = message.raw["template"]["actions"]
    return str(next(action["data"] for action in actions if label in action["label"]))
