"""Whoever was erased after the backup was made does not come back with it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.backup.envelope import NotRestorable
from desk.booking.outcomes import record_outcome
from desk.calendar.queries import list_desks
from desk.clients import relinking
from desk.clients.erasing import erase_client
from desk.clients.queries import client_of_address
from desk.clock import Clock, at_tokyo
from desk.database import Database
from desk.erasures import ErasedLine, note_erasures, read_erasures
from desk.key_file import read_keys, write_keys
from desk.people.totals import MonthTotal, monthly_totals
from desk.privacy import Vault
from desk.record import service as record
from desk.tables.retention import erasure
from tests.backup.copies import Keys, bring_back, lines_of, row_count
from tests.booking.story import FIRST_DAY, Story, open_story
from tests.panel.scene import Scene
from tomarigi.keys import rotate

AFTER = at_tokyo(FIRST_DAY, 13)


@pytest.fixture
def story(database: Database, key_file: Path, now: datetime) -> Story:
    """諏訪 on that evening, with keys that can be changed."""
    return open_story(database, Vault.from_file(key_file), now)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The erasure file."""
    return tmp_path / "tomarigi.erasures"


def erase(story: Story, name: str, file: Path, now: datetime) -> tuple[ErasedLine, ...]:
    """Somebody is erased; what then stands in the file."""
    client_id = story.person(name)
    with story.database.transaction() as db:
        record.erase(db, story.vault, client_id=client_id, now=now)
    with story.database.transaction() as db:
        note_erasures(db, file, now=now)
    return read_erasures(file)


def totals(database: Database) -> tuple[MonthTotal, ...]:
    """What the prefecture sees."""
    with database.reading() as db:
        return monthly_totals(db, desk_ids=[desk.id for desk in list_desks(db)])


def is_known(database: Database, vault: Vault, name: str) -> bool:
    """Whether the desk still knows this LINE account."""
    with database.reading() as db:
        return client_of_address(db, vault, f"U-{name}") is not None


def test_who_was_erased_since_stays_erased_and_the_figures_stay_right(
    story: Story, target: Database, keys: Keys, file: Path
) -> None:
    sora, yama = story.person("sora"), story.person("yama")
    ten, eleven, *_ = story.times()
    booked = story.book(sora, ten.slot_id)
    story.book(yama, eleven.slot_id, name="やま")
    with story.database.transaction() as db:
        record_outcome(
            db,
            story.vault,
            booking_id=booked.id,
            outcome="attended",
            promise=None,
            handed_on=False,
            by="0",
            now=AFTER,
        )
    story.now = AFTER
    sealed = keys.seal(lines_of(story.database, story.vault, AFTER))
    erased = erase(story, "sora", file, AFTER + timedelta(hours=1))
    next_day = AFTER + timedelta(days=1)
    bring_back(target, story.vault, keys, sealed, erased=erased, now=next_day)
    there = Story(target, story.vault, story.desk_id, next_day)
    assert (is_known(target, story.vault, "sora"), is_known(target, story.vault, "yama")) == (False, True)
    assert [(row.came, row.untold) for row in totals(target)] == [(1, 1)]
    assert there.broken() == []
    with target.reading() as db:
        count = sa.select(sa.func.count()).select_from(erasure)
        assert db.execute(count).scalar_one() == 1


def test_without_the_file_they_would_come_back(
    story: Story, target: Database, keys: Keys, file: Path
) -> None:
    story.person("sora")
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    erase(story, "sora", file, story.now)
    bring_back(target, story.vault, keys, sealed, erased=None, now=story.now)
    assert is_known(target, story.vault, "sora")


@pytest.mark.parametrize("gone", ["sora", "anew", "last"])
def test_of_numbers_that_were_parted_since_only_the_erased_one_goes(
    scene: Scene, target: Database, keys: Keys, file: Path, gone: str
) -> None:
    story = Story(scene.house.database, scene.house.vault, scene.desk_id, scene.now)
    names = ("sora", "anew", "last")
    sora, anew, last = (story.person(name) for name in names)
    made_by = scene.accounts["sato"]
    with story.database.transaction() as db:
        for whose, was in ((anew, last), (sora, anew)):
            story.now += timedelta(minutes=1)
            who = {"client_id": whose, "from_id": was, "in_use": was, "account_id": made_by}
            relinking.link(db, story.vault, **who, now=story.now)
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    with story.database.transaction() as db:
        for each in relinking.links_of(db, anew, now=story.now):
            relinking.part(db, story.vault, link_id=each.id, now=story.now)
    erased = erase(story, gone, file, story.now)
    much_later = story.now + 2 * relinking.UNDO_WITHIN
    bring_back(target, story.vault, keys, sealed, erased=erased, now=much_later)
    assert [name for name in names if not is_known(target, story.vault, name)] == [gone]
    assert Story(target, story.vault, scene.desk_id, much_later).broken() == []


def test_a_live_place_of_somebody_erased_is_free_again(
    story: Story, target: Database, keys: Keys, file: Path
) -> None:
    story.book(story.person("sora"), story.times()[0].slot_id)
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    erased = erase(story, "sora", file, story.now)
    bring_back(target, story.vault, keys, sealed, erased=erased, now=story.now)
    there = Story(target, story.vault, story.desk_id, story.now)
    assert (there.live(), there.broken()) == (0, [])
    assert "cancelled" in there.told()


def test_a_file_that_lacks_what_the_backup_knows_is_refused(
    story: Story, target: Database, keys: Keys, file: Path
) -> None:
    erased = erase(story, "sora", file, story.now)
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    with pytest.raises(NotRestorable, match="not the one of this desk: 1 erasures"):
        bring_back(target, story.vault, keys, sealed, erased=(), now=story.now)
    assert row_count(target) == 0
    bring_back(target, story.vault, keys, sealed, erased=erased, now=story.now)


def test_a_backup_from_before_a_change_of_keys_wants_both_and_says_so(
    story: Story, target: Database, keys: Keys, file: Path, key_file: Path
) -> None:
    story.person("sora")
    story.person("yama")
    old = read_keys(key_file)
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    rotate(story.database, key_file, Clock(fixed=story.now), lambda _line: None, settle_seconds=0)
    new = Vault.from_file(key_file)
    erased = erase(story, "sora", file, story.now)
    with pytest.raises(NotRestorable, match=r"made with master key 1 .* put the line of that key below"):
        bring_back(target, new, keys, sealed, erased=erased, now=story.now)
    only_old = Vault(old[1])
    with pytest.raises(NotRestorable, match="lines made with master key 2"):
        bring_back(target, only_old, keys, sealed, erased=erased, now=story.now)
    assert row_count(target) == 0
    write_keys(key_file, read_keys(key_file) | old)
    both = Vault.from_file(key_file)
    bring_back(target, both, keys, sealed, erased=erased, now=story.now)
    assert (is_known(target, both, "sora"), is_known(target, both, "yama")) == (False, True)
    rotate(target, key_file, Clock(fixed=story.now), lambda _line: None, settle_seconds=0)
    assert list(read_keys(key_file)) == [2]
    assert is_known(target, Vault.from_file(key_file), "yama")


def test_the_certificate_says_again_when_and_why(
    story: Story, target: Database, keys: Keys, file: Path
) -> None:
    sora = story.person("sora")
    sealed = keys.seal(lines_of(story.database, story.vault, story.now))
    with story.database.transaction() as db:
        erase_client(db, story.vault, client_id=sora, why="retention", by=None, now=story.now)
    with story.database.transaction() as db:
        note_erasures(db, file, now=story.now)
    later = story.now + timedelta(days=2)
    bring_back(target, story.vault, keys, sealed, erased=read_erasures(file), now=later)
    with target.reading() as db:
        found = db.execute(sa.select(erasure.c.why, erasure.c.at)).all()
    assert [tuple(row) for row in found] == [("retention", story.now)]


def test_a_line_of_an_earlier_version_is_read(file: Path) -> None:
    file.write_text(f"{'0' * 64} 2026-11-12T23:40:00+09:00\n{'1' * 64} 2026-11-12T23:40:00+09:00 retention\n")
    assert [line.why for line in read_erasures(file)] == ["asked", "retention"]
