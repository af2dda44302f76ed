"""Goes through many people in one transaction, so that a fault with one of them hinders nobody else."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from desk.database import savepoint
from desk.errors import DeskError
from desk.log import logger, where

T = TypeVar("T")
# What comes of one person's rows: a key that does not open, a value of another kind, a constraint.
_OF_ONE = (DeskError, DBAPIError, LookupError, TypeError, ValueError)
log = logger(__name__)


def one_by_one(db: Connection, people: Iterable[T], step: Callable[[T], object]) -> int:
    """Takes the step for each; what failed leaves no trace, and is there the next time. Says how many were taken.

    A step that returns False was in vain. A database that is away is a fault of all.
    """
    done = 0
    for each in people:
        try:
            with savepoint(db):
                done += step(each) is not False
        except OperationalError:
            raise
        except _OF_ONE as fault:
            log.error("left for the next time", fault=where(fault))
    return done
