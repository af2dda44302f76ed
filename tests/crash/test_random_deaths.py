"""Everything is killed at instants nobody chose, while people write and book: what comes back is whole."""

import random
import threading
from pathlib import Path

import pytest

from tests.crash.desk import RunningDesk, prepared_desk, running_desk
from tests.crash.launcher import WITHOUT_TRANSACTIONS
from tests.crash.stream import COME_AND_GO, NAMES, Stream, writing

# LINE's stand-in remembers every attempt and tells all of them: after some deaths it gets a new life.
SOME, MANY, LIVES = 2, 8, 4
MOST = 8
WARM, PAUSE_SECONDS, LONGEST_SECONDS = 3, 0.01, 1.0
UNKNOWN = "SELECT count(*) FROM outbound_message WHERE state = 'unknown'"


@pytest.fixture
def seed() -> int:
    """Other instants each time; pytest shows it where a test fails."""
    return random.randrange(10**6)


def _survives(desk: RunningDesk, dice: random.Random) -> bool:
    """The power goes while people write and book, and comes back: whether each has one answer to all they said."""
    unknown = desk.number(UNKNOWN)
    with writing(desk, ("つき",), COME_AND_GO), writing(desk, NAMES, pause_seconds=PAUSE_SECONDS) as stream:
        stream.wait_for_more(WARM)
        threading.Event().wait(dice.uniform(0, LONGEST_SECONDS))
        desk.kill()
        if desk.database.is_sqlite:
            assert desk.rows("PRAGMA integrity_check") == [("ok",)]
        broken = desk.broken()
        desk.start()
    desk.come_round()
    desk.settle()
    return not broken and _lacking(stream) <= desk.number(UNKNOWN) - unknown


def _lacking(stream: Stream) -> int:
    """How many answers are missing; nobody may have more than they asked for."""
    lacking = [stream.said - answered for answered in stream.answered()]
    assert min(lacking) >= 0
    return sum(lacking)


def test_nothing_is_lost_and_nothing_is_half_done(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    with running_desk(sqlite_url, tmp_path) as desk:
        assert all(_survives(desk, dice) for _ in range(SOME))


@pytest.mark.soak
@pytest.mark.parametrize("life", range(LIVES))
def test_nothing_is_lost_however_often_it_happens(desk: RunningDesk, seed: int, life: int) -> None:
    dice = random.Random(seed + life)
    assert all(_survives(desk, dice) for _ in range(MANY))


@pytest.mark.soak
def test_without_transactions_something_is_lost(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    with prepared_desk(sqlite_url, tmp_path) as desk:
        desk.environment[WITHOUT_TRANSACTIONS] = "yes"
        desk.start()
        assert not all(_survives(desk, dice) for _ in range(MOST))
