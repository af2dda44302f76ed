"""A backup shows the desk as it was at one instant, whatever people do while it is read."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.backup.lines import line
from desk.backup.queries import backup_lines
from desk.booking import service
from desk.database import Database
from desk.invariants import check_invariants
from desk.privacy import Vault
from desk.tables.calendar import LIVE
from tests.backup.copies import Keys, bring_back, everything, lines_of
from tests.booking.story import Story


def _broken(database: Database, now: datetime) -> list[str]:
    with database.reading() as db:
        return [found.name for found in check_invariants(db, now=now) if found.offenders]


def _live(database: Database) -> int:
    with database.reading() as db:
        return int(db.execute(sa.text(f"SELECT count(*) FROM booking WHERE {LIVE}")).scalar_one())


def _cancelled_halfway(story: Story, db: Connection) -> Iterator[bytes]:
    """The lines of a backup; between the bookings and what was written down about them, そら cancels."""
    sora = story.person("sora")
    booked = story.book(sora, story.times()[0].slot_id)
    for each in backup_lines(db, story.vault, now=story.now):
        if each == line({"table": "booking_change"}):
            with story.database.transaction() as other:
                service.cancel(other, booking_id=booked.id, by="client", now=story.now)
        yield each
    assert story.booking(booked.id).state == "excused"


def test_who_cancels_while_it_is_read_is_still_booked_in_it(
    story: Story, target: Database, keys: Keys
) -> None:
    with story.database.reading() as db:
        lines = list(_cancelled_halfway(story, db))
    bring_back(target, story.vault, keys, keys.seal(lines), now=story.now)
    assert _broken(target, story.now) == []
    assert (_live(story.database), _live(target)) == (0, 1)


def test_without_one_instant_the_tables_do_not_fit_together(
    story: Story, target: Database, keys: Keys
) -> None:
    careless = sa.create_engine(story.database.engine.url)
    with careless.connect() as db:
        lines = list(_cancelled_halfway(story, db))
    careless.dispose()
    bring_back(target, story.vault, keys, keys.seal(lines), now=story.now)
    assert _broken(target, story.now) == ["I5"]


def test_of_a_booking_that_is_half_done_all_is_in_it_or_nothing(
    story: Story, target: Database, keys: Keys, vault: Vault
) -> None:
    sora, slot = story.person("sora"), story.times()[0].slot_id
    before = everything(story.database)
    with story.database.transaction() as db:
        service.hold(db, client_id=sora, slot_id=slot, now=story.now)
        during = keys.seal(lines_of(story.database, vault, story.now))
    bring_back(target, vault, keys, during, now=story.now)
    assert everything(target) == before != everything(story.database)
