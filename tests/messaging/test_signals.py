"""News reaches those who wait at once, between threads and between processes, and after a lost connection too."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from desk.database import Database, announce
from desk.signals import Signals
from tests.messaging.scene import wait_until

KILL_LISTENERS = sa.text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
)


@pytest.fixture
def signals(database: Database) -> Iterator[Signals]:
    """The signals of one process."""
    signals = Signals(database)
    yield signals
    signals.close()


def tell(database: Database, topic: str) -> None:
    """Announces a topic."""
    with database.transaction() as db:
        announce(db, topic)


def test_an_announcement_rings_those_who_wait_for_its_topic(database: Database, signals: Signals) -> None:
    inbox, outbox = threading.Event(), threading.Event()
    signals.subscribe("inbox", inbox.set)
    signals.subscribe("outbox", outbox.set)
    wait_until(lambda: _rung(database, "inbox", inbox))
    wait_until(lambda: _is_still(inbox) and _is_still(outbox))
    tell(database, "inbox")
    assert inbox.wait(10)
    assert not outbox.is_set()
    wait_until(lambda: _rung(database, "outbox", outbox))


def test_who_has_unsubscribed_is_not_rung(database: Database, signals: Signals) -> None:
    gone, here = threading.Event(), threading.Event()
    unsubscribe = signals.subscribe("inbox", gone.set)
    signals.subscribe("inbox", here.set)
    wait_until(lambda: _rung(database, "inbox", here))
    unsubscribe()
    gone.clear()
    here.clear()
    wait_until(lambda: _rung(database, "inbox", here))
    assert not gone.is_set()


def test_what_is_taken_back_is_not_announced(database: Database, signals: Signals) -> None:
    rung = threading.Event()
    signals.subscribe("inbox", rung.set)
    wait_until(lambda: _rung(database, "inbox", rung))
    wait_until(lambda: _is_still(rung))
    with pytest.raises(ValueError, match="taken back"):
        _tell_and_fail(database, "inbox")
    assert not rung.wait(0.3)


def test_another_process_is_rung_on_postgresql(postgres_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    here, there = Database(postgres_url), Database(postgres_url)
    signals, rung = Signals(here), threading.Event()
    signals.subscribe("notices", rung.set)
    try:
        wait_until(lambda: _rung(there, "notices", rung))
        assert "interrupted" not in capsys.readouterr().out
        with there.transaction() as db:
            assert db.execute(KILL_LISTENERS).scalar_one() == 1
        wait_until(lambda: "interrupted" in capsys.readouterr().out)
        rung.clear()
        # After the loss it listens again, and looks by itself for what it missed.
        assert rung.wait(10)
        rung.clear()
        wait_until(lambda: _rung(there, "notices", rung))
        assert "interrupted" not in capsys.readouterr().out
    finally:
        signals.close()
        here.close()
        there.close()


def _tell_and_fail(database: Database, topic: str) -> None:
    with database.transaction() as db:
        announce(db, topic)
        raise ValueError("taken back")


def _is_still(bell: threading.Event) -> bool:
    """Whether a bell that was just silenced stays so: no earlier announcement is still on its way."""
    bell.clear()
    return not bell.wait(0.7)


def _rung(database: Database, topic: str, bell: threading.Event) -> bool:
    """Announces once more: on PostgreSQL the listener may not have been there yet."""
    tell(database, topic)
    return bell.wait(0.3)
