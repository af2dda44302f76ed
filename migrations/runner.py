"""Brings a database to the newest schema: all steps in one transaction, one process at a time."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.database import Database
from desk.tables.append_only import protect
from desk.tables.audit import audit_entry

if TYPE_CHECKING:
    from alembic.config import Config

# Any number will do, as long as every process of this program asks for the same one.
_TURN = 2018_09_28


def migrate(url: str) -> None:
    """Does what is still to do; safe to repeat, also from several machines at once."""
    # Loading Alembic takes half a second, which a running desk need not spend.
    from alembic import command

    database = Database(url)
    try:
        with database.transaction() as db:
            _wait_for_turn(db)
            command.upgrade(config_for(db), "head")
            # Not a step among the others: a rebuilt table would come back without them.
            if sa.inspect(db).has_table(audit_entry.name):
                protect(db)
    finally:
        database.close()


def config_for(db: Connection) -> "Config":
    """What Alembic's commands need to work inside the transaction of `db`; the caller commits."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["db"] = db
    return config


def _wait_for_turn(db: Connection) -> None:
    """PostgreSQL: a lock that goes with the transaction. On SQLite a transaction is alone already."""
    if db.dialect.name == "postgresql":
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))
