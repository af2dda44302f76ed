"""`tomarigi key rotate`: a new master key and a new key for every person, while the desk is open (decision 0015)."""

import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from desk.audit.service import note
from desk.clock import Clock
from desk.database import Database
from desk.errors import DeskError
from desk.key_file import KEY_BYTES, LAST, read_keys, write_keys
from desk.keys import indexing, resealing
from desk.keys.places import SEALED
from desk.keys.queries import check_opens, remaining, still_needed
from desk.privacy import Vault

#: Whoever sealed something with the old key before the new one was there has written it by then: no transaction
#: and no request of ours lives that long.
SETTLE_SECONDS = 30.0
#: How often it waits so for whoever is at work on the last of it; a claim lives no longer either.
PATIENCE = 10

Tell = Callable[[str], None]
# A few rows in a transaction of their own: takes where to go on after, gives the next.
Step = Callable[..., Any]


def rotate(
    database: Database, file: Path, clock: Clock, tell: Tell, *, settle_seconds: float = SETTLE_SECONDS
) -> None:
    """Changes all keys, or goes on where an earlier run was ended. Everything stays readable at every moment."""
    with database.reading() as db:
        check_opens(db, Vault.from_file(file))
    keys = read_keys(file)
    if len(keys) == 1:
        write_keys(file, _with_a_new_one(keys))
    vault = Vault.from_file(file)
    tell(f"master key {vault.numbers[0]} is in {file}; the earlier one stays below it until nothing needs it")
    _note(database, vault, clock, "began")
    _pass(database, vault, clock, tell)
    tell(f"waiting {settle_seconds:.0f} seconds for whoever was in the middle of something")
    wait = partial(threading.Event().wait, settle_seconds)
    wait()
    left = _until_nothing_changes(database, vault, clock, tell, wait)
    _in_steps(database, partial(resealing.drop_old_person_keys, vault=vault), "")
    write_keys(file, {vault.numbers[0]: vault.master})
    _note(database, vault, clock, "ended")
    if left:
        tell(
            f"{left} values could not be opened with any key, before or now; tell those who write this program"
        )
    tell(f"done: only master key {vault.numbers[0]} is in {file}; keep a copy of it in the safe")
    tell("keep the earlier copy there as long as backups made with it, and no longer")


def _with_a_new_one(keys: dict[int, bytes]) -> dict[int, bytes]:
    number = max(keys) + 1
    if number > LAST:
        raise DeskError(f"no number is left for a master key after {LAST}")
    return {number: os.urandom(KEY_BYTES), **keys}


def _pass(database: Database, vault: Vault, clock: Clock, tell: Tell) -> None:
    """Goes once over everything: the keys of people first, so that all can read what is sealed next."""
    people = _in_steps(database, partial(resealing.renew_person_keys, vault=vault), "")
    tell(f"keys of people: {people} steps")
    for each in indexing.INDEXED:
        step = partial(indexing.reindex, vault=vault, each=each, now=clock.now())
        _in_steps(database, step, None)
    _in_steps(database, partial(indexing.move_other_lanes, vault=vault, now=clock.now()), "")
    _in_steps(database, partial(indexing.reindex_origins, vault=vault), "")
    tell("what people are found by: done")
    for place in SEALED:
        if steps := _in_steps(database, partial(resealing.reseal, vault=vault, place=place), None):
            tell(f"{place.column.table.name}.{place.column.name}: {steps} steps")


def _until_nothing_changes(
    database: Database, vault: Vault, clock: Clock, tell: Tell, wait: Callable[[], object]
) -> int:
    """Goes over it again until nothing is left, or nothing that can be opened; returns how many are left.

    Raises DeskError where the earlier key is needed still, such as for somebody whose messages are worked on.
    """
    before, patience = -1, PATIENCE
    while True:
        with database.transaction(background=True) as db:
            indexing.forget_passing(db, vault)
        with database.reading() as db:
            left = remaining(db, vault)
            needed = left == before and still_needed(db, vault)
        tell(f"still under an earlier key: {left}")
        if left == 0 or (left == before and not needed):
            return left
        if needed:
            patience -= 1
            wait()
        if not patience:
            raise DeskError("an earlier key is needed still, and stays; run this again in a quiet hour")
        before = left
        _pass(database, vault, clock, tell)


def _in_steps(database: Database, step: Step, after: Any) -> int:
    """Runs a step again and again, each time after the last row it came to; says how often it had something to do."""
    count = 0
    while True:
        with database.transaction(background=True) as db:
            after = step(db, after=after)
        if after is None:
            return count
        count += 1


def _note(database: Database, vault: Vault, clock: Clock, what: str) -> None:
    facts: dict[str, int | str] = {"key": vault.numbers[0], what: 1}
    with database.transaction(background=True) as db:
        note(db, act="rotate", by=None, role="house", kind="key", facts=facts, now=clock.now())
