"""Notices: told once, shown to whom they concern, handed to staff when nobody looks."""

from datetime import timedelta

from desk.booking import service as booking
from desk.booking.queries import bookings_of_session
from desk.calendar.queries import free_slots
from desk.notices import queries, service
from tests.panel.scene import BOOKED_AT, ON_THE_DAY, Scene, has_no_bed, sora_books


def kinds_for(scene: Scene, who: str) -> list[str]:
    with scene.house.database.reading() as db:
        rows = queries.open_for_officer(db, account_id=scene.accounts[who], now=scene.now)
        return [row.kind for row in rows]


def waiting_kinds(scene: Scene, *, hours: float = 0) -> list[tuple[str, int]]:
    later = scene.now + timedelta(hours=hours)
    with scene.house.database.reading() as db:
        rows = queries.open_for_staff(db, desk_id=scene.desk_id, now=later)
        return [(row.notice.kind, len(row.waiting_for)) for row in rows]


def test_the_same_happening_is_told_once(scene: Scene) -> None:
    for _ in range(3):
        with scene.house.database.transaction() as db:
            service.tell(
                db,
                kind="no_bookings",
                desk_id=scene.desk_id,
                session_id=scene.session_id,
                dedupe_key="no_bookings:1",
                now=scene.now,
            )
    assert kinds_for(scene, "kobayashi") == ["no_bookings"]
    assert kinds_for(scene, "nishi") == []


def test_a_booking_that_moves_away_is_told_with_the_day_it_left(scene: Scene) -> None:
    sora_books(scene)
    with scene.house.database.transaction() as db:
        was = bookings_of_session(db, scene.house.vault, scene.session_id)[0]
        other = next(
            slot
            for slot in free_slots(db, desk_id=scene.desk_id, now=scene.now)
            if slot.session_id != scene.session_id
        )
        booking.move(
            db, scene.house.vault, booking_id=was.id, slot_id=other.slot_id, by="client", now=scene.now
        )
        rows = queries.open_for_officer(db, account_id=scene.accounts["kobayashi"], now=scene.now)
    assert [(row.kind, row.session_id, row.starts_at) for row in rows] == [
        ("booked", scene.session_id, None),
        ("moved", scene.session_id, None),
    ]


def test_staff_are_asked_when_time_is_over_and_until_everybody_knows(scene: Scene) -> None:
    sora_books(scene)
    assert waiting_kinds(scene, hours=23.9) == []
    assert waiting_kinds(scene, hours=24) == [("booked", 2)]
    for who, left in (("kobayashi", [("booked", 1)]), ("hara", [])):
        with scene.house.database.transaction() as db:
            unseen = queries.open_for_officer(db, account_id=scene.accounts[who], now=scene.now)
            service.acknowledge(
                db,
                notice_ids=[row.id for row in unseen],
                account_id=scene.accounts[who],
                entered_by=scene.accounts["sato"],
                now=scene.now,
            )
        assert waiting_kinds(scene, hours=24) == left


def test_a_sign_of_somebody_without_a_booking_goes_to_staff_of_every_desk_at_once(scene: Scene) -> None:
    sora = sora_books(scene)
    with scene.house.database.transaction() as db:
        was = bookings_of_session(db, scene.house.vault, scene.session_id)[0]
        booking.cancel(db, booking_id=was.id, by="client", now=scene.now)
    has_no_bed(scene, sora)
    assert ("flag", 0) in waiting_kinds(scene)
    with scene.house.database.reading() as db:
        elsewhere = queries.open_for_staff(db, desk_id=scene.other_desk_id, now=scene.now)
    assert [row.notice.kind for row in elsewhere] == ["flag"]


def test_what_is_past_troubles_nobody(scene: Scene) -> None:
    sora_books(scene)
    after = scene.at(ON_THE_DAY + timedelta(days=1))
    assert kinds_for(after, "kobayashi") == []
    assert waiting_kinds(after) == []
    assert waiting_kinds(scene.at(BOOKED_AT + timedelta(days=2))) == [("booked", 2)]
