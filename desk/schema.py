"""Whether the database has the schema this program was made for; `tomarigi migrate` brings it there."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import Database
from desk.errors import WrongSettings


def schema_is_current(db: Connection) -> bool:
    """Whether the newest migration of this program is the one the database has."""
    if not sa.inspect(db).has_table("alembic_version"):
        return False
    found = db.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [newest_migration()]


def check_schema(database: Database) -> None:
    """Raises WrongSettings where the database cannot be reached, or has not the newest schema."""
    try:
        with database.reading() as db:
            current = schema_is_current(db)
    except sa.exc.OperationalError as fault:
        mend = "DATABASE_URL: the database cannot be reached; start it, or mend the address"
        raise WrongSettings([mend]) from fault
    if not current:
        raise WrongSettings(["DATABASE_URL: its schema is not the newest; run `tomarigi migrate`"])


@lru_cache
def newest_migration() -> str | None:
    """The name of the last migration in the folder `migrations`."""
    # Loaded here and not above: only the first look at readiness needs it.
    from alembic.script import ScriptDirectory

    package = find_spec("migrations")
    assert package is not None
    assert package.origin is not None
    return ScriptDirectory(str(Path(package.origin).parent)).get_current_head()
