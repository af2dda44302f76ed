"""Power that fails: a piece of work ends in the middle of its transaction, or after it, and is done again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa

from desk.database import Connection, Database

# A transaction that has begun is all that can be lost.
_NO_WORK = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
# Soon, so that small works fail too, or far into a large one.
_WITHIN = (8, 80)


class PowerGone(Exception):
    """The machine is off: whatever was not committed never was."""


@dataclass
class Power:
    """Fails by the dice: before a statement, right after it, at the commit, or when all is done and nobody knows.

    `left`: after so many moments of work it fails; none: it does not.
    """

    dice: Random
    failures: int = 0
    unnoticed: int = 0
    left: int = 0

    def survives(self, work: Callable[[], object]) -> None:
        """Does the work as whoever comes back to a dark machine: again, until it was seen to be done."""
        while True:
            self.left = self.dice.randrange(1, self.dice.choice(_WITHIN)) if self.dice.random() < 0.5 else 0
            try:
                work()
            except PowerGone:
                self.failures += 1
                continue
            self.left = 0
            if self.dice.random() < 0.8:
                return
            self.unnoticed += 1

    def burns(self) -> None:
        """One moment of work goes by."""
        if self.left:
            self.left -= 1
            if not self.left:
                raise PowerGone


@contextmanager
def failing_power(database: Database, dice: Random) -> Iterator[Power]:
    """Power that fails under everything this database does."""
    power = Power(dice)

    def at_statement(_db: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(_NO_WORK):
            power.burns()

    def at_commit(_db: Connection) -> None:
        power.burns()

    listened = (
        ("before_cursor_execute", at_statement),
        ("after_cursor_execute", at_statement),
        ("commit", at_commit),
    )
    for name, listener in listened:
        sa.event.listen(database.engine, name, listener)
    try:
        yield power
    finally:
        for name, listener in listened:
            sa.event.remove(database.engine, name, listener)
