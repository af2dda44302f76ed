"""Who keeps accounts opens no case by it, and what opens a door to somebody is seen by a supervisor."""

import pytest
import sqlalchemy as sa

from desk.people import queries
from tests.engines import ONE_BY_DEFAULT
from tests.panel.entry import read_log
from tests.panel.scene import Scene

pytestmark = ONE_BY_DEFAULT

NOT_THEIRS = "職員と責任者のアカウントは、責任者だけが変えられます"


@pytest.mark.parametrize(
    ("whose", "path", "form"),
    [
        ("mori", "/link", {}),
        ("sato", "/link", {}),
        ("sato", "/role", {"role": "officer"}),
        ("hara", "/role", {"role": "supervisor"}),
        ("", "", {"name": "北沢", "role": "staff", "desk": "suwa"}),
    ],
)
def test_an_administrator_reaches_no_case_through_an_account(
    scene: Scene, whose: str, path: str, form: dict[str, str]
) -> None:
    address = "/admin/accounts" + (f"/{scene.accounts[whose]}" if whose else "") + path
    refused = scene.browser("kanri").post(address, data=form)
    assert (refused.status_code, NOT_THEIRS in refused.text) == (422, True)
    assert "/admin/start/" not in refused.text
    assert not [row for row in read_log(scene) if row.act in ("begun_anew", "account_added", "role_changed")]
    taken = scene.browser("mori").post(address, data=form) if whose != "mori" else None
    assert taken is None or taken.status_code == 200


def test_an_administrator_keeps_the_others(scene: Scene) -> None:
    browser = scene.browser("kanri")
    page = browser.get("/admin/accounts").text
    assert f'id="anew-{scene.accounts["hara"]}"' in page
    assert f'id="anew-{scene.accounts["mori"]}"' not in page
    assert '<option value="supervisor"' not in page
    assert "原さんのリンク" in browser.post(f"/admin/accounts/{scene.accounts['hara']}/link").text
    changed = browser.post(f"/admin/accounts/{scene.accounts['hara']}/role", data={"role": "prefecture"})
    assert "役割を変えました" in changed.text
    new = {"name": "北沢", "role": "officer", "desk": "suwa"}
    assert "北沢さんのリンク" in browser.post("/admin/accounts", data=new).text


def test_a_supervisor_sees_each_door_that_was_opened_and_to_whom(scene: Scene) -> None:
    kanri, hara = scene.browser("kanri"), scene.accounts["hara"]
    kanri.post("/admin/accounts", data={"name": "北沢", "role": "officer", "desk": "suwa"})
    kanri.post(f"/admin/accounts/{hara}/link")
    kanri.post(f"/admin/accounts/{hara}/role", data={"role": "prefecture"})
    log = scene.browser("mori").get("/admin/reading-log").text
    odd = log.split("気をつけて見るところ")[2].split("<h2>記録")[0]
    for words in ("アカウントを加えました", "はじめからにしました", "役割を変えました"):
        assert words in odd
    assert odd.count("管理さん") == 3
    assert log.count("（原さん）") >= 2


def test_a_longer_list_asks_the_database_no_more(scene: Scene) -> None:
    browser, asked = scene.browser("mori"), list[str]()
    sa.event.listen(scene.house.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    browser.get("/admin/accounts")
    short = len(asked)
    for name in ("北沢", "南沢"):
        browser.post("/admin/accounts", data={"name": name, "role": "officer", "desk": "suwa"})
    asked.clear()
    assert "南沢さん" in browser.get("/admin/accounts").text
    assert len(asked) == short


def test_a_desk_that_is_none_makes_no_account_for_all_desks(scene: Scene) -> None:
    browser = scene.browser("mori")
    form = {"name": "北沢", "role": "staff", "desk": "suwaa"}
    assert "窓口を、もう一度選んでください" in browser.post("/admin/accounts", data=form).text
    assert "北沢さんのリンク" in browser.post("/admin/accounts", data=form | {"desk": ""}).text
    with scene.house.database.reading() as db:
        made = queries.accounts(db, scene.house.vault, organisation_id=scene.organisation_id)
    assert [row.desk_id for row in made if row.name == "北沢"] == [None]
