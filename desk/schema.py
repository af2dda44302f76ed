"""Whether the database has the schema this program was made for; `tomarigi migrate` brings it there."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def schema_is_current(db: Connection) -> bool:
    """Whether the newest migration of this program is the one the database has."""
    if not sa.inspect(db).has_table("alembic_version"):
        return False
    found = db.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [newest_migration()]


@lru_cache
def newest_migration() -> str | None:
    """The name of the last migration in the folder `migrations`."""
    # Loaded here and not above: only the first look at readiness needs it.
    from alembic.script import ScriptDirectory

    package = find_spec("migrations")
    assert package is not None
    assert package.origin is not None
    return ScriptDirectory(str(Path(package.origin).parent)).get_current_head()
