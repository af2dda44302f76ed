"""A year of plans on a machine whose power keeps failing: each question once, on its day, and no other.

Nobody but the test knows what should come: for each person it stands below as days, by the life they lead. Whatever
staff press, a person answers or the clock does is done again after each failure, also where it was done already and
only nobody saw it. The control is the same year without the one key that says that a step exists once.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from random import Random

import pytest
import sqlalchemy as sa

from desk.clients import service as clients
from desk.database import Database
from desk.follow_up import service
from desk.follow_up.rules import Step
from desk.privacy import Vault
from tests.family.chat import Chat
from tests.follow_up.power import Power, PowerGone, failing_power
from tests.follow_up.scene import TODAY, Plans, after, open_plans

UNIQUE = "uq_follow_up_client_id_due_on_way"
YEAR = 366
Act = Callable[["Life"], object]
Steps = list[tuple[int, str, str | None]]


@dataclass
class Life:
    """One person: what happens on which day, when they are asked, and how each step ends."""

    name: str
    happens: dict[int, Act]
    asked: list[int]
    ends: Steps
    plans: Plans = field(init=False)
    chat: Chat = field(init=False)

    def answers(self, answer: str) -> None:
        """Presses a button under the last question; after a failure the same one again."""
        step = next(row.id for row in reversed(self.plans.rows(self.chat)) if row.sent)
        self.plans.presses(self.chat, answer, step)


def _come(life: Life) -> None:
    """They say yes, and two of staff press フォローを始める."""
    life.plans.agrees(life.chat)
    life.plans.starts(life.chat)
    life.plans.starts(life.chat)


def _come_again(life: Life) -> None:
    """They say yes again, after they had ended it, to two steps only."""
    life.plans.agrees(life.chat)
    life.plans.starts(life.chat, Step(7, "message"), Step(30, "message"))


def _call(life: Life) -> None:
    """Staff reach them by telephone before the machine would ask, and note it."""
    step = next(
        row
        for row in life.plans.rows(life.chat)
        if row.state in ("planned", "done") and row.due_on == after(120)
    )
    noted = {"result": "fine", "note": "元気", "account_id": life.plans.staff, "now": life.plans.now}
    life.plans.does(service.record_result, vault=life.plans.house.vault, follow_up_id=step.id, **noted)


def _blocks(life: Life) -> None:
    life.plans.does(clients.block, client_id=life.chat.client_id, now=life.plans.now)


def _returns(life: Life) -> None:
    life.plans.does(clients.unblock, client_id=life.chat.client_id, now=life.plans.now)


def _writes(life: Life) -> None:
    life.chat.types("こんにちは")


def _does(answer: str) -> Act:
    return lambda life: life.answers(answer)


def lives() -> tuple[Life, ...]:
    """Everybody of this year; days count from the evening on which it begins."""
    return (*_who_stay(), *_who_change())


def _who_stay() -> tuple[Life, ...]:
    fine, talk, silent = _does("fine"), _does("talk"), "no_answer"
    return (
        Life(
            "who is always fine",
            {0: _come, 7: fine, 31: fine, 90: fine, 181: fine},
            [7, 30, 90, 180],
            [(days, "done", "fine") for days in (7, 30, 90, 180)],
        ),
        Life(
            "who never answers",
            {0: _come},
            [7, 30, 90, 180],
            [(days, "done", silent) for days in (7, 30, 90, 180)],
        ),
        Life(
            "who writes by themselves",
            {0: _come, 28: _writes, 85: _writes, 90: _writes},
            [7, 35, 97, 180],
            [
                *((7, "done", silent), (30, "moved", None), (35, "done", silent), (90, "moved", None)),
                *((92, "moved", None), (97, "done", silent), (180, "done", silent)),
            ],
        ),
        Life(
            "who wants to talk",
            {10: _come, 41: talk},
            [17, 40, 100, 190],
            [(17, "done", silent), (40, "done", "reached"), (100, "done", silent), (190, "done", silent)],
        ),
    )


def _who_change() -> tuple[Life, ...]:
    stop, silent = _does("stop"), "no_answer"
    return (
        Life(
            "who wants no more",
            {0: _come, 30: stop},
            [7, 30],
            [(7, "done", silent), (30, "done", "declined"), (90, "stopped", None), (180, "stopped", None)],
        ),
        Life(
            "who wants no more, and later says yes again",
            {0: _come, 8: stop, 60: _come_again},
            [7, 67, 90],
            [
                *((7, "done", "declined"), (30, "stopped", None), (67, "done", silent)),
                *((90, "done", silent), (180, "stopped", None)),
            ],
        ),
        Life(
            "who blocks and comes back",
            {0: _come, 20: _blocks, 80: _returns},
            [7, 90, 180],
            [(7, "done", silent), (30, "stopped", None), (90, "done", silent), (180, "done", silent)],
        ),
        Life(
            "whom staff telephone before",
            {30: _come, 116: _call},
            [37, 60, 210],
            [(37, "done", silent), (60, "done", silent), (120, "done", "fine"), (210, "done", silent)],
        ),
    )


def _eventful(everybody: tuple[Life, ...]) -> list[int]:
    """The days on which something happens or may end, and those before; on all others nothing is due."""
    days = {day for life in everybody for day in (*life.happens, *(due for due, _, _ in life.ends))}
    beside = {day + more for day in days for more in (-1, 0, 7)}
    return sorted(day for day in beside if day >= 0)


def _lives_through(plans: Plans, power: Power, everybody: tuple[Life, ...], days: Iterable[int]) -> None:
    """Day after day: at noon the job, then what people and staff do, each of it as often as the power needs."""
    for life in everybody:
        life.plans, life.chat = plans, plans.person(life.name)
    for day in days:
        plans.goes_to(after(day))
        power.survives(plans.ticks)
        plans.line_says("accepted")
        for life in everybody:
            if act := life.happens.get(day):
                plans.clock.pass_time(60)
                power.survives(partial(act, life))


def _asked(plans: Plans, life: Life) -> list[int]:
    return [(moment.date() - TODAY).days for moment in plans.asked(life.chat)]


def _spend(
    database: Database, vault: Vault, days: Iterable[int], seed: int = 0
) -> tuple[Plans, Power, tuple[Life, ...]]:
    plans, everybody = open_plans(database, vault), lives()
    with failing_power(database, Random(seed)) as power:
        _lives_through(plans, power, everybody, days)
    return plans, power, everybody


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 20))])
def test_a_year_of_failures_comes_out_exact(database: Database, vault: Vault, seed: int) -> None:
    """By default on the eventful days; day by day with the other seeds."""
    days = range(YEAR) if seed else _eventful(lives())
    plans, power, everybody = _spend(database, vault, days, seed)
    assert {life.name: _asked(plans, life) for life in everybody} == {
        life.name: life.asked for life in everybody
    }
    assert {life.name: plans.steps(life.chat) for life in everybody} == {
        life.name: life.ends for life in everybody
    }
    assert len(plans.waits()) == 1, "of the one who wants to talk"
    assert plans.broken() == []
    assert power.failures > 10
    assert power.unnoticed > 10


def test_without_the_key_the_same_year_asks_people_twice(database: Database, vault: Vault) -> None:
    _take_key_away(database)
    until = 17
    plans, _, everybody = _spend(database, vault, range(until))
    due = {life.name: [day for day in life.asked if day < until] for life in everybody}
    too_often = [life.name for life in everybody if len(_asked(plans, life)) > len(due[life.name])]
    assert len(too_often) > 1


def _take_key_away(database: Database) -> None:
    """The table as it would be without its unique key."""
    with database.transaction() as db:
        if not database.is_sqlite:
            db.exec_driver_sql(f"ALTER TABLE follow_up DROP CONSTRAINT {UNIQUE}")
            return
        made = db.execute(sa.text("SELECT sql FROM sqlite_master WHERE name = 'follow_up'")).scalar_one()
        without, found = re.subn(rf",\s*CONSTRAINT {UNIQUE} UNIQUE \([^)]*\)", "", made)
        assert found == 1
        db.exec_driver_sql("DROP TABLE follow_up")
        db.exec_driver_sql(without)


def test_wherever_the_power_fails_all_is_done_or_nothing(plans: Plans) -> None:
    sora = plans.begins("sora")
    plans.goes_to(after(7))
    with failing_power(plans.house.database, Random(0)) as power:
        while _fails(plans, power):
            assert (plans.asked(sora), plans.steps(sora)[0]) == ([], (7, "planned", None))
    assert (len(plans.asked(sora)), plans.steps(sora)[0]) == (1, (7, "sent", None))
    assert power.failures > 20


def _fails(plans: Plans, power: Power) -> bool:
    """The job runs, and the power fails a moment later than the last time."""
    power.left = power.failures + 1
    try:
        plans.ticks()
    except PowerGone:
        power.failures += 1
        return True
    power.left = 0
    return False
