"""What is answered after a visit: counted once, without a name, and thanked for alike."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.flows.follow_up import TALK_PRESSED
from bot.flows.offers import command_data
from desk.clients import relinking
from desk.clock import at_tokyo
from desk.conversations.queries import waiting_for_answer
from desk.tables.calendar import booking
from desk.tables.messaging import inbound_event
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.panel.scene import SESSION_DAY, Scene
from tests.voices.evening import (
    FIVE_PM,
    Visitor,
    agrees,
    arrives,
    asked,
    becomes,
    books,
    comes,
    day_after,
    press,
    voices,
)

TAKEN = "うけとりました。\n教えてくれて、ありがとうございます。"


@pytest.fixture
def visitor(scene: Scene) -> Visitor:
    """Somebody who has been asked and has read it."""
    visitor = comes(scene)
    assert asked(scene, FIVE_PM) == 1
    arrives(scene, visitor)
    return visitor


def test_a_press_is_counted_once_and_a_second_one_is_thanked_for(scene: Scene, visitor: Visitor) -> None:
    chat = visitor.at(FIVE_PM, scene)
    assert chat.presses(press("hard", visitor)).startswith(TAKEN)
    assert chat.presses(press("good", visitor)).startswith("もう うけとっています。")
    assert visitor.at(day_after(9), scene).presses(press("hard", visitor)).startswith("もう うけとっています")
    assert voices(scene) == [(2026, "hard")]


@ONE_BY_DEFAULT
def test_each_answer_is_answered_alike(scene: Scene) -> None:
    said = set()
    for sign, answer in (("5", "good"), ("6", "hard")):
        visitor = comes(scene, sign)
        said.add(visitor.at(FIVE_PM, scene).presses(press(answer, visitor)))
    assert len(said) == 1
    assert "1 話したい" in said.pop()
    assert voices(scene) == [(2026, "good"), (2026, "hard")]


@ONE_BY_DEFAULT
@pytest.mark.parametrize(("typed", "answer"), [("２", "so_so"), ("つらかったです。", "hard")])
def test_it_can_be_typed(scene: Scene, visitor: Visitor, typed: str, answer: str) -> None:
    assert visitor.at(FIVE_PM, scene).types(typed).startswith(TAKEN)
    assert voices(scene) == [(2026, answer)]


@ONE_BY_DEFAULT
def test_more_than_an_answer_is_something_told_and_not_an_answer(scene: Scene, visitor: Visitor) -> None:
    said = visitor.at(FIVE_PM, scene).types("よかったけど、書類の書き方が わからない")
    assert "見せて" in said
    assert voices(scene) == []


@ONE_BY_DEFAULT
def test_who_wants_to_talk_waits_for_staff_from_the_press_on(scene: Scene, visitor: Visitor) -> None:
    chat = visitor.at(FIVE_PM, scene)
    chat.presses(press("hard", visitor))
    assert "職員が読みます" in chat.types("1")
    chat.presses(command_data("voice_talk", ""))
    with scene.house.database.reading() as db:
        (waiting,) = waiting_for_answer(db, scene.house.vault)
    assert (waiting.client_id, waiting.text) == (chat.client_id, TALK_PRESSED)


@ONE_BY_DEFAULT
def test_nobody_answers_for_somebody_else(scene: Scene, visitor: Visitor) -> None:
    other = comes(scene, "6")
    assert other.at(FIVE_PM, scene).presses(press("good", visitor)).startswith("そのボタンは、前のもの")
    assert voices(scene) == []


@ONE_BY_DEFAULT
def test_who_came_under_another_number_is_asked_and_answers_under_the_one_that_speaks(scene: Scene) -> None:
    came, writes = books(scene), Visitor(Chat(scene.house, f"U{'6' * 32}"), "")
    writes.chat.types("こんにちは")
    agrees(scene, writes)
    becomes(scene, came, "attended")
    was, whose = came.chat.client_id, writes.chat.client_id
    by: dict[str, Any] = {"in_use": was, "account_id": scene.accounts["sato"], "now": scene.now}
    with scene.house.database.transaction() as db:
        relinking.link(db, scene.house.vault, client_id=whose, from_id=was, **by)
    assert asked(scene, FIVE_PM) == 1
    arrives(scene, came)
    assert came.at(FIVE_PM, scene).types("よかった").startswith(TAKEN)
    assert came.at(FIVE_PM, scene).presses(press("hard", came)).startswith("もう うけとっています。")
    assert voices(scene) == [(2026, "good")]


@ONE_BY_DEFAULT
def test_the_hour_of_an_answer_is_not_kept(scene: Scene, visitor: Visitor) -> None:
    """What comes first among the answers may not tell who gave it."""
    other = comes(scene, "6")
    other.at(FIVE_PM, scene).presses(press("good", other))
    visitor.at(FIVE_PM + timedelta(hours=2), scene).presses(press("hard", visitor))
    query = sa.select(booking.c.voiced_at).where(booking.c.id.in_((visitor.booking_id, other.booking_id)))
    with scene.house.database.reading() as db:
        assert db.execute(query).scalars().all() == [at_tokyo(SESSION_DAY, 0)] * 2


@ONE_BY_DEFAULT
@pytest.mark.parametrize("how", ["pressed", "typed"])
def test_what_line_delivered_tells_no_answer_any_more(scene: Scene, visitor: Visitor, how: str) -> None:
    chat = visitor.at(FIVE_PM, scene)
    said = chat.presses(press("hard", visitor)) if how == "pressed" else chat.types("つらかったです。")
    assert said.startswith(TAKEN)
    with scene.house.database.reading() as db:
        row = db.execute(sa.select(inbound_event).order_by(inbound_event.c.id.desc()).limit(1)).one()
    opened = scene.house.vault.house("inbox").open(row.raw, f"inbound_event.raw:{row.event_key}")
    assert {"postback", "message"}.isdisjoint(json.loads(opened))
    assert "source" in json.loads(opened), "what is kept is the rest"
