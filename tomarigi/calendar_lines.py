"""The lines that `tomarigi calendar` prints."""

import json
from collections.abc import Iterator
from datetime import date, datetime

from desk.calendar.holiday import LAST_YEAR
from desk.calendar.plan import plan
from desk.calendar.queries import desk_by_code
from desk.clock import local
from desk.database import Database
from desk.errors import WrongCalendar


def calendar_lines(database: Database, *, desk_code: str, start: date, end: date) -> Iterator[str]:
    """A JSON line for each day; raises WrongCalendar for an unknown desk or a range that runs backwards."""
    if end < start:
        raise WrongCalendar(f"{end} lies before {start}")
    if end.year > LAST_YEAR:
        raise WrongCalendar(f"public holidays are known until {LAST_YEAR} only")
    with database.reading() as db:
        desk = desk_by_code(db, desk_code)
        if desk is None:
            raise WrongCalendar(f"there is no desk {desk_code}; see: tomarigi desk list")
        days = plan(db, desk_id=desk.id, start=start, end=end)
    for day in days:
        times = {"starts_at": _tokyo(day.starts_at), "ends_at": _tokyo(day.ends_at)}
        line = {"date": day.date.isoformat()} | times | {"status": day.status, "note": day.note}
        yield json.dumps(line, ensure_ascii=False)


def _tokyo(moment: datetime) -> str:
    return local(moment).isoformat()
