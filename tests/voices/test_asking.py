"""Who is asked how it was, and when: that evening, once, and only those who came and agreed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from desk.clients import service as clients
from desk.clock import at_tokyo
from desk.voices.rules import asked_until, is_time_to_ask
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.scene import SESSION_DAY, Scene
from tests.voices.evening import (
    FIVE_PM,
    QUESTION,
    Visitor,
    agrees,
    asked,
    becomes,
    books,
    comes,
    day_after,
    question_of,
    words_of,
)


def test_once_in_the_evening_of_the_day_and_never_again(scene: Scene) -> None:
    visitor = comes(scene)
    assert [asked(scene, FIVE_PM - timedelta(minutes=minutes)) for minutes in (300, 5)] == [0, 0]
    assert asked(scene, FIVE_PM) == 1
    assert [asked(scene, FIVE_PM + timedelta(minutes=minutes)) for minutes in (0, 5, 90)] == [0, 0, 0]
    assert asked(scene, day_after(18)) == 0
    text, shown = words_of(scene, visitor)
    assert text.startswith(QUESTION)
    assert shown == (False, False, False)
    assert question_of(scene, visitor).not_after == at_tokyo(SESSION_DAY, 21)


@POSTGRES_BY_DEFAULT
def test_a_visit_that_is_written_down_too_late_is_not_asked_about(scene: Scene) -> None:
    comes(scene)
    assert asked(scene, at_tokyo(SESSION_DAY, 21)) == 0
    assert asked(scene, day_after(17)) == 0
    assert asked(scene, at_tokyo(SESSION_DAY, 20)) == 1


def _without_consent(scene: Scene) -> Visitor:
    visitor = books(scene)
    becomes(scene, visitor, "attended")
    return visitor


def _did_not_come(scene: Scene) -> Visitor:
    visitor = books(scene)
    agrees(scene, visitor)
    becomes(scene, visitor, "no_show")
    return visitor


def _not_written_down(scene: Scene) -> Visitor:
    visitor = books(scene)
    agrees(scene, visitor)
    return visitor


def _blocked(scene: Scene) -> Visitor:
    visitor = comes(scene)
    with scene.house.database.transaction() as db:
        clients.block(db, client_id=visitor.chat.client_id, now=scene.now)
    return visitor


def _wanted_no_messages(scene: Scene) -> Visitor:
    visitor = books(scene)
    visitor.chat.types("おしらせを選ぶ", "いらない")
    agrees(scene, visitor)
    becomes(scene, visitor, "attended")
    return visitor


def _took_it_back(scene: Scene) -> Visitor:
    visitor = comes(scene)
    visitor.chat.types("もう送らないで")
    return visitor


@POSTGRES_BY_DEFAULT
@pytest.mark.parametrize(
    "somebody",
    [_without_consent, _did_not_come, _not_written_down, _blocked, _wanted_no_messages, _took_it_back],
)
def test_nobody_is_asked_who_did_not_come_or_did_not_agree(
    scene: Scene, somebody: Callable[[Scene], Visitor]
) -> None:
    somebody(scene)
    assert asked(scene, FIVE_PM) == 0


@POSTGRES_BY_DEFAULT
def test_who_takes_it_back_before_it_is_sent_hears_nothing(scene: Scene) -> None:
    visitor = comes(scene)
    assert asked(scene, FIVE_PM) == 1
    visitor.at(FIVE_PM, scene).types("もう送らないで")
    assert question_of(scene, visitor).state == "dropped"


def test_after_an_evening_visit_it_comes_when_the_visit_is_over() -> None:
    ends_at = at_tokyo(date(2026, 12, 4), 19, 50)
    assert not is_time_to_ask(ends_at, ends_at - timedelta(minutes=1))
    assert is_time_to_ask(ends_at, ends_at)
    assert not is_time_to_ask(ends_at, asked_until(ends_at))
    late = at_tokyo(date(2026, 12, 4), 21, 30)
    assert not is_time_to_ask(late, late)
