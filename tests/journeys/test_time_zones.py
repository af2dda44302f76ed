"""Wherever the machine thinks it stands, everything said is said in the desk's time."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.database import Database
from tests.journeys.opened import opened_desk
from tests.journeys.transcripts import FOLDER, moment_of, replay

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
        assert replay(script, desk.line) == script
    database.close()
