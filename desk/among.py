"""`column IN (these values)` for as many values as there are: always the same statement, so it is prepared once."""

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine


class Texts(TypeDecorator[list[str]]):
    """Many texts as one value: an array for PostgreSQL, JSON for SQLite."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        array = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.ARRAY(sa.Text()) if array else sa.Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class among(sa.sql.functions.FunctionElement[bool]):
    """Whether a column of texts holds one of these values, or of those that are handed in with a parameter of `Texts`.

    It names no type: a Boolean would be compared with 1 on SQLite, and use no index.
    """

    inherit_cache = True

    def __init__(
        self, column: sa.ColumnElement[str], values: Iterable[str] | sa.BindParameter[list[str]]
    ) -> None:
        if not isinstance(values, sa.BindParameter):
            values = sa.bindparam(None, list(dict.fromkeys(values)), type_=Texts())
        super().__init__(column, values)


@compiles(among, "postgresql")
def _on_postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(among, "sqlite")
def _on_sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"
