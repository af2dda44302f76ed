"""Who is affected by an incident: counted from the reading log, on both databases."""

from datetime import timedelta

from desk.audit.incidents import Told, affected, keep_incident
from desk.audit.service import note
from desk.booking import service as booking
from desk.booking.queries import bookings_of_client
from desk.clients.erasing import erase_client
from tests.panel.scene import Scene, hana_books, sora_books


def looks(
    scene: Scene,
    *,
    kind: str = "client",
    client_id: str | None = None,
    subject_id: str | None = None,
    refused: bool = False,
) -> None:
    """The account of 佐藤 is used."""
    with scene.house.database.transaction() as db:
        note(
            db,
            act="view",
            by=scene.accounts["sato"],
            role="staff",
            kind=kind,
            subject_id=subject_id,
            client_id=client_id,
            facts={"shows": "person"},
            refused=refused,
            now=scene.now,
        )


def the_stretch(scene: Scene, who: str | None = "sato") -> Told:
    """The day of the scene."""
    return Told(
        what="職員の電話が、電車でなくなった。",
        malicious=False,
        found_at=scene.now,
        log_from=scene.now - timedelta(hours=1),
        log_to=scene.now + timedelta(hours=1),
        suspect_id=scene.accounts[who] if who else None,
    )


def test_who_is_affected_is_counted_from_the_log(scene: Scene) -> None:
    sora, hana = sora_books(scene), hana_books(scene)
    looks(scene, client_id=sora)
    looks(scene, client_id=sora)
    looks(scene, client_id=hana, refused=True)
    looks(scene, kind="clients")
    with scene.house.database.reading() as db:
        counted = affected(db, the_stretch(scene))
        by_another = affected(db, the_stretch(scene, "ogawa"))
    assert counted is not None
    assert (len(counted.numbers), counted.gone, counted.lists, counted.at_most) == (1, 0, 1, 2)
    assert by_another is not None
    assert (by_another.numbers, by_another.lists) == ((), 0)


def test_whoever_stood_on_an_opened_sheet_is_counted_too(scene: Scene) -> None:
    sora_books(scene)
    hana_books(scene)
    looks(scene, kind="session", subject_id=scene.session_id)
    with scene.house.database.reading() as db:
        counted = affected(db, the_stretch(scene, None))
    assert counted is not None
    assert len(counted.numbers) == 2


def test_an_incident_survives_the_erasing_of_whom_it_met(scene: Scene) -> None:
    sora = sora_books(scene)
    looks(scene, client_id=sora)
    told = the_stretch(scene)
    with scene.house.database.transaction() as db:
        keep_incident(db, scene.house.vault, told=told, by=scene.accounts["mori"])
        booked = bookings_of_client(db, scene.house.vault, sora)
        booking.cancel(db, booking_id=booked[0].id, by="client", now=scene.now)
        erase_client(db, scene.house.vault, client_id=sora, why="asked", by=None, now=scene.now)
    with scene.house.database.reading() as db:
        counted = affected(db, told)
    assert counted is not None
    assert len(counted.numbers) + counted.gone == 1
