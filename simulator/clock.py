"""Time as the platform sees it: a wall clock that can be shifted and an interval clock that cannot."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Real time plus the seconds written in a file that other programs may read as well."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self.offset_file = offset_file
        self._aged = 0.0

    def offset(self) -> float:
        """Seconds the wall clock is ahead of real time; a missing, empty or unreadable file means none."""
        if self.offset_file is None:
            return 0.0
        try:
            return float(self.offset_file.read_text(encoding="ascii").strip() or 0)
        except (OSError, ValueError):
            return 0.0

    def now(self) -> datetime:
        """The shifted wall clock, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset())

    def now_ms(self) -> int:
        """The shifted wall clock in milliseconds since 1970, the unit of event timestamps."""
        return int(self.now().timestamp() * 1000)

    def elapsed(self) -> float:
        """Seconds on an interval clock that no shift moves: reply tokens and rate limits age by it."""
        return time.monotonic() + self._aged

    def age(self, seconds: float) -> None:
        """Make everything that ages by the interval clock this much older, so that no test has to wait."""
        self._aged += seconds

    def shift_to(self, moment: datetime) -> None:
        """Set the shared offset so that it is `moment` now. Raises ValueError without a file."""
        self._write((moment - datetime.now(UTC)).total_seconds())

    def shift_by(self, seconds: float) -> None:
        """Move the shared offset on by some seconds. Raises ValueError without a file."""
        self._write(self.offset() + seconds)

    def _write(self, seconds: float) -> None:
        if self.offset_file is None:
            raise ValueError("the simulator was started without a clock offset file")
        # A rename is atomic: a program that reads meanwhile never sees half a number.
        fresh = self.offset_file.with_name(self.offset_file.name + ".new")
        fresh.write_text(f"{seconds:.3f}\n", encoding="ascii")
        fresh.replace(self.offset_file)
