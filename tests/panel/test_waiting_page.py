"""空きを待つ人: staff see the whole order, and only their own people in it."""

import re

from desk.booking import waiting_list
from desk.booking.waiting_queries import entry_of
from tests.panel.scene import Scene, hana_books


def test_of_somebody_of_another_desk_staff_see_only_the_place_in_the_order(scene: Scene) -> None:
    hana = hana_books(scene)
    with scene.house.database.transaction() as db:
        waiting_list.join(db, client_id=hana, desk_id=None, now=scene.now)
        entry = entry_of(db, hana)
    assert entry is not None
    here, there = (scene.browser(who).get("/admin/waiting").text for who in ("sato", "ogawa"))
    assert "はなさん" in here
    assert "はなさん" not in there
    assert len(re.findall("ほかの窓口の人", there)) == 1
    address = f"/admin/waiting/{entry.id}"
    assert scene.browser("sato").get(address).status_code == 200
    assert scene.browser("ogawa").get(address).status_code == 404
    assert scene.browser("ogawa").post(f"{address}/leave").status_code == 404
    with scene.house.database.transaction() as db:
        waiting_list.join(db, client_id=hana, desk_id=scene.other_desk_id, now=scene.now)
    assert "はなさん" in scene.browser("ogawa").get("/admin/waiting").text
    with scene.house.database.transaction() as db:
        waiting_list.leave(db, client_id=hana, now=scene.now)
    assert scene.browser("ogawa").get(f"/admin/clients/{hana}").status_code == 404
