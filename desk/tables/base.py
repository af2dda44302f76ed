"""What all tables share: the metadata, names of constraints, and the few column types."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = sa.String(32)
HASH = sa.String(64)
CODE = sa.String(40)
SEALED = sa.LargeBinary
# In a table's `info`: how many of its rows may be in memory at once, where they are large.
AT_A_TIME = "at a time"


class UtcTime(TypeDecorator[datetime]):
    """An instant: aware and in UTC on the Python side, whatever the database keeps."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must know its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def id_column() -> sa.Column[str]:
    """The primary key of most tables: made by the program, so it is known before the row is."""
    return sa.Column("id", ID, primary_key=True)


def reference(target: str, *, name: str = "", nullable: bool = False, index: bool = True) -> sa.Column[str]:
    """A column `<table>_id` (or `name`) that points to another table's id and goes with it."""
    table = target.split(".")[0]
    return sa.Column(
        name or f"{table}_id",
        ID,
        sa.ForeignKey(f"{table}.id", ondelete="CASCADE"),
        nullable=nullable,
        index=index,
    )


def one_of(column: str, *values: str) -> sa.CheckConstraint:
    """The column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def at_a_time(table: sa.FromClause, usual: int) -> int:
    """How many rows of a table to hold in memory at once: as many as usual, but for tables of large ones."""
    return int(table.info.get(AT_A_TIME, usual)) if isinstance(table, sa.Table) else usual
