"""The only file that asks the machine for the time."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def local(moment: datetime) -> datetime:
    """The same instant as people at the desk read it on the wall."""
    return moment.astimezone(TOKYO)


def local_date(moment: datetime) -> date:
    """The day in Japan at that instant."""
    return local(moment).date()


def at_tokyo(day: date, hour: int, minute: int = 0) -> datetime:
    """The UTC instant of a wall-clock time in Japan."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


def _boot_id() -> str:
    """Names the running boot of this machine, so that monotonic readings of its processes can be compared."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else uuid4().hex


BOOT_ID = _boot_id()


@dataclass(frozen=True)
class Tick:
    """A reading of the monotonic clock: seconds since some start, and the boot it belongs to."""

    seconds: float
    boot: str


@dataclass(frozen=True)
class Clock:
    """Tells the time. `offset_file` (tests, demos) shifts it by the seconds it holds; `fixed` stops it."""

    offset_file: Path | None = None
    fixed: datetime | None = None

    def now(self) -> datetime:
        """The desk's time, in UTC: what rules are asked with."""
        if self.fixed is not None:
            return self.fixed
        return self.real() + timedelta(seconds=self._offset())

    def real(self) -> datetime:
        """The machine's own time, never shifted: for one-time codes and log lines."""
        return datetime.now(UTC)

    def tick(self) -> Tick:
        """A monotonic reading: for intervals, such as the age of a reply token."""
        return Tick(time.monotonic(), BOOT_ID)

    def _offset(self) -> float:
        if self.offset_file is None:
            return 0.0
        try:
            return float(self.offset_file.read_text() or 0)
        except (FileNotFoundError, ValueError):
            return 0.0
