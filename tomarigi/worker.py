"""What works without being asked: inbox, outbox, and the tick of the timetable."""

import threading
from datetime import UTC
from typing import TYPE_CHECKING

from desk.house import House
from desk.messaging import service
from desk.signals import Signals
from tomarigi.memory import keep_what_is_loaded

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # has no types

    from bot.line import Line
    from bot.scheduling.media import Media
    from bot.scheduling.menus import Menus

_TICK_SECONDS = 2
_BEAT_SECONDS = 10
_POST_SECONDS = 20
_MENU_SECONDS = 20
_MEDIA_SECONDS = 10


def start_worker(house: House, signals: Signals, stop: threading.Event) -> threading.Thread:
    """Runs a worker in a thread of its own, which ends when `stop` is set and what was held is finished."""
    worker = threading.Thread(target=run_worker, args=(house, signals, stop), name="worker")
    worker.start()
    return worker


def run_worker(house: House, signals: Signals, stop: threading.Event) -> None:
    """Works until `stop` is set, then finishes what it holds."""
    # Alive from now on; what arrives waits the second or two until all is loaded.
    _beat(house)
    # Loaded here: LINE's SDK takes half a second, which only those who send need spend.
    from bot.flows.script import speak
    from bot.handlers.dispatch import handle
    from bot.line import Line
    from bot.scheduling.delivery import Inbox, Outbox
    from bot.scheduling.media import Media
    from bot.scheduling.menus import Menus
    from desk.needs.service import shipped_reader

    # A lexicon that cannot be read stops the start, and nobody waits for it to be loaded.
    shipped_reader()
    line, menus, media = Line(house.settings), Menus(house), Media(house)
    outbox = Outbox(house, line, speak)
    # SQLite has one writer; on PostgreSQL a second worker hides the way to the database.
    inboxes = [Inbox(house, handle) for _ in range(1 if house.database.is_sqlite else 2)]
    parts: list[Inbox | Outbox] = [*inboxes, outbox]
    for inbox in inboxes:
        signals.subscribe("inbox", inbox.ring)
    signals.subscribe("outbox", outbox.ring)
    threads = [threading.Thread(target=part.run, args=(stop,), name=type(part).__name__) for part in parts]
    scheduler = _make_scheduler(house, line, menus, media)
    keep_what_is_loaded()
    for thread in threads:
        thread.start()
    scheduler.start()
    stop.wait()
    for part in parts:
        part.ring()
    scheduler.shutdown(wait=True)
    for thread in threads:
        thread.join()
    outbox.close()
    menus.close()
    media.close()
    line.close()


def run_once(house: House) -> None:
    """Does everything due at the clock's instant, until nothing more is."""
    from bot.flows.script import speak
    from bot.handlers.dispatch import handle
    from bot.line import Line
    from bot.scheduling.delivery import work_inbox, work_outbox
    from bot.scheduling.media import Media
    from bot.scheduling.menus import Menus
    from bot.scheduling.quota import read_quota

    line, menus, media = Line(house.settings), Menus(house), Media(house)
    try:
        read_quota(house, line)
        while _tick(house) + work_inbox(house, handle) + work_outbox(house, line, speak) + _post(house):
            pass
        while menus.settle() + media.fetch():
            pass
    finally:
        media.close()
        menus.close()
        line.close()


def _make_scheduler(house: House, line: "Line", menus: "Menus", media: "Media") -> "BackgroundScheduler":
    """Ticks only: what is due is known to the timetable, and kept in rows."""
    from apscheduler.schedulers.background import BackgroundScheduler

    from bot.scheduling.quota import read_quota

    at_once = house.clock.real()
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(_tick, "interval", args=[house], seconds=_TICK_SECONDS)
    scheduler.add_job(_beat, "interval", args=[house], seconds=_BEAT_SECONDS, next_run_time=at_once)
    scheduler.add_job(read_quota, "interval", args=[house, line], minutes=1, next_run_time=at_once)
    scheduler.add_job(menus.settle, "interval", seconds=_MENU_SECONDS, next_run_time=at_once)
    scheduler.add_job(media.fetch, "interval", seconds=_MEDIA_SECONDS, next_run_time=at_once)
    scheduler.add_job(_post, "interval", args=[house], seconds=_POST_SECONDS, next_run_time=at_once)
    return scheduler


def _tick(house: House) -> int:
    from bot.scheduling.timetable import run_due

    return run_due(house, now=house.clock.now())


def _post(house: House) -> int:
    from bot.scheduling.mail import post_due

    return post_due(house, house.clock.now())


def _beat(house: House) -> None:
    with house.database.transaction(background=True) as db:
        service.beat(db, "worker", now=house.clock.real())
