"""Two schedulers started by mistake do each job once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.scheduling.timetable import TIMETABLE, run_due
from desk.database import Database
from desk.house import House

MINUTES = 3
WITHOUT_THE_CLAIM = """CREATE TRIGGER control AFTER UPDATE OF due_at ON job
    BEGIN UPDATE job SET due_at = OLD.due_at WHERE name = NEW.name; END"""


def _run_twice_at_once(house: House, now: datetime) -> int:
    """How many jobs ran in two processes that tick at one instant."""
    other = Database(house.database.engine.url.render_as_string(hide_password=False))
    with ThreadPoolExecutor(2) as threads:
        ticks = [threads.submit(run_due, each, now=now) for each in (house, replace(house, database=other))]
        done = sum(tick.result() for tick in ticks)
    other.close()
    return done


def test_each_job_is_done_once_when_it_is_due(house: House, now: datetime) -> None:
    assert _run_twice_at_once(house, now) == len(TIMETABLE)
    every_minute = sum(job.every == timedelta(minutes=1) for job in TIMETABLE)
    for minute in range(1, MINUTES + 1):
        moment = now + timedelta(minutes=minute)
        assert _run_twice_at_once(house, moment) == every_minute
        assert run_due(house, now=moment) == 0


def test_without_the_claim_each_is_done_twice(house: House, now: datetime, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.transaction() as db:
        db.execute(sa.text(WITHOUT_THE_CLAIM))
    assert _run_twice_at_once(replace(house, database=database), now) == 2 * len(TIMETABLE)
    database.close()


def test_a_tick_with_nothing_due_only_looks(house: House, now: datetime) -> None:
    run_due(house, now=now)
    said: list[str] = []
    sa.event.listen(
        house.database.engine, "before_cursor_execute", lambda _db, _cursor, words, *_rest: said.append(words)
    )
    assert run_due(house, now=now + timedelta(seconds=2)) == 0
    assert [words.split()[0] for words in said if words != "BEGIN"] == ["SELECT"]


@pytest.mark.parametrize("hours", [-24 * 7, -1, 1, 24 * 7])
def test_a_clock_that_is_set_moves_all_due_times(house: House, now: datetime, hours: int) -> None:
    run_due(house, now=now)
    ran = _run_twice_at_once(house, now + timedelta(hours=hours))
    assert ran >= sum(job.every is not None for job in TIMETABLE)
    assert run_due(house, now=now + timedelta(hours=hours)) == 0
