"""The power goes in the middle of a closing or a moving: all of it is done or none, and pressing again does it once."""

import os
import re
import signal
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from desk.database import Database
from desk.privacy import Vault
from tests.booking.story import Story
from tests.closures.scene import Day
from tests.processes import FORK

ACTS = {"close": "day_closed", "move": "day_moved"}
WORKED_ON = "INSERT INTO closure_person"
NEVER = "no statement reads like this"
POINTS = [
    pytest.param("close", WORKED_ON),
    pytest.param("move", WORKED_ON),
    *(
        pytest.param(act, point, marks=pytest.mark.soak)
        for act in ACTS
        for point in (
            "UPDATE booking SET",
            "UPDATE session SET",
            "INSERT INTO closure ",
            "INSERT INTO outbound_message",
        )
    ),
    *(
        pytest.param("move", point, marks=pytest.mark.soak)
        for point in ("INSERT INTO session", "INSERT INTO slot")
    ),
]


def _act_and_die(
    url: str, master: bytes, desk_id: str, staff: str, now: datetime, act: str, point: str
) -> None:
    """In a process of its own: dies right after the statement, or once all is committed."""
    database = Database(url)

    def die_after(_db: Any, _cursor: object, statement: str, *_rest: object) -> None:
        if re.match(point, statement):
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(Engine, "after_cursor_execute", die_after)
    getattr(Day(Story(database, Vault(master), desk_id, now), staff), act)()
    os.kill(os.getpid(), signal.SIGKILL)


def _die(day: Day, act: str, point: str) -> None:
    story = day.story
    address = story.database.engine.url.render_as_string(hide_password=False)
    process = FORK.Process(
        target=_act_and_die,
        args=(address, story.vault.master, story.desk_id, day.staff, story.now, act, point),
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(("act", "point"), POINTS)
def test_a_death_in_the_middle_changes_nothing_and_the_next_press_does_it_all(
    day: Day, act: str, point: str
) -> None:
    sora, hana = day.book("そら"), day.book("はな")
    session_id = day.session_id
    _die(day, act, point)
    assert [day.story.booking(each).state for each in (sora, hana)] == ["confirmed", "confirmed"]
    assert (day.status(session_id), day.says("そら"), day.story.broken()) == ("open", [], [])
    closure_id = getattr(day, act)()
    assert [said["kind"] for said in day.says("そら")] == [ACTS[act]]
    assert day.standings(closure_id) == ["waiting", "waiting"]
    assert (day.status(session_id), day.story.broken()) == ("closing", [])


def test_the_control_a_death_after_the_commit_leaves_it_done(day: Day) -> None:
    day.book("そら")
    session_id = day.session_id
    _die(day, "close", NEVER)
    assert day.status(session_id) == "closing"
    assert [said["kind"] for said in day.says("そら")] == ["day_closed"]
