"""An address that is changed or taken away hears of it once: perhaps its owner did not ask for that."""

import pytest
import sqlalchemy as sa

from bot.scheduling.mail import post_due
from desk.booking.rules import decent_time
from desk.tables.notices import mail
from tests.engines import ONE_BY_DEFAULT
from tests.notices.post_office import PostOffice
from tests.panel.scene import Scene

pytestmark = ONE_BY_DEFAULT


@pytest.mark.parametrize("new", ["", "elsewhere@example.jp"])
@pytest.mark.parametrize("who", ["mori", "hara"])
def test_the_address_before_hears_that_there_is_news(
    scene: Scene, office: PostOffice, who: str, new: str
) -> None:
    """Whether the supervisor changes it, or somebody at the place of its owner."""
    browser = scene.browser(who)
    address = "/admin/own/mail" if who == "hara" else f"/admin/accounts/{scene.accounts['hara']}/mail"
    for wanted in ("hara@example.jp", new):
        assert browser.post(address, data={"mail": wanted}).status_code == 200
    post_due(scene.house, decent_time(scene.now))
    assert office.to() == ["hara@example.jp"], "once, and not where nothing was changed"
    assert str(office.mails()[0]["Subject"]) == "お知らせが1件あります"
    with scene.house.database.reading() as db:
        assert db.execute(sa.select(mail.c.state, mail.c.address)).all() == [("sent", None)]
