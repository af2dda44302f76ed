"""Every table of the house, in one metadata; docs/DATA.md says what each column is for and how long it lives."""

from desk.tables import (
    append_only,
    audit,
    calendar,
    clients,
    closures,
    conversations,
    follow_up,
    inbox,
    intake,
    messaging,
    notices,
    people,
    retention,
    roster,
    wishes,
)
from desk.tables.base import metadata

__all__ = [
    "append_only",
    "audit",
    "calendar",
    "clients",
    "closures",
    "conversations",
    "follow_up",
    "inbox",
    "intake",
    "messaging",
    "metadata",
    "notices",
    "people",
    "retention",
    "roster",
    "wishes",
]
