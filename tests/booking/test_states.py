"""Every state is either live or over, and the database means by `live` what the program means."""

import pytest
import sqlalchemy as sa

from desk.booking import rules
from desk.database import Database
from desk.tables.calendar import ENDED_STATES, LIVE_STATES, booking

STATES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE name = '{}'",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = '{}'",
}


def _known_to_the_table() -> set[str]:
    check = next(found for found in booking.constraints if str(found.name).endswith("state_known"))
    assert isinstance(check, sa.CheckConstraint)
    return _words(str(check.sqltext))


def _words(text: str) -> set[str]:
    return set(text.split("'")[1::2])


def test_every_state_is_classified_once() -> None:
    assert _known_to_the_table() == {*LIVE_STATES, *ENDED_STATES}
    assert not {*LIVE_STATES} & {*ENDED_STATES}
    assert {*ENDED_STATES} >= rules.OUTCOMES
    assert _known_to_the_table() >= rules.BEFORE_OUTCOME


@pytest.mark.parametrize("index", ["uq_booking_live_slot", "uq_booking_live_quota"])
def test_both_engines_count_the_same_states_as_live(database: Database, index: str) -> None:
    with database.reading() as db:
        definition = db.execute(sa.text(STATES[db.dialect.name].format(index))).scalar_one()
    assert _words(definition) == {*LIVE_STATES}
