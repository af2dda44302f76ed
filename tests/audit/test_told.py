"""The head leaves the database every night, and an administrator can ask whether the log holds."""

from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.scheduling.audit import tell_head
from desk.database import Connection, Database
from desk.errors import DeskError
from desk.house import House
from tests.audit.test_chain import look, without_guards
from tomarigi.audit import verify


def noted(db: Connection, house: House, now: datetime) -> list[dict[str, object]]:
    """What the program's log says of a night."""
    with capture_logs() as lines:
        tell_head(db, house, now)
    return [dict(line) for line in lines]


def test_the_nightly_line_is_what_the_command_is_given_later(house: House, now: datetime) -> None:
    with house.database.transaction() as db:
        look(db, now)
        line = noted(db, house, now)[-1]
    assert line["event"] == "audit head"
    head = str(line["head"])
    with house.database.transaction() as db:
        look(db, now + timedelta(hours=1))
    lines, holds = verify(house.database, known=head)
    assert holds
    assert lines[0] == "entries 12, up to 2026-11-13T00:45:00+09:00"
    assert lines[1].startswith("head 12:")


def test_a_broken_log_is_told_at_night_and_by_the_command(house: House, now: datetime) -> None:
    with house.database.transaction() as db:
        look(db, now)
        without_guards(db)
        db.exec_driver_sql("UPDATE audit_entry SET act = 'search' WHERE number = 2")
        first, _head = noted(db, house, now)
    assert first["event"] == "audit broken"
    lines, holds = verify(house.database, known=None)
    assert not holds
    assert lines[-1] == "BROKEN entry 2: it was changed"


@pytest.mark.parametrize("wrong", ["", "12", "12:abc", "x:" + "0" * 64])
def test_a_head_in_another_form_is_refused_with_what_to_do(database: Database, wrong: str) -> None:
    with pytest.raises(DeskError, match="NUMBER:HASH"):
        verify(database, known=wrong)
