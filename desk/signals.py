"""Wakes those who wait for news: at once within a process (SQLite) or between processes (PostgreSQL).

A signal is a hint that saves waiting. Whoever waits also looks by himself now and then, so a lost one costs a
moment and never a message.
"""

import threading
from collections.abc import Callable
from typing import Any

from desk.database import Database
from desk.log import logger, where

# Closing takes so long; to look so often costs some thousandths of a processor.
_LISTEN_SECONDS = 0.1
_RECONNECT_SECONDS = 1.0
_CHANNEL = "tomarigi"

log = logger(__name__)


class Signals:
    """Passes on what transactions announced ("inbox", "outbox", "notices") once they are committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rings: list[tuple[str, Callable[[], None]]] = []
        self._stopped = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="signals", daemon=True)
        if database.is_sqlite:
            database.on_commit(self._pass_on)
        else:
            self._listener.start()

    def subscribe(self, topic: str, ring: Callable[[], None]) -> Callable[[], None]:
        """Calls `ring` after each announcement of the topic, from another thread; returns how to end that."""
        entry = (topic, ring)
        self._rings.append(entry)
        return lambda: self._rings.remove(entry)

    def close(self) -> None:
        """Rings no more."""
        self._stopped.set()
        self._rings.clear()
        if self._listener.is_alive():
            self._listener.join()

    def _pass_on(self, topic: str) -> None:
        for wanted, ring in tuple(self._rings):
            if wanted == topic:
                ring()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen_once()
            except Exception as fault:
                log.warning("signals interrupted", fault=where(fault))
                self._stopped.wait(_RECONNECT_SECONDS)

    def _listen_once(self) -> None:
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            # A connection that listens does not go back to those that do not.
            db.detach()
            db.exec_driver_sql(f"LISTEN {_CHANNEL}")
            # What was announced before we listened is found by looking.
            for topic in {wanted for wanted, _ in tuple(self._rings)}:
                self._pass_on(topic)
            connection: Any = db.connection.dbapi_connection
            while not self._stopped.is_set():
                for notice in connection.notifies(timeout=_LISTEN_SECONDS):
                    self._pass_on(notice.payload)
