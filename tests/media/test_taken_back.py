"""What somebody takes back in LINE is gone here as well; what they change stands as they changed it."""

import json

import sqlalchemy as sa

from desk.conversations.queries import waiting_for_answer
from desk.conversations.service import withdraw_message
from desk.intake.queries import needs_of
from desk.media.queries import to_fetch
from desk.media.rules import Checked
from desk.media.service import settle
from desk.record.queries import kept_of
from desk.tables.inbox import media
from desk.tables.messaging import inbound_event
from tests.media.phone import AT_LINE, Phone, allow_media, arrives, photo
from tests.panel.scene import Scene
from tests.writing.house import opened

TOLD = "借りたお金があって、返せません。"
OTHER = "仕事をさがしています。"


def photos(scene: Scene) -> int:
    with scene.house.database.reading() as db:
        return int(db.execute(sa.select(sa.func.count()).select_from(media)).scalar_one())


def test_a_photo_taken_back_leaves_only_that_there_was_something(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    phone.sends("image", id="501", **AT_LINE)
    phone.types("1")
    arrives(scene.house, photo())
    assert (photos(scene), phone.in_short()) == (1, [("image", "staff", "", "kept")])
    assert phone.takes_back("501") == ""
    assert (photos(scene), phone.in_short()) == (0, [("unsent", "staff", "", None)])
    page = scene.browser("sato").get(f"/admin/clients/{phone.client_id}").text
    assert "取り消された連絡があります" in page
    assert "返事を待っています" not in page
    with scene.house.database.reading() as db:
        assert waiting_for_answer(db, scene.house.vault) == ()
        assert kept_of(db, scene.house.vault, phone.client_id).messages == ()


def test_a_photo_taken_back_before_the_yes_or_while_it_is_fetched_is_never_kept(
    scene: Scene, phone: Phone
) -> None:
    house = scene.house
    allow_media(house)
    phone.sends("image", id="501", **AT_LINE)
    phone.takes_back("501")
    phone.types("1")
    assert phone.in_short() == []

    phone.sends("image", id="502", **AT_LINE)
    phone.types("1")
    with house.database.transaction() as db:
        (waiting,) = to_fetch(db, house.vault, now=scene.now, limit=1)
        assert withdraw_message(db, house.vault, client_id=phone.client_id, origin="502", now=scene.now)
        found = Checked("kept", "image/jpeg", b"picture")
        assert not settle(db, house.vault, media_id=waiting.id, found=found, now=scene.now)
    assert photos(scene) == 0


def test_words_taken_back_are_gone_with_what_was_found_in_them(scene: Scene, phone: Phone) -> None:
    phone.sends("text", id="601", text=TOLD)
    phone.types("1")
    assert "debt" in needs(scene, phone)
    all_handled(scene)
    assert TOLD in raws(scene)
    phone.takes_back("601")
    assert phone.in_short() == [("unsent", "story", "", None)]
    assert needs(scene, phone) == set()
    assert TOLD not in raws(scene)


def test_words_that_are_changed_are_read_anew(scene: Scene, phone: Phone) -> None:
    phone.agrees()
    phone.types("職員に書く")
    phone.sends("text", id="601", text=TOLD)
    staff, page = scene.browser("sato"), f"/admin/clients/{phone.client_id}"
    staff.post(f"{page}/answered", data={"seen": opened(staff, phone.client_id)["seen"]})
    all_handled(scene)
    assert phone.changes("601", OTHER) == ""
    assert TOLD not in raws(scene)
    assert OTHER in raws(scene), "whose reply token is still needed"
    assert phone.in_short() == [("text", "staff", OTHER, None)]
    assert "work" in needs(scene, phone)
    assert "debt" not in needs(scene, phone)
    assert "返事を待っています" in staff.get(page).text, "nobody has answered these words"
    assert "#いのちSOS" in phone.changes("601", "もう死にたい"), "danger is looked for in every text"


def test_words_that_are_changed_before_the_yes_are_kept_as_they_are_now(phone: Phone) -> None:
    phone.sends("text", id="601", text=TOLD)
    phone.changes("601", OTHER)
    phone.types("1")
    assert [row.text for row in phone.kept()] == [OTHER]


def test_a_change_of_what_we_never_kept_is_kept_nowhere(scene: Scene, phone: Phone) -> None:
    for text in (OTHER, "", " "):
        assert phone.changes("999", text) == ""
    assert phone.in_short() == []
    assert needs(scene, phone) == set()


def needs(scene: Scene, phone: Phone) -> set[str]:
    with scene.house.database.reading() as db:
        return {row.code for row in needs_of(db, scene.house.vault, client_id=phone.client_id)}


def raws(scene: Scene) -> str:
    """All that LINE delivered and that is still kept, in the clear."""
    with scene.house.database.reading() as db:
        rows = db.execute(sa.select(inbound_event).where(inbound_event.c.raw.is_not(None))).all()
    inbox = scene.house.vault.house("inbox")
    return str([json.loads(inbox.open(row.raw, f"inbound_event.raw:{row.event_key}")) for row in rows])


def all_handled(scene: Scene) -> None:
    """As the worker leaves what it has done."""
    with scene.house.database.transaction() as db:
        db.execute(inbound_event.update().values(state="handled"))
