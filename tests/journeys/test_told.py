"""What somebody tells in passing: taken back, shown, kept silent about, and erased with everything else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from desk.clients.queries import client_of_address
from desk.conversations import queries as conversations
from desk.database import Database
from desk.intake import queries as intake
from simulator.seen import Person
from tests.engines import POSTGRES_BY_DEFAULT
from tests.journeys.opened import OpenDesk, opened_desk

pytestmark = POSTGRES_BY_DEFAULT

TOLD = "息子が部屋から出ません。借金が返せません。"
SHARE = "この文を見せて いいですか"
ENOUGH = 60.0


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk that is open on a Thursday at noon."""
    with opened_desk(database, tmp_path, "2026-11-12T12:00+09:00") as desk:
        yield desk


def said(desk: OpenDesk, person: Person, text: str) -> str:
    """What the bot says to it."""
    desk.line.say(person, text)
    return "\n".join(message.text for message in desk.line.wait_for_reply(person))


def tell(desk: OpenDesk, person: Person, text: str = TOLD) -> str:
    """Tells something and is asked who may read it; returns LINE's id of the text."""
    act = desk.line.say(person, text)
    assert SHARE in desk.line.wait_for_reply(person)[-1].text
    assert act.message_id is not None
    return act.message_id


def kept_of(desk: OpenDesk, person: Person) -> tuple[list[str], int, list[str]]:
    """What the desk keeps of a person: their texts, how many needs, and how each flag came about."""
    vault = desk.house.vault
    with desk.house.database.reading() as db:
        client_id = client_of_address(db, vault, person.user_id)
        if client_id is None:
            return [], 0, []
        rows = conversations.messages_of(db, vault, client_id)
        texts = [message.text for message in rows if message.kind != "unsent"]
        flags = [flag.how for flag in intake.flags_of(db, vault, client_id=client_id)]
        return texts, len(intake.needs_of(db, vault, client_id=client_id)), flags


def comes_true(condition: Callable[[], bool]) -> bool:
    """Looks again and again until it is so, or enough time has gone by."""
    until = monotonic() + ENOUGH
    while monotonic() < until:
        if condition():
            return True
    return False


def test_a_text_that_is_taken_back_leaves_nothing_behind(desk: OpenDesk) -> None:
    hasty, shown, half = (desk.line.add_person(name) for name in ("はやい", "みせた", "はんぶん"))
    said(desk, hasty, "予約")
    desk.line.unsend(hasty, tell(desk, hasty))
    assert "諏訪で あいている時間" in said(desk, hasty, "1")

    told = tell(desk, shown)
    said(desk, shown, "見せていい")
    texts, needs, _flags = kept_of(desk, shown)
    assert (texts, needs > 0) == ([TOLD], True)
    desk.line.unsend(shown, told)
    assert comes_true(lambda: kept_of(desk, shown) == ([], 0, []))

    tell(desk, half)
    desk.line.unsend(half, tell(desk, half, "それから、仕事も さがしています。"))
    said(desk, half, "1")
    assert kept_of(desk, half)[0] == [TOLD]


def test_the_question_about_danger_is_not_closed_by_a_guess_and_silence_is_noticed(desk: OpenDesk) -> None:
    line = desk.line
    silent, unsure, settled = (line.add_person(name) for name in ("だまる", "まよう", "こたえる"))
    for person in (silent, unsure, settled):
        assert "あぶないことが ありますか" in said(desk, person, "死にたいわけではないです")
    said(desk, unsure, "うーん、どうかな")
    assert "教えてくれて、ありがとう" in said(desk, settled, "大丈夫です。")
    before = len(line.messages(silent))
    line.move_clock(16 * 60)
    for person in (silent, unsure):
        assert comes_true(lambda person=person: "unanswered" in kept_of(desk, person)[2])  # type: ignore[misc]  # mypy cannot name a default's type
    assert kept_of(desk, settled)[2] == []
    assert len(line.messages(silent)) == before


def test_who_is_erased_comes_back_as_somebody_new(desk: OpenDesk) -> None:
    person = desk.line.add_person("けす")
    said(desk, person, "予約")
    said(desk, person, "1")
    said(desk, person, "1")
    tell(desk, person)
    said(desk, person, "1")
    assert kept_of(desk, person)[0] == [TOLD]
    said(desk, person, "ぜんぶ消す")
    assert SHARE in said(desk, person, "消すかどうか、まだ まよっています。")
    said(desk, person, "ぜんぶ消す")
    assert "消しました" in said(desk, person, "1")
    assert comes_true(lambda: kept_of(desk, person) == ([], 0, []))
    assert "何も ありません" in said(desk, person, "わたしの記録")
    said(desk, person, "予約")
    said(desk, person, "1")
    assert "読むのは、この窓口の人だけ" in said(desk, person, "1")
