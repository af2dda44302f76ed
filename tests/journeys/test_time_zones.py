"""Wherever the machine thinks it stands, everything said is said in the desk's time."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from admin import wording
from desk.calendar.queries import desk_by_code
from desk.calendar.year import plan_of_year
from desk.database import Database
from tests.calendar.test_rules import LAST_FRIDAYS
from tests.journeys.opened import opened_desk
from tests.journeys.staff_acts import do
from tests.journeys.transcripts import FOLDER, moment_of, replay
from tomarigi.sample import open_samples

WITH_MANY_TIMES = "05_reminders"
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


ZONES = ["America/New_York", *(pytest.param(zone, marks=pytest.mark.soak) for zone in ("UTC", "Asia/Tokyo"))]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The process stands there until the test is over."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def _transcripts() -> list[object]:
    return [
        pytest.param(path, id=path.stem, marks=[] if path.stem == WITH_MANY_TIMES else [pytest.mark.soak])
        for path in sorted(FOLDER.glob("*.txt"))
    ]


@pytest.mark.parametrize("path", _transcripts())
def test_the_conversation_names_the_same_days_and_hours(
    path: Path, zone: str, sqlite_url: str, tmp_path: Path
) -> None:
    # The control: the process itself stands where it was put.
    assert NOON.astimezone().utcoffset() == NOON.astimezone(ZoneInfo(zone)).utcoffset()
    script, database = path.read_text(), Database(sqlite_url)
    with opened_desk(database, tmp_path, moment_of(script)) as desk:
        assert replay(script, desk.line, partial(do, desk.house)) == script
    database.close()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"], indirect=True)
def test_the_plan_of_a_year_names_the_same_days_and_hours(zone: str, sqlite_url: str, now: datetime) -> None:
    assert NOON.astimezone().utcoffset() == NOON.astimezone(ZoneInfo(zone)).utcoffset()
    database = Database(sqlite_url)
    open_samples(database, now=now)
    with database.reading() as db:
        suwa = desk_by_code(db, "suwa")
        assert suwa is not None
        days = [day for month in plan_of_year(db, desk_id=suwa.id, year=2029).months for day in month]
    database.close()
    fridays = [
        date.fromisoformat(line[:10]) for line in LAST_FRIDAYS.read_text().splitlines() if line[0] != "#"
    ]
    assert [day.date for day in days] == [friday for friday in fridays if friday.year == 2029]
    assert [wording.day(day.date) for day in days if day.holiday] == ["2月23日（金）"]
    assert {wording.span(day.starts_at, day.ends_at) for day in days} == {"午前10時から12時"}
    assert wording.era(days[0].date) == "令和11年"
