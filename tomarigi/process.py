"""The long-lived processes: one on a SQLite file, ended by a signal after finishing what they hold."""

import fcntl
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from desk.clock import Clock
from desk.database import Database
from desk.errors import DeskError, WrongSettings
from desk.house import House
from desk.keys.queries import check_opens
from desk.log import write_log_lines
from desk.privacy import Vault
from desk.settings import Settings, check_to_serve, load_settings
from desk.signals import Signals

_SQLITE = "sqlite:///"


class AlreadyRunning(DeskError):
    """Another long-lived process works on this SQLite file; only one may (reference: performance 3e)."""


def serve_all() -> None:
    """Web and worker in one process, until it is asked to stop."""
    from tomarigi.web import make_app, serve
    from tomarigi.worker import start_worker

    with _long_lived() as (house, signals, stop):
        app = make_app(house, signals)
        worker = start_worker(house, signals, stop)
        try:
            serve(app, port=house.settings.port, local=house.settings.is_local)
        finally:
            # Nothing arrives any more: the worker finishes what it holds.
            stop.set()
            worker.join()


def serve_web() -> None:
    """Webhook, pages and panel, until it is asked to stop."""
    from tomarigi.web import make_app, serve

    with _long_lived() as (house, signals, _stop):
        serve(make_app(house, signals), port=house.settings.port, local=house.settings.is_local)


def serve_worker() -> None:
    """Inbox, outbox and timetable, until it is asked to stop."""
    from tomarigi.worker import run_worker

    with _long_lived() as (house, signals, stop):
        run_worker(house, signals, stop)


def work_once(at: datetime | None) -> None:
    """Everything due now, or at the instant `at`; it may run beside the long-lived process."""
    from tomarigi.worker import run_once

    settings = load_settings()
    vault = check_to_serve(settings)
    if at is not None and settings.uses_line_itself:
        raise WrongSettings(["--at: is for tests and demos; set LINE_API_BASE_URL to a stand-in"])
    clock = settings.clock() if at is None else Clock(fixed=at.astimezone(UTC))
    write_log_lines()
    with _open_house(settings, vault, clock) as house:
        run_once(house)


@contextmanager
def only_process(database_url: str) -> Iterator[None]:
    """Holds the SQLite file for this process as long as it lives; on PostgreSQL any number may run.

    The lock is the kernel's, on a file beside the database: it ends with the process, however that ends.
    """
    if not database_url.startswith(_SQLITE):
        yield
        return
    path = Path(database_url.removeprefix(_SQLITE))
    with path.with_name(f"{path.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise AlreadyRunning(
                "another tomarigi process runs on this SQLite file; stop it, or use PostgreSQL"
            ) from fault
        yield


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set from now on."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    return stop


@contextmanager
def _long_lived() -> Iterator[tuple[House, Signals, threading.Event]]:
    settings = load_settings()
    vault = check_to_serve(settings)
    stop = stop_on_signals()
    write_log_lines()
    with only_process(settings.database_url), _open_house(settings, vault, settings.clock()) as house:
        signals = Signals(house.database)
        try:
            yield house, signals, stop
        finally:
            signals.close()


@contextmanager
def _open_house(settings: Settings, vault: Vault, clock: Clock) -> Iterator[House]:
    house = House(Database(settings.database_url), vault, clock, settings)
    try:
        with house.database.reading() as db:
            check_opens(db, vault)
        yield house
    finally:
        house.database.close()
