"""The doctor asks LINE what it knows of us: nothing to say once all is set up, one line with its mend for each fault."""

from datetime import datetime, timedelta

from desk.clock import Clock
from tests.setup.conftest import Office
from tests.setup.guide import unexplained
from tomarigi.line_doctor import check_line

ICON = "https://profile.example/icon.png"


def findings(office: Office, *, late: float = 0.0) -> list[str]:
    """What the doctor says, each line explained in the guide; the machine's clock goes wrong by so many seconds."""
    real: datetime = Clock().real() - timedelta(seconds=late)
    found = list(check_line(office.settings, real=real))
    assert unexplained(found) == []
    return found


def test_before_the_set_up_it_names_webhook_and_menu_and_after_it_nothing(office: Office) -> None:
    webhook, menu = findings(office)
    assert webhook == "webhook: LINE knows no address; run `tomarigi line setup`"
    assert menu.startswith("rich menu: not put up")
    assert office.set_up() == []
    assert findings(office) == []


def test_each_thing_that_is_wrong_is_one_line(office: Office) -> None:
    assert office.set_up() == []
    office.line.set_account("とまりぎ更生保護相談", picture_url=None)
    office.line.set_webhook("https://elsewhere.example/callback")
    office.line.set_quota(200, used=195)
    name, picture, clock, webhook, quota = findings(office, late=90)
    assert name.startswith("account name: it says 相談")
    assert picture.startswith("account picture: there is none")
    assert clock.startswith(("clock: 89", "clock: 90", "clock: 91", "clock: 92"))
    assert "LINE sends to https://elsewhere.example/callback, not to http://localhost" in webhook
    assert quota.startswith("quota: 5 of 200 messages left this month")


def test_a_webhook_that_is_off_or_does_not_work_and_a_menu_of_others(office: Office) -> None:
    assert office.set_up() == []
    office.line.set_webhook(f"{office.settings.public_base_url}/callback", active=False)
    office.door.status = 404
    booked = next(menu for menu, name in office.account.menus().items() if " booked " in name)
    office.account.set_usual_menu(booked)
    off, broken, menu = findings(office)
    assert off.startswith("webhook: switched off")
    assert "something else answers there" in broken
    assert menu.startswith("rich menu: not put up, or another")


def test_a_menu_that_was_deleted_is_missed(office: Office) -> None:
    assert office.set_up() == []
    booked = next(menu for menu, name in office.account.menus().items() if " booked " in name)
    office.account.delete_menu(booked)
    (menu,) = findings(office)
    assert menu.startswith("rich menu: not put up")


def test_line_that_refuses_or_fails_is_one_line(office: Office) -> None:
    for status, mend in (
        (401, "LINE_CHANNEL_ACCESS_TOKEN"),
        (500, "trouble of its own"),
        (429, "wait an hour"),
    ):
        office.line.fail_next(path="/bot/info", status=status)
        (finding,) = findings(office)
        assert mend in finding


def test_without_a_token_line_is_not_asked(office: Office) -> None:
    office.settings = office.settings.model_copy(update={"line_channel_access_token": ""})
    assert findings(office) == []
    assert office.line.calls() == []
