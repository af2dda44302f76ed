"""The plans that were agreed at the desk, by the clock: each question once, at noon, to whoever may be asked."""

from datetime import datetime

from desk.database import Connection
from desk.follow_up import asking
from desk.house import House
from desk.one_by_one import one_by_one


def ask_due(db: Connection, house: House, now: datetime) -> int:
    """Asks whose day has come, and ends what found no answer or no way; says how many were asked or ended."""
    due = asking.due_steps(db, now=now)
    asked = one_by_one(db, due, lambda step: asking.ask(db, house.vault, step, now=now))
    return asked + asking.close_unanswered(db, now=now) + asking.let_go_unreached(db, now=now)
