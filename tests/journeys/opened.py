"""A desk that is open: web, worker and the stand-in for LINE, all running, with the sample desks inside."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desk.calendar import queries as calendar
from desk.calendar.service import set_promise
from desk.clock import Clock, local_date
from desk.database import Database
from desk.house import House
from desk.key_file import KEY_BYTES
from desk.people import service as people
from desk.privacy import Vault
from desk.settings import Settings
from desk.signals import Signals
from simulator.client import Simulator
from simulator.server import running_simulator
from tests.serving import open_port, serving
from tomarigi.demo_people import PROMISES
from tomarigi.sample import open_samples
from tomarigi.web import assemble
from tomarigi.worker import start_worker

SECRET, TOKEN = "journey-secret", "journey-token"


@dataclass(frozen=True)
class OpenDesk:
    """What a journey works with."""

    house: House
    line: Simulator
    address: str

    def add_account(self, role: str, name: str, desk_code: str | None = "suwa") -> tuple[str, str]:
        """An account; returns its id and the address of its one-time link."""
        with self.house.database.transaction() as db:
            desk = calendar.desk_by_code(db, desk_code) if desk_code else None
            account_id, token = people.add_account(
                db,
                self.house.vault,
                role=role,
                desk_id=desk.id if desk else None,
                name=name,
                now=self.house.clock.real(),
            )
        return account_id, f"{self.address}/admin/start/{token}"


@contextmanager
def opened_desk(
    database: Database, folder: Path, moment: str, *, free_text: str = "page"
) -> Iterator[OpenDesk]:
    """Opens the desk at a moment such as `2026-11-12T23:40+09:00`; the stand-in's clock moves everybody's."""
    offset_file = folder / "clock-offset"
    offset_file.write_text("0")
    with running_simulator("", SECRET, TOKEN, clock_offset_file=offset_file) as line:
        line.set_clock(moment)
        door = open_port()
        address = f"http://localhost:{door.getsockname()[1]}"
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument, unknown to its type
            line_channel_secret=SECRET,
            line_channel_access_token=TOKEN,
            line_api_base_url=line.base_url,
            line_data_api_base_url=line.base_url,
            public_base_url=address,
            free_text=free_text,  # type: ignore[arg-type]  # checked by pydantic
            clock_offset_file=offset_file,
        )
        house = House(database, Vault(os.urandom(KEY_BYTES)), Clock(offset_file=offset_file), settings)
        _furnish(house)
        with _working(house), serving(assemble(house, []), door):
            line.set_webhook(f"{address}/callback")
            # As a desk is set up: a machine that stood still for two seconds gets the event once more.
            line.set_redelivery(on=True, spacings_ms=(500, 2_000, 8_000))
            yield OpenDesk(house, line, address)


def _furnish(house: House) -> None:
    now = house.clock.now()
    open_samples(house.database, now=now)
    with house.database.transaction() as db:
        for desk in calendar.list_desks(db):
            for key, text in PROMISES.items():
                set_promise(
                    db, desk_id=desk.id, key=key, text=text, approved_by="矢崎", approved_on=local_date(now)
                )


@contextmanager
def _working(house: House) -> Iterator[None]:
    signals, stop = Signals(house.database), threading.Event()
    worker = start_worker(house, signals, stop)
    try:
        yield
    finally:
        stop.set()
        worker.join()
        signals.close()
