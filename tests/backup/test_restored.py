"""What comes back: every row, readable with the master key, and nothing a thief could read without it."""

import json
from itertools import pairwise

import pytest
import sqlalchemy as sa

from desk.clients import service as clients
from desk.clock import BOOT_ID, Tick
from desk.database import Database
from desk.house import House
from desk.messaging import service as messaging
from desk.messaging.service import ArrivedEvent, inbox_row, keep_events
from desk.notices.service import tell
from desk.privacy import Vault
from desk.tables.calendar import session
from desk.tables.messaging import outbound_message
from desk.tables.notices import notice
from tests.backup.conftest import NewUrl
from tests.backup.copies import Keys, bring_back, everything, lines_of
from tests.panel.scene import (
    ON_THE_DAY,
    STORY,
    Scene,
    hana_books,
    has_no_bed,
    sora_books,
    writes_to_staff,
)

WORDS_TO_STAFF = "かくした ことば です。"
PHONE = "090-0000-0001"
LINE_ID = "U" + "1" * 32
LEFT_BEHIND = ("account_link", "sign_in")


def _live(scene: Scene) -> str:
    """An evening at the desk, with something in most tables. Returns the id of そら."""
    sora = sora_books(scene)
    hana_books(scene)
    has_no_bed(scene, sora)
    writes_to_staff(scene, sora, WORDS_TO_STAFF)
    raw = json.dumps({"message": {"text": WORDS_TO_STAFF}}).encode()
    event = ArrivedEvent("event-1", "message", LINE_ID, 1, raw, scene.now, Tick(1000.125, BOOT_ID))
    with scene.house.database.transaction() as db:
        clients.set_phone(db, scene.house.vault, client_id=sora, phone=PHONE, note="", now=scene.now)
        keep_events(db, [inbox_row(scene.house.vault, event)])
        days = list(db.execute(sa.select(session.c.id).order_by(session.c.date)).scalars())
        # Each row points to one that stands after it.
        for moved, later in pairwise(days):
            db.execute(session.update().where(session.c.id == moved).values(moved_from=later))
    return sora


def _lasting(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    return {name: found for name, found in rows.items() if name not in LEFT_BEHIND}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_row_comes_back_as_it_was_into_either_kind_of_database(
    scene: Scene, keys: Keys, new_url: NewUrl, kind: str
) -> None:
    _live(scene)
    before, vault = everything(scene.house.database), scene.house.vault
    sealed = keys.seal(lines_of(scene.house.database, vault, scene.now))
    target = Database(new_url(kind))
    bring_back(target, vault, keys, sealed, now=scene.now)
    assert _lasting(everything(target)) == _lasting(before)
    target.close()


def test_the_panel_opens_what_came_back(scene: Scene, keys: Keys, target: Database) -> None:
    _live(scene)
    house = scene.house
    bring_back(
        target, house.vault, keys, keys.seal(lines_of(house.database, house.vault, scene.now)), now=scene.now
    )
    there = Scene(
        House(target, house.vault, house.clock, house.settings),
        scene.signals,
        scene.organisation_id,
        scene.desk_id,
        scene.other_desk_id,
        scene.session_id,
        scene.accounts,
    )
    page = there.at(ON_THE_DAY).browser("kobayashi").get("/admin/today").text
    assert "そら" in page
    assert WORDS_TO_STAFF in there.browser("sato").get("/admin/week").text


def test_life_goes_on_after_the_last_number(scene: Scene, keys: Keys, target: Database, vault: Vault) -> None:
    sora = _live(scene)
    now = scene.now
    bring_back(target, vault, keys, keys.seal(lines_of(scene.house.database, vault, now)), now=now)
    with target.transaction() as db:
        says = [{"kind": "staff_message", "facts": {"text": "はい"}}]
        assert messaging.say(db, vault, client_id=sora, says=says, now=now)
        tell(db, kind="roster", desk_id=scene.desk_id, dedupe_key="new", now=now)
        numbers = list(db.execute(sa.select(notice.c.id).order_by(notice.c.id)).scalars())
        assert db.execute(sa.select(outbound_message.c.id)).scalars().all()
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(everything(scene.house.database)["notice"]) + 1


def test_a_stolen_backup_says_nothing_and_with_its_key_nothing_of_anybody(scene: Scene, keys: Keys) -> None:
    _live(scene)
    sealed = keys.seal(lines_of(scene.house.database, scene.house.vault, scene.now))
    opened = keys.unseal(sealed)
    for planted in (WORDS_TO_STAFF, STORY, PHONE, PHONE.replace("-", ""), "そら", "はな", "小林", LINE_ID):
        assert planted.encode() not in opened
    for plain in ("諏訪", "booking", "2026-11"):
        assert plain.encode() in opened, "the scan must be able to find something"
        assert plain.encode() not in sealed
