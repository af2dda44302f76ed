"""Two people and one time: what stood on the screen is what a number means, and nobody gets another's place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.database import Database
from simulator.client import Simulator
from simulator.seen import Person
from tests.engines import POSTGRES_BY_DEFAULT
from tests.journeys.opened import OpenDesk, opened_desk

pytestmark = POSTGRES_BY_DEFAULT

MINUTES = 60
FIRST, SECOND = "11月27日（金）午前10時", "11月27日（金）午前11時"
TAKEN = "その時間は、いま ほかの人が予約しました。"


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk that is open two weeks before a session."""
    with opened_desk(database, tmp_path, "2026-11-12T12:00+09:00") as desk:
        yield desk


def said(line: Simulator, person: Person, *typed: str) -> str:
    """What the bot says to the last of what is typed."""
    for text in typed:
        line.say(person, text)
        words = "\n".join(message.text for message in line.wait_for_reply(person))
    return words


def first_time(line: Simulator, person: Person) -> str:
    """The time that stands first on the person's screen."""
    labels = line.wait_for_reply(person)[-1].labels
    return next(label.removeprefix("1 ") for label in labels if label.startswith("1 "))


def book(line: Simulator, name: str, desk: str) -> Person:
    """Somebody books the first time there is by typing 1."""
    person = line.add_person(name)
    words = said(line, person, "予約", desk)
    while "予約番号" not in words:
        words = said(line, person, "1")
    return person


def test_a_number_means_the_time_that_stood_there(desk: OpenDesk) -> None:
    line = desk.line
    slow, slower = line.add_person("ゆっくり"), line.add_person("もっとゆっくり")
    for person in (slow, slower):
        said(line, person, "予約", "1")
        assert first_time(line, person) == FIRST
    quick = book(line, "はやい", "1")
    assert TAKEN in said(line, slow, "1")
    assert first_time(line, slow) == SECOND
    line.press(slower, FIRST)
    assert TAKEN in line.wait_for_reply(slower)[-1].text
    assert SECOND in said(line, slow, "1")

    said(line, slower, "やめる", "2")
    settled = book(line, "きまった", "1")
    said(line, settled, "変更")
    assert "11時" not in said(line, quick, "予約確認")
    wanted = first_time(line, settled)
    rival = book(line, "きょうそう", "1")
    assert wanted in said(line, rival, "予約確認")
    assert TAKEN in said(line, settled, "1")


def test_a_hold_that_ran_out_is_taken_up_again_unless_somebody_was_quicker(desk: OpenDesk) -> None:
    line = desk.line
    person = line.add_person("おそい")
    said(line, person, "予約", "2", "1", "1", "1", "1")
    line.move_clock(12 * MINUTES)
    assert "予約番号" in said(line, person, "1")

    unlucky = line.add_person("ざんねん")
    said(line, unlucky, "予約", "3", "1", "1", "1")
    line.move_clock(12 * MINUTES)
    book(line, "はやい", "3")
    assert TAKEN in said(line, unlucky, "1", "1")
    assert SECOND in said(line, unlucky, "1")
    assert "予約番号" in said(line, unlucky, "1")
