"""Whom staff look at first, what they leave for each other, and who is writing: the same on either database."""

from datetime import date, timedelta

import sqlalchemy as sa

from bot.pages.kept import parts_of
from desk.clients.erasing import erase_client
from desk.clock import local_date
from desk.database import new_id
from desk.inbox.queries import ThreadRow, look_on_of, notes_of, threads, writer_of
from desk.inbox.rules import LATELY, WRITES_FOR, Standing
from desk.people.queries import account_by_id
from desk.people.sight import client_seen
from desk.record.queries import kept_of
from desk.tables.inbox import thread
from desk.tables.people import personal_note
from tests.engines import ONE_BY_DEFAULT
from tests.inbox.talk import (
    MONDAY,
    NOW,
    TODAY,
    answers,
    asks,
    looks_on,
    notes,
    somebody,
    stops,
    types_to,
)
from tests.panel.scene import Scene, hana_books, has_no_bed

_DAY = timedelta(days=1)


def listed(
    scene: Scene,
    who: str = "sato",
    *,
    only: Standing | None = None,
    written_on: date | None = None,
    limit: int = 100,
) -> list[ThreadRow]:
    """What this account sees on the morning of the 18th."""
    with scene.house.database.reading() as db:
        viewer = account_by_id(db, scene.house.vault, scene.accounts[who])
        assert viewer is not None
        seen = client_seen(viewer, NOW)
        return list(threads(db, seen=seen, only=only, written_on=written_on, limit=limit, now=NOW))


def writer(scene: Scene, client_id: str, *, after: timedelta = timedelta()) -> str | None:
    """Who is seen writing, so long after the scene's moment."""
    with scene.house.database.reading() as db:
        account_id = writer_of(db, client_id, now=scene.now + after)
    return {account: who for who, account in scene.accounts.items()}.get(account_id or "")


def test_danger_comes_first_then_who_waits_longest_then_the_day_to_look(scene: Scene) -> None:
    later, answered, due, waits, waits_longer, danger = (somebody(scene, sign) for sign in "abcdef")
    asks(scene, answered, MONDAY)
    answers(scene, answered, MONDAY + _DAY)
    asks(scene, waits, MONDAY + _DAY)
    asks(scene, waits_longer, MONDAY)
    asks(scene, waits_longer, MONDAY + 2 * _DAY)
    looks_on(scene, due, TODAY)
    looks_on(scene, later, TODAY + _DAY)
    has_no_bed(scene, danger)
    somebody(scene, "0")
    rows = listed(scene)
    assert [row.client_id for row in rows] == [danger, waits_longer, waits, due, later, answered]
    assert [row.standing.value for row in rows] == ["urgent", "waits", "waits", "due", "later", "answered"]
    assert rows[1].waits_since == MONDAY
    assert rows[1].last_at == MONDAY + 2 * _DAY
    assert rows[3].look_on == TODAY


def test_the_list_is_narrowed_by_how_it_stands_and_by_day(scene: Scene) -> None:
    waits, answered = somebody(scene, "a"), somebody(scene, "b")
    asks(scene, waits, MONDAY)
    asks(scene, answered, MONDAY)
    answers(scene, answered, MONDAY + _DAY)
    assert [row.client_id for row in listed(scene, only=Standing.ANSWERED)] == [answered]
    assert [row.client_id for row in listed(scene, written_on=TODAY - _DAY)] == [answered]
    assert [row.client_id for row in listed(scene, written_on=TODAY - 2 * _DAY)] == [waits, answered]
    assert listed(scene, written_on=TODAY) == []
    assert [row.client_id for row in listed(scene, limit=1)] == [waits]


def test_who_was_answered_long_ago_leaves_the_list_and_who_waits_never_does(scene: Scene) -> None:
    waits, answered = somebody(scene, "a"), somebody(scene, "b")
    long_ago = NOW - LATELY - _DAY
    asks(scene, waits, long_ago)
    asks(scene, answered, long_ago)
    answers(scene, answered, long_ago)
    assert [row.client_id for row in listed(scene)] == [waits]
    assert {row.client_id for row in listed(scene, written_on=local_date(long_ago))} == {waits, answered}


@ONE_BY_DEFAULT
def test_nobody_sees_the_conversations_of_another_desk(scene: Scene) -> None:
    hana = hana_books(scene)
    asks(scene, hana, MONDAY)
    assert [row.client_id for row in listed(scene, "sato")] == [hana]
    assert listed(scene, "ogawa") == []
    assert listed(scene, "kobayashi") == []


@ONE_BY_DEFAULT
def test_what_is_told_the_officers_alone_is_no_conversation(scene: Scene) -> None:
    hana_books(scene)
    assert listed(scene) == []


def test_whoever_began_to_write_is_told_of_until_they_are_still(scene: Scene) -> None:
    client_id, moment = somebody(scene, "a"), timedelta(seconds=1)
    assert writer(scene, client_id) is None
    types_to(scene, client_id, who="sato")
    types_to(scene, client_id, who="mori", after=moment)
    assert writer(scene, client_id) == "sato"
    types_to(scene, client_id, who="sato", after=WRITES_FOR)
    assert writer(scene, client_id, after=2 * WRITES_FOR) == "sato"
    assert writer(scene, client_id, after=2 * WRITES_FOR + moment) is None
    types_to(scene, client_id, who="mori", after=2 * WRITES_FOR + moment)
    assert writer(scene, client_id, after=2 * WRITES_FOR + moment) == "mori"
    stops(scene, client_id, who="sato")
    assert writer(scene, client_id, after=2 * WRITES_FOR + moment) == "mori"
    stops(scene, client_id, who="mori")
    assert writer(scene, client_id, after=2 * WRITES_FOR + moment) is None


@ONE_BY_DEFAULT
def test_writing_and_looking_again_leave_each_other_alone(scene: Scene) -> None:
    client_id = somebody(scene, "a")
    looks_on(scene, client_id, TODAY)
    types_to(scene, client_id)
    looks_on(scene, client_id, None)
    assert writer(scene, client_id) == "sato"
    assert listed(scene) == []


@ONE_BY_DEFAULT
def test_a_note_is_kept_once_and_sealed(scene: Scene) -> None:
    client_id, note_id = somebody(scene, "a"), new_id()
    notes(scene, client_id, "年金の紙をさがしています。", note_id=note_id)
    notes(scene, client_id, "年金の紙をさがしています。", note_id=note_id)
    notes(scene.at(MONDAY), client_id, "見つかりました。", who="mori")
    with scene.house.database.reading() as db:
        kept = notes_of(db, scene.house.vault, client_id)
        raw = db.execute(sa.select(personal_note.c.body)).scalars().all()
    assert [(row.text, row.account_id) for row in kept] == [
        ("見つかりました。", scene.accounts["mori"]),
        ("年金の紙をさがしています。", scene.accounts["sato"]),
    ]
    assert all("年金".encode() not in bytes(body) for body in raw)


@ONE_BY_DEFAULT
def test_ones_own_record_says_that_there_are_notes_and_not_what_they_say(scene: Scene) -> None:
    client_id = somebody(scene, "a")
    notes(scene, client_id, "お母さんから電話があった。")
    with scene.house.database.reading() as db:
        parts = parts_of(kept_of(db, scene.house.vault, client_id))
    told = " ".join(line.told for part in parts for line in part.lines)
    assert "1件 あります。" in told
    assert "お母さん" not in told


def test_all_of_it_goes_with_the_person(scene: Scene) -> None:
    client_id = somebody(scene, "a")
    asks(scene, client_id, MONDAY)
    looks_on(scene, client_id, TODAY)
    notes(scene, client_id, "また来ます。")
    types_to(scene, client_id)
    with scene.house.database.transaction() as db:
        erase_client(db, scene.house.vault, client_id=client_id, why="asked", by=None, now=NOW)
    assert listed(scene) == []
    with scene.house.database.reading() as db:
        left = [db.execute(sa.select(table)).all() for table in (thread, personal_note)]
        assert look_on_of(db, client_id) is None
    assert left == [[], []]
