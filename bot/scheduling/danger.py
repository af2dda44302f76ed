"""Silence after the question about danger: one flag for staff, no second message, no call."""

from datetime import datetime

from desk.database import Connection
from desk.house import House
from desk.intake import danger


def flag_silence(db: Connection, house: House, now: datetime) -> int:
    """Flags each person who was asked 15 minutes ago and has not answered."""
    return danger.flag_silence(db, house.vault, now=now)
