"""What news may cost, and when it cannot go out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from desk.errors import DeskError
from desk.messaging.rules import Quota

#: So many signs, that it stays a few lines on a small screen.
LONGEST = 300
#: So many people at once: an answer that somebody waits for is never behind more of them.
BATCH = 100
#: News that could not go out for so long is old, and let go.
GOOD_FOR = timedelta(days=2)

Hindrance = Literal["", "nobody", "not_asked", "too_many"]


class CannotSend(DeskError):
    """News cannot go out, or not as it was shown.

    `why`: a hindrance of `Cost`; changed, where it would go to another number of people or in other words than were
    shown; over, where somebody else has sent or stopped it.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"news cannot be sent: {why}")
        self.why = why


@dataclass(frozen=True)
class Cost:
    """What news would cost: one message for each of its `people`.

    `month` is LINE's quota, None where LINE has not told it; `ahead` is the news confirmed before it that LINE has not
    taken yet.
    """

    people: int
    month: Quota | None
    ahead: int

    @property
    def room(self) -> int | None:
        """How many messages may still go to news this month; None: any number."""
        if self.month is None:
            return 0
        spare = self.month.spare_for_news
        return None if spare is None else max(0, spare - self.ahead)

    @property
    def hindrance(self) -> Hindrance:
        """Why it cannot be sent now; empty: it can."""
        if not self.people:
            return "nobody"
        if self.month is None:
            return "not_asked"
        return "too_many" if self.room is not None and self.people > self.room else ""
