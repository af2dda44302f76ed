"""Somebody writes, ends it, or is forgotten at the instant at which they would be asked; and two schedulers at once."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.scheduling.follow_ups import ask_due
from desk.clients import service as clients
from desk.follow_up.queries import usual_steps
from desk.follow_up.rules import Step
from desk.follow_up.service import keep_usual_steps
from desk.record import service as record
from tests.engines import POSTGRES_BY_DEFAULT
from tests.family.chat import Chat
from tests.follow_up.scene import Plans, after
from tests.locks import wait_until_somebody_waits

Act = Callable[[Plans, Connection, Chat], object]


def _writes(plans: Plans, db: Connection, chat: Chat) -> None:
    clients.arrive(db, plans.house.vault, user_id=chat.user_id, now=plans.now)


def _wants_no_more(plans: Plans, db: Connection, chat: Chat) -> None:
    clients.arrive(db, plans.house.vault, user_id=chat.user_id, now=plans.now)
    record.stop_messages(db, plans.house.vault, client_id=chat.client_id, now=plans.now)


def _is_erased(plans: Plans, db: Connection, chat: Chat) -> None:
    record.erase(db, plans.house.vault, client_id=chat.client_id, now=plans.now)


ACTS = pytest.mark.parametrize("act", [_writes, _wants_no_more, _is_erased])


@POSTGRES_BY_DEFAULT
@ACTS
def test_the_question_waits_for_who_is_just_here_and_is_not_asked(plans: Plans, act: Act) -> None:
    sora = plans.begins("sora", Step(7, "message"))
    plans.goes_to(after(7))
    asked: list[int] = []
    asking = threading.Thread(target=lambda: asked.append(plans.ticks()))
    with plans.transaction() as db:
        act(plans, db, sora)
        asking.start()
        if not plans.house.database.is_sqlite:  # there nobody writes beside another
            wait_until_somebody_waits(plans.house.database)
    asking.join()
    assert (asked, plans.asked(sora), plans.broken()) == ([0], [], [])


@POSTGRES_BY_DEFAULT
@ACTS
def test_who_comes_while_the_question_is_written_finds_it_and_may_end_it(plans: Plans, act: Act) -> None:
    sora = plans.begins("sora", Step(7, "message"), Step(30, "message"))
    plans.goes_to(after(7))

    def come() -> None:
        with plans.transaction() as db:
            act(plans, db, sora)

    coming = threading.Thread(target=come)
    with plans.transaction() as db:
        assert ask_due(db, plans.house, plans.now) == 1
        coming.start()
        if not plans.house.database.is_sqlite:
            wait_until_somebody_waits(plans.house.database)
    coming.join()
    expected: dict[Act, list[tuple[int, str, str | None]]] = {
        _writes: [(7, "sent", None), (30, "planned", None)],
        _wants_no_more: [(7, "done", "declined"), (30, "stopped", None)],
        _is_erased: [],
    }
    assert (plans.steps(sora), plans.broken()) == (expected[act], [])


@POSTGRES_BY_DEFAULT
def test_two_who_keep_a_desk_s_steps_at_once(plans: Plans) -> None:
    kept: list[Step] = [Step(7, "message"), Step(14, "telephone")]
    faults: list[Exception] = []

    def keep() -> None:
        try:
            plans.does(keep_usual_steps, desk_id=plans.desk_id, steps=kept)
        except sa.exc.DBAPIError as fault:
            faults.append(fault)

    second = threading.Thread(target=keep)
    with plans.transaction() as db:
        keep_usual_steps(db, desk_id=plans.desk_id, steps=kept)
        second.start()
        if not plans.house.database.is_sqlite:
            wait_until_somebody_waits(plans.house.database)
    second.join()
    with plans.house.database.reading() as db:
        assert (faults, usual_steps(db, plans.desk_id)) == ([], tuple(kept))


def test_two_schedulers_at_once_ask_once(plans: Plans) -> None:
    people = [plans.begins(f"person {number}", Step(7, "message")) for number in range(5)]
    plans.goes_to(after(7))
    both = [threading.Thread(target=plans.ticks) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [len(plans.asked(person)) for person in people] == [1] * 5
