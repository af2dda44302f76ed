"""What happens by itself at night, through the timetable: people go in steps, old things are forgotten and counted."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.scheduling.timetable import run_due
from desk.clients.service import arrive
from desk.clock import Clock, at_tokyo
from desk.house import House
from desk.retention.queries import runs
from desk.settings import Settings
from desk.tables.clients import client
from tests.booking.story import Story

DAY = date(2027, 2, 15)


def house_of(story: Story, now: datetime, folder: Path) -> House:
    settings = Settings(public_base_url="http://localhost:8000", erasure_file=folder / "erasures")
    return House(story.database, story.vault, Clock(fixed=now), settings)


def people_left(story: Story) -> int:
    with story.database.reading() as db:
        query = sa.select(sa.func.count()).select_from(client).where(client.c.erased_at.is_(None))
        return int(db.execute(query).scalar_one())


def nights(story: Story) -> list[dict[str, int]]:
    with story.database.reading() as db:
        return [json.loads(row.counts) for row in runs(db, since=story.now)]


def test_those_whose_time_is_over_go_at_night_a_few_at_a_time(story: Story, tmp_path: Path) -> None:
    with story.database.transaction() as db:
        for number in range(25):
            arrive(db, story.vault, user_id=f"U{number:032}", now=story.now)
    by_day = at_tokyo(DAY, 12)
    run_due(house_of(story, by_day, tmp_path), now=by_day)
    assert people_left(story) == 25
    three = at_tokyo(DAY + timedelta(days=1), 3)
    run_due(house_of(story, three, tmp_path), now=three)
    assert people_left(story) == 5
    later = three + timedelta(minutes=1)
    run_due(house_of(story, later, tmp_path), now=later)
    assert people_left(story) == 0
    assert [night["people"] for night in nights(story) if "people" in night] == [5, 20]


def test_every_night_says_that_it_ran(story: Story, tmp_path: Path) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        now = at_tokyo(day, 3, 30)
        run_due(house_of(story, now, tmp_path), now=now)
    told = [night for night in nights(story) if "log" in night]
    assert len(told) == 2
    assert set(told[0]) == {
        *("conversations", "links", "events", "mails", "sign_ins", "certificates", "log"),
        *("foretold_week", "foretold_month"),
    }
