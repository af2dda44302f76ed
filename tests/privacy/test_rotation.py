"""Changing the keys: all stays readable, whoever works meanwhile, and the old key opens nothing any more."""

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.booking.queries import booking_by_id, visitors_called
from desk.clients.queries import address_of, client_of_address, clients_by_phone, phone_of
from desk.clients.service import arrive
from desk.clients.spoken import client_by_code, code_of
from desk.clock import Clock
from desk.conversations.service import withdraw_message
from desk.errors import DeskError, Unreadable, WrongSettings
from desk.key_file import new_key_file, read_keys, write_keys
from desk.keys import indexing, resealing
from desk.keys.places import SEALED
from desk.keys.queries import check_opens, remaining
from desk.privacy import Vault
from desk.tables import metadata
from desk.tables.clients import address, client
from desk.tables.intake import answer
from desk.tables.messaging import lane
from tests.crash.launcher import POINT_FILE, Point
from tests.engines import ONE_BY_DEFAULT
from tests.privacy.life import LINE_ID, NAME, ORIGIN, PHONE, Life
from tests.processes import start_command
from tomarigi.keys import rotate


class Ended(Exception):
    """The process was killed here."""


def turn(life: Life, key_file: Path, tell: Callable[[str], None] = lambda _line: None) -> None:
    rotate(life.story.database, key_file, Clock(fixed=life.story.now), tell, settle_seconds=0)


def everything_sealed(life: Life, vault: Vault) -> dict[str, list[bytes | None]]:
    """What each sealed column holds, in the clear; None where this key does not open it."""
    found: dict[str, list[bytes | None]] = {}
    with life.story.database.reading() as db:
        for place in SEALED:
            rows = list(resealing.opened(db, vault, place, sa.true(), after=None))
            found[f"{place.column.table.name}.{place.column.name}"] = [row.plain for row in rows]
    return found


def all_still_work(life: Life, vault: Vault) -> None:
    """Everything people are found by, and everything they told."""
    with life.story.database.transaction() as db:
        code = code_of(db, vault, life.client_id)
        assert code is not None
        assert client_of_address(db, vault, LINE_ID) == life.client_id
        assert arrive(db, vault, user_id=LINE_ID, now=life.story.now) == life.client_id
        assert [row.id for row in clients_by_phone(db, vault, PHONE)] == [life.client_id]
        assert client_by_code(db, vault, code) == life.client_id
        assert visitors_called(db, vault, "みどり かわ") == (life.client_id,)
        assert phone_of(db, vault, life.client_id) == PHONE
        address = address_of(db, vault, life.client_id)
        assert address is not None
        assert address.user_id == LINE_ID
        booked = booking_by_id(db, vault, life.booking_id)
        assert booked is not None
        assert booked.called_name == NAME
        events = db.execute(sa.text("SELECT event_key, raw FROM inbound_event")).all()
        assert len(events) == 1
    whole = everything_sealed(life, vault)
    assert all(None not in values for values in whole.values())


def test_the_story_fills_every_sealed_column_there_is(life: Life) -> None:
    whole = everything_sealed(life, life.story.vault)
    assert not {name for name, values in whole.items() if not values}
    assert all(None not in values for values in whole.values()), "a place is not as the rule says"


def test_every_blind_index_is_known_to_the_rotation() -> None:
    hashes = {"subject_hash", "text_hash", "token_hash"}
    found = {
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_index") and column.name not in hashes
    }
    assert found <= set(indexing.ALL)


def test_all_keys_change_and_nothing_is_lost(life: Life, key_file: Path) -> None:
    before, told = everything_sealed(life, life.story.vault), list[str]()
    old = Vault(read_keys(key_file)[1])
    rows = _wrapped_keys(life)
    turn(life, key_file, told.append)
    assert list(read_keys(key_file)) == [2]
    assert key_file.stat().st_mode & 0o077 == 0
    new = Vault.from_file(key_file)
    assert everything_sealed(life, new) == before
    all_still_work(life, new)
    assert everything_sealed(life, life.story.vault) == before, "who was running needs no restart"
    with life.story.database.reading() as db:
        assert remaining(db, new) == 0
    assert "still under an earlier key: 0" in told
    _opens_nothing(life, old, rows)


def _wrapped_keys(life: Life) -> dict[str, bytes]:
    with life.story.database.reading() as db:
        query = sa.select(client.c.id, client.c.wrapped_key).where(client.c.wrapped_key.is_not(None))
        return {row.id: row.wrapped_key for row in db.execute(query)}


def _opens_nothing(life: Life, old: Vault, wrapped_keys: dict[str, bytes]) -> None:
    """Neither the old master key nor any key of a person that was ever wrapped by it."""
    keys = [old.person(wrapped, person_id) for person_id, wrapped in wrapped_keys.items()]
    keys += [old.house(purpose) for purpose in ("inbox", "people", "incidents", "wrap")]
    with life.story.database.reading() as db:
        rows = [row for table in metadata.sorted_tables for row in db.execute(sa.select(table)).all()]
        values = [value for row in rows for value in row if isinstance(value, bytes)]
        places = [resealing.opened(db, life.story.vault, place, sa.true(), after=None) for place in SEALED]
        found = [value for values in places for value in values]
    assert {value[0] for value in values} == {2}
    for key, value in product(keys, found):
        # As if it did not say which key it belongs to.
        with pytest.raises(Unreadable):
            key.open(bytes((1,)) + value.sealed[1:], value.place)


def test_an_unsent_message_is_still_found_after_it(life: Life, key_file: Path) -> None:
    turn(life, key_file)
    with life.story.database.transaction() as db:
        vault = Vault.from_file(key_file)
        assert withdraw_message(db, vault, client_id=life.client_id, origin=ORIGIN, now=life.story.now)


# On both it is killed for real, below.
@ONE_BY_DEFAULT
@pytest.mark.parametrize("lines", [1, 2, 4, 15, 25, 31])
def test_ended_anywhere_all_can_be_read_and_a_second_run_goes_on(
    life: Life, key_file: Path, lines: int
) -> None:
    left = lines

    def tell(_line: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Ended

    with pytest.raises(Ended):
        turn(life, key_file, tell)
    assert list(read_keys(key_file)) == [2, 1]
    all_still_work(life, life.story.vault)
    all_still_work(life, Vault.from_file(key_file))
    turn(life, key_file)
    assert list(read_keys(key_file)) == [2], "it goes on, and makes no third key"
    all_still_work(life, Vault.from_file(key_file))
    with life.story.database.reading() as db:
        assert remaining(db, Vault.from_file(key_file)) == 0


def test_killed_three_times_in_the_middle_it_still_comes_to_its_end(
    life: Life, key_file: Path, tmp_path: Path
) -> None:
    url = life.story.database.engine.url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "MASTER_KEY_FILE": str(key_file), POINT_FILE: str(tmp_path / "point")}
    for moment, statement in (
        ("commit", "UPDATE client SET wrapped_key"),
        ("committed", "UPDATE inbound_event SET lane_id"),
        ("before", "UPDATE message SET body"),
    ):
        Point(moment, statement).store(tmp_path / "point")
        process = start_command(("key", "rotate"), os.environ | settings, tmp_path / "said")
        process.join()
        assert process.exitcode == -signal.SIGKILL, (tmp_path / "said").read_text()
        all_still_work(life, life.story.vault)
        all_still_work(life, Vault.from_file(key_file))
    turn(life, key_file)
    assert list(read_keys(key_file)) == [2]
    all_still_work(life, Vault.from_file(key_file))


def test_people_who_come_and_write_in_the_middle_are_neither_doubled_nor_lost(
    life: Life, key_file: Path
) -> None:
    running, seen = life.story.vault, list[str]()

    def tell(_line: str) -> None:
        name = f"U-{len(seen)}"
        with life.story.database.transaction() as db:
            seen.append(arrive(db, running, user_id=name, now=life.story.now))
            assert arrive(db, running, user_id="U-0", now=life.story.now) == seen[0]

    turn(life, key_file, tell)
    new = Vault.from_file(key_file)
    with life.story.database.reading() as db:
        assert [client_of_address(db, new, f"U-{number}") for number in range(len(seen))] == seen
    all_still_work(life, new)


def claim(life: Life, until: datetime | None) -> None:
    """Somebody is at work on what the person wrote, or no longer."""
    with life.story.database.transaction() as db:
        mine = sa.select(address.c.address_index).where(address.c.client_id == life.client_id)
        held = {"claimed_by": "w" * 32 if until else None, "claimed_until": until}
        db.execute(lane.update().where(lane.c.id.in_(mine)).values(held))


def test_somebody_whose_messages_are_worked_on_is_waited_for(life: Life, key_file: Path) -> None:
    claim(life, life.story.now + timedelta(seconds=30))
    seen: list[str] = []

    def tell(line: str) -> None:
        seen.append(line)
        if sum(each.startswith("still under an earlier key: ") for each in seen) == 3:
            claim(life, None)

    turn(life, key_file, tell)
    assert list(read_keys(key_file)) == [2]
    all_still_work(life, Vault.from_file(key_file))


def test_an_earlier_key_that_is_needed_stays(life: Life, key_file: Path) -> None:
    claim(life, life.story.now + timedelta(seconds=30))
    with pytest.raises(DeskError, match="run this again"):
        turn(life, key_file)
    assert list(read_keys(key_file)) == [2, 1]
    claim(life, None)
    all_still_work(life, Vault.from_file(key_file))
    turn(life, key_file)
    assert list(read_keys(key_file)) == [2]
    all_still_work(life, Vault.from_file(key_file))


@ONE_BY_DEFAULT
def test_what_no_key_opens_keeps_no_key(life: Life, key_file: Path) -> None:
    with life.story.database.transaction() as db:
        spoilt = db.execute(answer.update().values(value=b"\x01" + b"damaged " * 9)).rowcount
    told: list[str] = []
    turn(life, key_file, told.append)
    assert list(read_keys(key_file)) == [2]
    assert any(line.startswith(f"{spoilt} values could not be opened") for line in told)


def test_the_file_stays_with_whoever_had_it(key_file: Path) -> None:
    key_file.chmod(0o640)
    before = key_file.stat()
    if os.getuid() == 0:
        os.chown(key_file, 1234, 1235)
        before = key_file.stat()
    write_keys(key_file, read_keys(key_file))
    after = key_file.stat()
    assert after.st_ino != before.st_ino
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)


def test_who_cannot_read_a_changed_file_seals_nothing_with_the_key_before(
    key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vault, keys = Vault.from_file(key_file), read_keys(key_file)
    sealed = vault.house("people").seal_text("みどり", "here")
    key_file.unlink()
    assert vault.house("people").open_text(sealed, "here") == "みどり", "a file that is away is no new key"
    key_file.write_text("nothing that is a key\n")
    with pytest.raises(WrongSettings):
        vault.house("people")
    assert "key file has changed and cannot be read" in capsys.readouterr().out
    key_file.unlink()
    key_file.touch()
    write_keys(key_file, keys)
    assert vault.house("people").open_text(sealed, "here") == "みどり"


def test_a_second_change_leaves_only_the_third_key(life: Life, key_file: Path) -> None:
    turn(life, key_file)
    turn(life, key_file)
    assert list(read_keys(key_file)) == [3]
    all_still_work(life, Vault.from_file(key_file))


def test_a_wrong_key_is_told_in_one_line_before_anything_starts(
    life: Life, tmp_path: Path, key_file: Path
) -> None:
    new_key_file(tmp_path / "other.key")
    with life.story.database.reading() as db:
        check_opens(db, Vault.from_file(key_file))
        with pytest.raises(WrongSettings, match="does not open this database"):
            check_opens(db, Vault.from_file(tmp_path / "other.key"))
    with pytest.raises(WrongSettings):
        turn(life, tmp_path / "other.key")
    assert list(read_keys(tmp_path / "other.key")) == [1], (
        "no new key is made for a database that is not ours"
    )
