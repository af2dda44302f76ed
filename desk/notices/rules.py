"""When a notice that nobody has acknowledged becomes the staff's business."""

from datetime import date, datetime, timedelta

PATIENCE = timedelta(hours=24)
PATIENCE_NEAR = timedelta(hours=2)


def escalate_at(*, at: datetime, today: date, session_date: date | None) -> datetime:
    """From then on staff see the notice: after 24 hours; from the day before the session on, after 2.

    A notice that belongs to no session has no officer to wait for: staff see it at once.
    `today` is the day in Japan at the instant `at`.
    """
    if session_date is None:
        return at
    near = today >= session_date - timedelta(days=1)
    return at + (PATIENCE_NEAR if near else PATIENCE)
