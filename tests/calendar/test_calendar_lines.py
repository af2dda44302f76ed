"""What `tomarigi calendar` prints, wherever the machine thinks it stands."""

import json
import os
import subprocess
import sys
from datetime import date, datetime, time

import pytest

from desk.calendar.queries import DeskRow
from desk.calendar.service import add_extra_date
from desk.database import Database
from desk.errors import WrongCalendar
from desk.privacy import Vault
from tests.calendar.leaving_out import leave_out
from tomarigi.calendar_lines import calendar_lines

DECADE = (date(2026, 1, 1), date(2035, 12, 31))
PRINT_LINES = """
import sys
from datetime import date
from desk.database import Database
from tomarigi.calendar_lines import calendar_lines
database = Database(sys.argv[1])
print(*calendar_lines(database, desk_code="suwa", start=date(2026, 1, 1), end=date(2035, 12, 31)), sep="\\n")
database.close()
"""


def _lines(database: Database, start: date = DECADE[0], end: date = DECADE[1]) -> list[dict[str, str]]:
    return [json.loads(line) for line in calendar_lines(database, desk_code="suwa", start=start, end=end)]


@pytest.mark.usefixtures("suwa")
def test_a_line_says_day_hours_in_japan_and_status(database: Database) -> None:
    assert _lines(database, date(2026, 11, 1), date(2026, 11, 30)) == [
        {
            "date": "2026-11-27",
            "starts_at": "2026-11-27T10:00:00+09:00",
            "ends_at": "2026-11-27T12:00:00+09:00",
            "status": "open",
            "note": "",
        }
    ]


@pytest.mark.usefixtures("suwa")
def test_the_decade_has_110_lines_none_in_december_and_three_holidays(database: Database) -> None:
    lines = _lines(database)
    assert len(lines) == 110
    assert not [line for line in lines if line["date"][5:7] == "12"]
    closed = [line["date"] for line in lines if line["status"] == "holiday"]
    assert closed == ["2029-02-23", "2033-04-29", "2035-02-23"]
    assert {line["status"] for line in lines} == {"open", "planned", "holiday"}


def test_what_staff_said_of_a_day_is_what_is_printed(
    database: Database, vault: Vault, suwa: DeskRow, now: datetime
) -> None:
    with database.transaction() as db:
        leave_out(db, vault, desk_id=suwa.id, day=date(2027, 1, 29), why="工事", now=now)
        add_extra_date(
            db,
            desk_id=suwa.id,
            day=date(2027, 1, 22),
            starts=time(18),
            ends=time(20),
            account_id=None,
            now=now,
        )
    january = [
        (line["date"], line["status"], line["note"]) for line in _lines(database) if "2027-01" in line["date"]
    ]
    assert january == [("2027-01-22", "extra", ""), ("2027-01-29", "closed", "工事")]


@pytest.mark.usefixtures("suwa")
def test_an_unknown_desk_a_range_that_runs_backwards_and_one_too_far_are_refused(database: Database) -> None:
    with pytest.raises(WrongCalendar):
        list(calendar_lines(database, desk_code="nowhere", start=DECADE[0], end=DECADE[1]))
    with pytest.raises(WrongCalendar):
        _lines(database, DECADE[1], DECADE[0])
    with pytest.raises(WrongCalendar):
        _lines(database, DECADE[0], date.max)


def test_before_the_desk_opened_there_is_nothing(database: Database, suwa: DeskRow) -> None:
    lines = _lines(database, date.min, date(2018, 12, 31))
    assert [line["date"] for line in lines] == ["2018-09-28", "2018-10-26", "2018-11-30"]
    assert suwa.opened_on == date(2018, 9, 1)


@pytest.mark.usefixtures("suwa")
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_zone_of_the_machine_changes_nothing(database: Database, zone: str) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", PRINT_LINES, url]
    printed = subprocess.run(
        command, env=os.environ | {"TZ": zone}, capture_output=True, text=True, check=True
    )
    assert [json.loads(line) for line in printed.stdout.splitlines()] == _lines(database)
