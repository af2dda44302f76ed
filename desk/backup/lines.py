"""What stands in a backup, line by line in JSON: a heading, each table with its rows, and at the end a mark.

The same for both databases. A value is written as JSON says it; bytes in base64, days and instants in ISO 8601.
"""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from desk.tables.base import UtcTime

FORMAT = "tomarigi backup 1"
# Rows in memory at a time.
AT_A_TIME = 500


def line(value: Any) -> bytes:
    """One line."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def row_of(columns: Sequence[sa.Column[Any]], values: Sequence[Any]) -> dict[str, Any]:
    """A row as it was before it became a line."""
    return {column.name: _value(column, value) for column, value in zip(columns, values, strict=True)}


def _plain(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value.isoformat()


def _value(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, UtcTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, sa.Date) else value
