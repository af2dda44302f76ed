"""What news may cost: what is kept for reminders and follow-ups is never spent on it."""

import pytest

from desk.announcements.rules import Cost
from desk.messaging.rules import Quota

MANY = Quota(allowed=None, used=5)
LITTLE = Quota(allowed=200, used=100, kept_back=40)


@pytest.mark.parametrize(
    ("cost", "room", "hindrance"),
    [
        (Cost(60, LITTLE, 0), 60, ""),
        (Cost(61, LITTLE, 0), 60, "too_many"),
        (Cost(60, LITTLE, 1), 59, "too_many"),
        (Cost(1, LITTLE, 100), 0, "too_many"),
        (Cost(0, LITTLE, 0), 60, "nobody"),
        (Cost(2000, MANY, 500), None, ""),
        (Cost(1, None, 0), 0, "not_asked"),
    ],
)
def test_it_fits_into_what_is_to_spare_or_not(cost: Cost, room: int | None, hindrance: str) -> None:
    assert (cost.room, cost.hindrance) == (room, hindrance)
