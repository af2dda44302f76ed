"""Two at the same account at the same moment, where both may write: the second waits, and looks again."""

import re
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from desk.audit.service import note
from desk.people import service
from tests.locks import wait_until_somebody_waits
from tests.panel.entry import PASSWORD, choose_digits, hidden
from tests.panel.scene import Scene
from tests.people.test_factors import REAL, set_up

# On SQLite one of the two waits before it has looked at anything.
pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


def test_digits_on_their_way_are_worth_nothing_once_all_begins_anew(scene: Scene) -> None:
    owner = set_up(scene, "sato")
    code = owner.app.at(REAL)
    with ThreadPoolExecutor(1) as pool:
        with scene.house.database.transaction() as db:
            service.begin_anew(db, account_id=owner.id, now=scene.now, real=REAL)
            entering = pool.submit(owner.enters, code)
            wait_until_somebody_waits(scene.house.database)
        assert entering.result(timeout=60) is None


@pytest.mark.parametrize("path", ["/admin/prove", "/admin/factors/digits/app"])
def test_who_proves_waits_for_who_ends_their_sign_in_and_keeps_nobody_from_the_log(
    scene: Scene, path: str
) -> None:
    """Both change the sign-in first and write it down last; else each would wait for the other for ever."""
    kit, account_id = choose_digits(scene, "sato"), scene.accounts["sato"]
    form = {"password": PASSWORD, "code": kit.codes[0]}
    if path != "/admin/prove":
        shown = kit.browser.post("/admin/factors/digits", data={"password": PASSWORD, "again": PASSWORD}).text
        seed = re.search(r'class="secret">([A-Z2-7 ]+)<', shown)
        assert seed is not None
        form = hidden(shown) | {"code": pyotp.TOTP(seed[1].replace(" ", "")).now()}
    with ThreadPoolExecutor(1) as pool:
        with scene.house.database.transaction() as db:
            service.end_sign_ins(db, account_id=account_id, now=scene.now)
            proving = pool.submit(kit.browser.post, path, data=form, follow_redirects=False)
            wait_until_somebody_waits(scene.house.database)
            note(db, act="sign_ins_ended", by=None, role="house", now=scene.now)
        assert proving.result(timeout=60).status_code in (200, 303)
    assert kit.browser.get("/admin/week").url.path == "/admin/sign-in", "it stays ended"


def test_what_no_id_can_be_is_not_understood(scene: Scene) -> None:
    browser = choose_digits(scene, "sato").browser
    for path in ("/admin/sign-ins/end", "/admin/factors/remove"):
        assert browser.post(path, data={"which": "\x00"}).status_code == 400, path
