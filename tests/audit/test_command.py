"""`tomarigi audit verify`, as an administrator runs it."""

from datetime import datetime

from typer.testing import CliRunner

from desk.audit.queries import head
from desk.database import Database
from tests.audit.test_chain import HOW_MANY, look, without_guards
from tests.engines import by_default
from tomarigi.__main__ import app


@by_default("sqlite", "database_url")
def test_it_says_how_many_up_to_when_and_the_head_and_ends_with_1_once_broken(
    database_url: str, now: datetime
) -> None:
    database = Database(database_url)
    with database.transaction() as db:
        look(db, now)
        end = head(db)
    settings = {"DATABASE_URL": database_url}
    told = CliRunner().invoke(app, ["audit", "verify", "--head", str(end)], env=settings)
    assert told.output.splitlines() == [
        f"entries {HOW_MANY}, up to 2026-11-12T23:45:00+09:00",
        f"head {end}",
    ]
    assert told.exit_code == 0
    with database.transaction() as db:
        without_guards(db)
        db.exec_driver_sql(f"DELETE FROM audit_entry WHERE number = {HOW_MANY}")
    database.close()
    assert CliRunner().invoke(app, ["audit", "verify"], env=settings).exit_code == 0
    told = CliRunner().invoke(app, ["audit", "verify", "--head", str(end)], env=settings)
    assert told.exit_code == 1
    assert "BROKEN entry 6: it is missing" in told.output
