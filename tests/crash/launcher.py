"""Starts a command of the program that dies by SIGKILL at a chosen point, once.

The points are reached from outside: this listens to SQLAlchemy's own events, and the program knows nothing of
it. The next point stands in a file; whoever takes it away is the one who dies, so several processes lose one.

For controls a program may be started without transactions: each of its statements is then committed by itself.
"""

import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import Pool

from tomarigi.__main__ import main

POINT_FILE = "CRASH_POINT_FILE"
WITHOUT_TRANSACTIONS = "CRASH_WITHOUT_TRANSACTIONS"
_SEEN, _COMMITTED = "crash: seen", "crash: committed"


class Point(NamedTuple):
    """Where to die: before or after a statement, before the commit it is part of, or once that is done.

    `torn` is for controls: what was done up to the statement is committed, as if there were no transaction.
    """

    moment: str
    statement: str

    def store(self, file: Path) -> None:
        """From now on the next process that comes here dies."""
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(json.dumps(self))
        fresh.replace(file)


def _file() -> Path:
    return Path(os.environ[POINT_FILE])


def _armed(moment: str) -> Point | None:
    with suppress(FileNotFoundError):
        point = Point(*json.loads(_file().read_text()))
        return point if point.moment == moment else None
    return None


def _die() -> None:
    with suppress(FileNotFoundError):
        _file().unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def _matches(point: Point | None, statement: str) -> bool:
    return point is not None and re.search(point.statement, statement, re.DOTALL) is not None


def _before_statement(_db: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if _matches(_armed("before"), statement):
        _die()


def _after_statement(db: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if _matches(_armed("after"), statement):
        _die()
    if _matches(_armed("torn"), statement):
        db.connection.dbapi_connection.commit()  # type: ignore[union-attr]  # it is there: a statement has run
        _die()
    if _matches(_armed("commit") or _armed("committed"), statement):
        db.info[_SEEN] = True


def _before_commit(db: Connection) -> None:
    if db.info.pop(_SEEN, False):
        db.info[_COMMITTED] = True
        if _armed("commit"):
            _die()


def _after_commit(_connection: object, record: Any) -> None:
    """A connection goes back to the pool right after its commit, before anything else is done."""
    if record.info.pop(_COMMITTED, False) and _armed("committed"):
        _die()


def _commit_each_statement(connection: Any, _record: object) -> None:
    connection.autocommit = True


def _begin_nothing(_db: Connection, _cursor: object, statement: str, values: Any, *_rest: object) -> Any:
    return ("SELECT 1" if statement == "BEGIN IMMEDIATE" else statement), values


def _take_transactions_away() -> None:
    if os.environ["DATABASE_URL"].startswith("postgresql"):
        sa.event.listen(Engine, "connect", _commit_each_statement)
    else:
        sa.event.listen(Engine, "before_cursor_execute", _begin_nothing, retval=True)


def launch(words: Sequence[str]) -> None:
    """Runs the command in this process, which ends with it."""
    sa.event.listen(Engine, "before_cursor_execute", _before_statement)
    sa.event.listen(Engine, "after_cursor_execute", _after_statement)
    sa.event.listen(Engine, "commit", _before_commit)
    sa.event.listen(Pool, "checkin", _after_commit)
    if WITHOUT_TRANSACTIONS in os.environ:
        _take_transactions_away()
    sys.argv = ["tomarigi", *words]
    main()
