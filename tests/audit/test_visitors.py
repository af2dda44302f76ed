"""A mother writes and her son comes: whoever opens the booking has opened what is known of both."""

from datetime import timedelta

import pytest

from desk.audit.incidents import affected
from desk.booking import service as booking
from desk.booking.queries import bookings_of_client
from desk.calendar.queries import free_slots
from desk.clients import service as clients
from desk.clients.queries import client_by_id
from desk.people.queries import account_by_id
from desk.people.scope import find, need_scope
from desk.tables.intake import intake, need
from tests.audit.test_affected import the_stretch
from tests.panel.scene import BOOKED_AT, Scene
from tests.panel.test_today import words_of


@pytest.fixture
def now() -> object:
    """The next morning."""
    return BOOKED_AT + timedelta(hours=11)


def a_mother_books(scene: Scene) -> tuple[str, str, str]:
    """The booking, the mother who wrote, and the son who comes."""
    vault = scene.house.vault
    with scene.house.database.transaction() as db:
        mother = clients.arrive(db, vault, user_id=f"U{'3' * 32}", now=scene.now)
        free = free_slots(db, desk_id=scene.desk_id, now=scene.now)
        booking.hold(db, client_id=mother, slot_id=free[0].slot_id, now=scene.now)
        booking.confirm(
            db,
            vault,
            client_id=mother,
            called_name="はると",
            about="other",
            subject_knows="yes",
            now=scene.now,
        )
        (made,) = bookings_of_client(db, vault, mother)
    assert made.visitor_id != mother
    return made.id, mother, made.visitor_id


def test_who_comes_is_in_the_log_and_in_the_count_of_an_incident(scene: Scene) -> None:
    booking_id, mother, son = a_mother_books(scene)
    assert scene.browser("sato").get(f"/admin/bookings/{booking_id}").status_code == 200
    with scene.house.database.reading() as db:
        counted = affected(db, the_stretch(scene))
        numbers = {row.number for who in (mother, son) if (row := client_by_id(db, who))}
    assert counted is not None
    assert set(counted.numbers) == numbers
    assert len(numbers) == 2
    page = words_of(scene.browser("mori").get(f"/admin/reading-log/clients/{son}").text)
    assert "佐藤さん 予約：見た" in page


def test_a_need_told_for_a_visit_shows_who_comes(scene: Scene) -> None:
    booking_id, mother, son = a_mother_books(scene)
    told, row_id = {"client_id": mother, "id": "1" * 32}, "2" * 32
    with scene.house.database.transaction() as db:
        asked = {"booking_id": booking_id, "questionnaire_version": "t", "opened_at": scene.now}
        db.execute(intake.insert().values(told | asked))
        said = {"id": row_id, "intake_id": told["id"], "body": b"", "state": "chosen", "at": scene.now}
        db.execute(need.insert().values(told | said))
        viewer = account_by_id(db, scene.house.vault, scene.accounts["sato"])
        assert viewer is not None
        found = find(db, need_scope, viewer, row_id, now=scene.now)
    assert found is not None
    assert found.people == (mother, son)
