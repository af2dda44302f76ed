"""Silence after the question about danger: one flag for staff, no second message, no call."""

from datetime import datetime, timedelta

from desk.conversations import queries as conversations
from desk.conversations import service as conversation_service
from desk.database import Connection
from desk.house import House
from desk.intake import service as intake

SILENCE = timedelta(minutes=15)


def flag_silence(db: Connection, house: House, now: datetime) -> int:
    """Flags each person who was asked 15 minutes ago and has not answered."""
    silent = conversations.unanswered_danger_questions(db, before=now - SILENCE)
    for client_id in silent:
        conversation_service.danger_answered(db, client_id=client_id)
        intake.raise_flag(
            db,
            house.vault,
            client_id=client_id,
            codes=(),
            level="check",
            how="unanswered",
            evidence=(),
            now=now,
        )
    return len(silent)
