"""The doctor counts only those who can still sign in."""

from desk.people.service import disable_account
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene
from tomarigi.doctor import check_accounts

pytestmark = ONE_BY_DEFAULT


def test_a_desk_whose_staff_were_all_stopped_has_nobody_to_answer(scene: Scene) -> None:
    with scene.house.database.transaction() as db:
        assert list(check_accounts(db, scene.house.vault)) == []
        for name in ("sato", "ogawa"):
            disable_account(db, account_id=scene.accounts[name], now=scene.now)
        (found,) = check_accounts(db, scene.house.vault)
    assert found.startswith("accounts: nobody is staff;")
