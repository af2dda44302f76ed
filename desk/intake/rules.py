"""What follows when words may mean danger: asked gently once, never again and again, and never lost."""

from datetime import datetime, timedelta
from enum import StrEnum

#: An unanswered question about danger becomes a flag after this.
SILENCE = timedelta(minutes=15)
#: Within this, what is said belongs to the same conversation: the question is not put a second time.
SAME_CONVERSATION = timedelta(hours=1)


class Step(StrEnum):
    """What somebody is shown before all else."""

    NUMBERS = "numbers"
    QUESTION = "question"
    #: Nothing: what they were doing goes on.
    NOTHING = "nothing"


def step_after_check(
    *, asked_at: datetime | None, settled: bool, flagged: bool, now: datetime
) -> tuple[Step, bool]:
    """What words that may mean danger bring, and whether staff are told at once.

    `asked_at`: when the person was asked last; `settled`: they have answered; `flagged`: staff know since then. Whoever
    hints again instead of answering is shown the numbers; after an answer staff see it and the person is left in peace.
    """
    if asked_at is None or now - asked_at >= SAME_CONVERSATION:
        return Step.QUESTION, False
    if flagged:
        return Step.NOTHING, False
    return (Step.NOTHING if settled else Step.NUMBERS), True
