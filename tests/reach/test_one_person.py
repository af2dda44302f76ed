"""Who has two numbers after a つなぎなおし is one person: seen, taken back, given up and erased as one."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.flows.offers import command_data
from bot.flows.record import ASK_THEM
from desk.booking.by_hand import book_for_caller
from desk.booking.service import give_up_all
from desk.clients.queries import client_by_id, consents_of, phone_of
from desk.clients.service import set_phone
from desk.conversations.queries import messages_of
from desk.invariants import check_invariants
from desk.people.queries import account_by_id
from desk.people.sight import clients_in_sight
from desk.record import service as record
from desk.roster.avoidances import allow_meeting, avoided_by, forbid_meeting, kept_from
from desk.tables.calendar import booking
from desk.tables.messaging import outbound_message
from desk.wishes.service import keep_wish, offer_for_wish
from tests.booking.story import Story
from tests.engines import ONE_BY_DEFAULT
from tests.media.phone import Phone
from tests.panel.scene import Scene
from tests.reach.people import NEW, OLD, books, live, number_of, write
from tests.reach.test_relinking import asks, comes_anew, link, part, request_of, writes
from tests.record.acts import opens_record
from tests.record.test_forgetting import told_agency

pytestmark = ONE_BY_DEFAULT
PHONE = "090-0000-0000"


def booked_under_both(scene: Scene) -> tuple[str, str]:
    """Linked, and staff have booked under the joined number as well."""
    old, new = books(scene), comes_anew(scene)
    was = new.client_id
    link(scene, old.client_id, was)
    story = Story(scene.house.database, scene.house.vault, scene.desk_id, scene.now)
    story.book(was, story.times()[0].slot_id)
    assert (live(scene, old.client_id), live(scene, was)) == (1, 1)
    return old.client_id, was


def broken(scene: Scene) -> list[str]:
    """The names of the invariants that do not hold."""
    with scene.house.database.reading() as db:
        return [found.name for found in check_invariants(db, now=scene.now) if found.offenders]


def erased(scene: Scene, *client_ids: str) -> list[bool]:
    """Which of these are erased."""
    with scene.house.database.reading() as db:
        return [row.erased for each in client_ids if (row := client_by_id(db, each))]


def test_words_changed_in_line_are_changed_under_the_joined_number(scene: Scene) -> None:
    old, new = books(scene), Phone(scene.house, NEW)
    new.types("こんにちは")
    was = new.client_id
    writes(scene, was, "借りたお金があります。", "m1")
    link(scene, old.client_id, was)
    new.changes("m1", "仕事をさがしています。")
    with scene.house.database.reading() as db:
        assert [row.text for row in messages_of(db, scene.house.vault, was)] == ["仕事をさがしています。"]


def test_to_be_forgotten_gives_up_what_is_booked_under_either_number(scene: Scene) -> None:
    whose, was = booked_under_both(scene)
    write(scene, lambda db: record.erase(db, scene.house.vault, client_id=whose, now=scene.now))
    with scene.house.database.reading() as db:
        states = db.execute(sa.select(booking.c.state).where(booking.c.writer_id.in_((whose, was)))).scalars()
        assert set(states) == {"revoked"}
    assert (erased(scene, whose, was), broken(scene)) == ([True, True], [])


def test_whichever_number_staff_erase_the_whole_person_goes(scene: Scene) -> None:
    whose, was = booked_under_both(scene)
    write(scene, lambda db: record.erase(db, scene.house.vault, client_id=was, now=scene.now))
    assert (erased(scene, whose, was), broken(scene)) == ([True, True], [])
    assert (live(scene, whose), live(scene, was)) == (0, 0)


def test_all_but_the_booking_goes_under_either_number(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    was, vault = new.client_id, scene.house.vault
    writes(scene, was, "新しい電話です。", "m1")
    write(scene, lambda db: set_phone(db, vault, client_id=was, phone=PHONE, note="", now=scene.now))
    link(scene, old.client_id, was)
    assert "予約は、そのままです" in new.types("わたしの記録", "ぜんぶ消す", "予約だけ のこす")
    with scene.house.database.reading() as db:
        assert (messages_of(db, vault, was), phone_of(db, vault, was)) == ((), None)
        assert [row.purpose for row in consents_of(db, was) if row.withdrawn_at is None] == []
    assert live(scene, old.client_id) == 1


def test_what_is_kept_is_counted_under_either_number(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    writes(scene, new.client_id, "新しい電話です。", "m1")
    link(scene, old.client_id, new.client_id)
    counted = new.types("わたしの記録")
    assert "・予約 1つ" in counted
    assert "・書いたもの 1つ" in counted


def test_what_an_agency_was_told_under_either_number_is_said_before_all_goes(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    told_agency(scene, new)
    link(scene, old.client_id, new.client_id)
    page = opens_record(new, scene.house)
    assert "ほかの所に 話したことは、消せません" in page.get("/me/record").text
    assert ASK_THEM in page.post("/me/record/erase").text


def test_a_link_undone_before_they_heard_of_it_is_not_told_to_anybody(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    link_id = link(scene, old.client_id, new.client_id)
    told = sa.select(outbound_message.c.state).where(outbound_message.c.dedupe_key == f"linked:{link_id}")
    with scene.house.database.reading() as db:
        assert db.execute(told).scalar_one() == "queued"
    part(scene, link_id)
    with scene.house.database.reading() as db:
        assert db.execute(told).scalar_one() == "dropped"


def test_who_asked_for_somebody_that_is_erased_still_waits_for_an_answer(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene, NEW)
    asks(new, number_of(old), "そら")
    meant = old.client_id
    write(scene, lambda db: record.erase(db, scene.house.vault, client_id=meant, now=scene.now))
    asked = request_of(scene, new.client_id)
    assert asked is not None
    assert (asked.meant_id, asked.name_fits) == (None, False)
    assert broken(scene.at(scene.now + timedelta(minutes=5))) == []


def linked(scene: Scene) -> tuple[str, str, str]:
    """An earlier person with a booking, the number that was joined to them, and the link."""
    old, new = books(scene), comes_anew(scene)
    was = new.client_id
    return old.client_id, was, link(scene, old.client_id, was)


def test_whom_they_must_not_meet_is_kept_away_under_either_number(scene: Scene) -> None:
    whose, was, link_id = linked(scene)
    sato = scene.accounts["sato"]
    by: dict[str, Any] = {"account_id": sato, "entered_by": sato, "now": scene.now}
    write(scene, lambda db: forbid_meeting(db, client_ids=[was], **by))
    assert (seen_by(scene, sato, whose, was), kept_away(scene, whose)) == (set(), {sato})
    part(scene, link_id)
    assert (seen_by(scene, sato, whose, was), kept_away(scene, whose)) == ({whose}, set())
    link(scene, whose, was)
    write(scene, lambda db: allow_meeting(db, account_id=sato, client_id=whose))
    assert (seen_by(scene, sato, whose, was), kept_away(scene, whose)) == ({whose, was}, set())


def seen_by(scene: Scene, account_id: str, *client_ids: str) -> set[str]:
    with scene.house.database.reading() as db:
        viewer = account_by_id(db, scene.house.vault, account_id)
        assert viewer is not None
        return set(clients_in_sight(db, viewer, client_ids, now=scene.now))


def kept_away(scene: Scene, client_id: str) -> set[str]:
    """Who cannot sit at the table of their booking, and must not meet them."""
    query = sa.select(booking.c.session_id).where(booking.c.writer_id == client_id)
    with scene.house.database.reading() as db:
        session_id = db.execute(query).scalar_one()
        kept = kept_from(db, session_id=session_id, table_no=1)
        assert kept == avoided_by(db, client_id)
        return set(kept)


def test_what_staff_book_or_offer_for_the_joined_number_is_known_in_the_chat(scene: Scene) -> None:
    old, new = comes_anew(scene, OLD), comes_anew(scene)
    whose, was, vault = old.client_id, new.client_id, scene.house.vault
    told: dict[str, Any] = {"desk_code": "suwa", "kind": "evening", "note": ""}
    wish_id = write(scene, lambda db: keep_wish(db, vault, client_id=was, **told, now=scene.now))
    link(scene, whose, was)
    story = Story(scene.house.database, vault, scene.desk_id, scene.now)
    by: dict[str, Any] = {
        "account_id": scene.accounts["sato"],
        "slot_id": story.times()[0].slot_id,
        "now": scene.now,
    }
    until = scene.now + timedelta(days=1)
    write(scene, lambda db: offer_for_wish(db, vault, wish_id=wish_id, until=until, **by))
    new.presses(command_data("take_place", new.booking().id))
    assert new.booking().state == "confirmed"
    write(scene, lambda db: give_up_all(db, client_id=whose, now=scene.now))
    caller: dict[str, Any] = {"called_name": "そら", "phone": PHONE, "about": "self", "source": "phone"}
    write(scene, lambda db: book_for_caller(db, vault, client_id=was, **caller, **by))
    assert new.booking().state == "confirmed"
