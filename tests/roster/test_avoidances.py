"""会わない組み合わせ: checked where somebody is seated, swaps or books; no reason, and never a word to either."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from desk.booking import service as booking
from desk.booking.apart import keep_clients_apart
from desk.calendar.queries import desk_by_code
from desk.clients.erasing import erase_client
from desk.database import Database, new_id
from desk.errors import WrongRoster
from desk.invariants import check_invariants
from desk.notices.queries import open_for_officer, open_for_staff
from desk.privacy import Vault
from desk.roster.avoidances import allow_meeting, avoided_by, forbid_meeting, meetings_to_mend
from desk.roster.service import assign
from desk.tables.calendar import slot
from desk.tables.messaging import outbound_message
from tests.booking.story import Story
from tests.locks import wait_until_somebody_waits
from tests.roster.story import FIRST_DAY, RosterStory, open_roster_story


def _people(story: RosterStory) -> Story:
    with story.database.reading() as db:
        desk = desk_by_code(db, "suwa")
    assert desk is not None
    return Story(story.database, story.vault, desk.id, story.now)


def _second_table(story: RosterStory) -> None:
    """The day of November gets a second table with the same times."""
    with story.database.transaction() as db:
        session_id = story.sessions["suwa 11"]
        rows = db.execute(sa.select(slot).where(slot.c.session_id == session_id)).mappings().all()
        db.execute(slot.insert(), [dict(row) | {"id": new_id(), "table_no": 2} for row in rows])


def _forbid(story: RosterStory, name: str, client_id: str) -> None:
    """As staff do it: kept, and what is booked already is looked at."""
    with story.database.transaction() as db:
        officer = story.officers[name]
        forbid_meeting(db, account_id=officer, client_ids=[client_id], entered_by=officer, now=story.now)
        keep_clients_apart(db, client_ids=[client_id], now=story.now)


def _clashes(story: RosterStory) -> list[str]:
    with story.database.reading() as db:
        return [each.account_id for each in meetings_to_mend(db, desk_id=None, since=FIRST_DAY)]


def test_who_must_not_meet_somebody_booked_there_is_neither_seated_nor_swaps_in(story: RosterStory) -> None:
    people = _people(story)
    sora = people.person("sora")
    people.book(sora, people.times()[0].slot_id)
    _forbid(story, "西", sora)
    with pytest.raises(WrongRoster, match=r"^must_not_meet$"):
        story.seat("suwa 11", 1, "西")
    with pytest.raises(WrongRoster, match=r"^must_not_meet$"):
        story.ask("suwa 11", "小林", "西", back="suwa 1")
    assert story.sitting("suwa 11") == ["小林", "原"]
    with story.database.transaction() as db:
        allow_meeting(db, account_id=story.officers["西"], client_id=sora)
    story.seat("suwa 1", 2, "東")
    assert story.agree(story.ask("suwa 11", "小林", "西", back="suwa 1"), "西") == "agreed"


def test_what_is_forbidden_after_it_was_asked_is_refused_when_it_is_agreed(story: RosterStory) -> None:
    people = _people(story)
    sora = people.person("sora")
    people.book(sora, people.times()[0].slot_id)
    swap_id = story.ask("suwa 11", "小林", "西")
    _forbid(story, "西", sora)
    assert story.agree(swap_id, "西") == "must_not_meet"
    assert story.sitting("suwa 11") == ["小林", "原"]


def test_who_books_where_such_an_officer_sits_gets_another_table_of_that_time(story: RosterStory) -> None:
    _second_table(story)
    people = _people(story)
    sora = people.person("sora")
    _forbid(story, "小林", sora)
    made = people.book(sora, people.times()[0].slot_id)
    assert made.table_no == 2
    assert made.starts_at == people.booking(made.id).starts_at
    assert "conflict" not in story.told()
    assert (_clashes(story), people.broken()) == ([], [])


def test_where_there_is_no_other_table_staff_learn_of_it_at_once_and_nobody_else(story: RosterStory) -> None:
    people = _people(story)
    sora = people.person("sora")
    _forbid(story, "小林", sora)
    made = people.book(sora, people.times()[0].slot_id)
    assert story.told() == ["booked", "conflict"]
    assert _clashes(story) == [story.officers["小林"]]
    with story.database.reading() as db:
        (waiting,) = open_for_staff(db, desk_id=None, now=story.now)
        assert (waiting.notice.kind, waiting.waiting_for) == ("conflict", ())
        for name, kinds in (("小林", []), ("原", ["booked"])):
            seen = open_for_officer(db, account_id=story.officers[name], now=story.now)
            assert [row.kind for row in seen] == kinds, "who must not meet somebody hears nothing of them"
        assert db.execute(sa.select(sa.func.count()).select_from(outbound_message)).scalar_one() == 0
    with story.database.transaction() as db:
        later = people.times()[-1].slot_id
        booking.move(db, story.vault, booking_id=made.id, slot_id=later, by="client", now=story.now)
    assert _clashes(story) == [], "in January somebody else sits there"


def test_a_table_that_is_taken_is_not_given_twice(story: RosterStory) -> None:
    _second_table(story)
    people = _people(story)
    sora, yama = people.person("sora"), people.person("yama")
    _forbid(story, "小林", sora)
    assert people.book(yama, people.times()[0].slot_id, "やま").table_no == 1
    assert people.book(sora, people.times()[0].slot_id).table_no == 2
    umi = people.person("umi")
    _forbid(story, "小林", umi)
    assert people.book(umi, people.times()[0].slot_id, "うみ").table_no == 2
    assert people.broken() == []


def test_what_becomes_known_after_the_booking_moves_it_or_tells_staff(story: RosterStory) -> None:
    _second_table(story)
    people = _people(story)
    sora = people.person("sora")
    made = people.book(sora, people.times()[0].slot_id)
    assert made.table_no == 1
    _forbid(story, "原", sora)
    assert people.booking(made.id).table_no == 2
    story.seat("suwa 11", 1, "東", table_no=2)
    _forbid(story, "東", sora)
    assert story.told() == ["booked", "conflict"], "now no table is left"
    assert people.booking(made.id).table_no == 2
    with story.database.reading() as db:
        assert [each.name for each in check_invariants(db, now=story.now) if each.offenders] == []


def test_who_books_while_such_an_officer_is_being_seated_is_seen_too(
    postgres_url: str, vault: Vault, now: datetime
) -> None:
    # Only where two write at once.
    with closing(Database(postgres_url)) as database:
        story = open_roster_story(database, vault, now)
        people = _people(story)
        sora = people.person("sora")
        _forbid(story, "西", sora)
        with ThreadPoolExecutor(1) as threads:
            with database.transaction() as db:
                assign(
                    db,
                    session_id=story.sessions["suwa 11"],
                    table_no=1,
                    seat=1,
                    account_id=story.officers["西"],
                    now=now,
                )
                booked = threads.submit(people.book, sora, people.times()[0].slot_id)
                wait_until_somebody_waits(database)
                assert not booked.done()
                assert _clashes(story) == [], "who looks without waiting sees nothing"
            assert booked.result(timeout=30).table_no == 1
        assert story.told() == ["booked", "conflict"]


def test_erasing_somebody_takes_whom_they_must_not_meet(story: RosterStory) -> None:
    sora = _people(story).person("sora")
    _forbid(story, "原", sora)
    with story.database.transaction() as db:
        assert avoided_by(db, sora) == {story.officers["原"]}
        erase_client(
            db, story.vault, client_id=sora, why="asked", by=None, now=story.now + timedelta(hours=1)
        )
        assert avoided_by(db, sora) == frozenset()
