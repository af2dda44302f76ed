"""`tomarigi line setup`: once it does everything, twice it changes nothing, and what fails says how to mend it."""

import json

import pytest

from bot.flows.rich_menu import BOOKED, MENUS, USUAL, alias_of, definition
from desk.errors import WrongSettings
from tests.commands.test_commands import free_port, run
from tests.setup.conftest import Office, environment
from tomarigi.line_setup import OURS, REDELIVERY
from tomarigi.menu_picture import draw_menu

MENU = "/v2/bot/richmenu"


def test_the_first_run_does_everything_and_the_second_changes_nothing(office: Office) -> None:
    settings = environment(office.settings)
    told = run("line", "setup", env=settings)
    assert (told.returncode, told.stderr) == (0, ""), told
    address = f"{office.settings.public_base_url}/callback"
    assert told.stdout.splitlines() == [
        "account: とまりぎ",
        f"webhook: {address}, set",
        "webhook: LINE has tried it and was answered",
        "rich menu usual: made",
        "rich menu booked: made",
        "rich menu usual: shown to everybody from now on",
        REDELIVERY,
    ]
    assert office.account.webhook() == (address, True)
    assert len(office.account.menus()) == 2
    shown = office.account.usual_menu()
    assert shown == office.account.menu_named(alias_of(USUAL))
    before = office.changes()
    again = run("line", "setup", env=settings)
    assert again.returncode == 0
    assert "made" not in again.stdout
    assert f"{address}, unchanged" in again.stdout
    assert office.changes() == before


def test_a_token_line_does_not_know_is_one_line_and_nothing_else_happens(office: Office) -> None:
    settings = environment(office.settings) | {"LINE_CHANNEL_ACCESS_TOKEN": "of-yesterday"}
    told = run("line", "setup", env=settings)
    assert told.returncode == 1
    (line,) = told.stderr.splitlines()
    assert line.startswith("LINE_CHANNEL_ACCESS_TOKEN: LINE does not know it; issue a new one")
    assert office.account.menus() == {}


def test_missing_settings_are_misuse(office: Office) -> None:
    with pytest.raises(WrongSettings, match="LINE_CHANNEL_SECRET: not set"):
        office.set_up(line_channel_secret="")
    assert office.line.calls() == []


@pytest.mark.parametrize(
    ("status", "mend"),
    [(429, "asked too often; wait an hour"), (500, "has trouble of its own (HTTP 500)")],
)
def test_what_line_refuses_halfway_is_one_line_and_the_next_run_ends_it(
    office: Office, status: int, mend: str
) -> None:
    office.line.fail_next(path="/content", status=status)
    (trouble,) = office.set_up()
    assert mend in trouble
    assert len(office.account.menus()) == 1, "half made: it has no picture"
    assert office.set_up() == []
    assert "rich menu: 1 old removed" in office.told
    assert len(office.account.menus()) == 2


@pytest.mark.parametrize(
    ("status", "mend"),
    [
        (404, "something else answers there"),
        (400, "mend LINE_CHANNEL_SECRET"),
        (502, "LINE got the answer 502"),
    ],
)
def test_a_webhook_that_answers_wrongly_is_told_with_its_mend_and_the_menus_go_up(
    office: Office, status: int, mend: str
) -> None:
    office.door.status = status
    (trouble,) = office.set_up()
    assert mend in trouble
    assert len(office.account.menus()) == 2


def test_a_webhook_nobody_answers_and_line_that_cannot_be_reached(office: Office) -> None:
    nobody = f"http://localhost:{free_port()}"
    (trouble,) = office.set_up(public_base_url=nobody)
    assert "LINE cannot reach it; start `tomarigi all`" in trouble
    (trouble,) = office.set_up(line_api_base_url=nobody)
    assert trouble.startswith("LINE: not reached")


def test_an_address_line_does_not_take_is_named_by_its_setting(office: Office) -> None:
    too_long = f"https://desk.example/{'a' * 500}"
    (trouble,) = office.set_up(public_base_url=too_long)
    assert trouble.startswith("PUBLIC_BASE_URL: LINE does not take it")


def test_old_menus_of_ours_go_and_those_of_others_stay(office: Office) -> None:
    picture = draw_menu(USUAL)
    old = office.account.make_menu(definition(USUAL, name=f"{OURS}usual 0123456789abcdef"), picture)
    office.account.name_menu(alias_of(USUAL), old)
    theirs = office.account.make_menu(definition(USUAL, name="秋のおしらせ"), picture)
    office.account.set_usual_menu(theirs)
    assert office.set_up() == []
    there = office.account.menus()
    assert old not in there
    assert there[theirs] == "秋のおしらせ"
    assert office.account.usual_menu() == office.account.menu_named(alias_of(USUAL)) != theirs


def test_whoever_runs_it_too_often_is_told_to_wait(office: Office) -> None:
    """LINE tries a webhook 60 times an hour."""
    address = f"{office.settings.public_base_url}/callback"
    for _ in range(60):
        assert office.account.test_webhook(address).works
    (trouble,) = office.set_up()
    assert "wait an hour" in trouble
    office.line.age(3600)
    assert office.set_up() == []
    assert [call for call in office.changes() if call.endswith(MENU)] == [f"POST {MENU}"] * len(MENUS)


@pytest.mark.parametrize("kind", [USUAL, BOOKED])
def test_a_menu_keeps_lines_limits(kind: str) -> None:
    picture = draw_menu(kind)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 300_000
    assert picture == draw_menu(kind), "drawn alike each time, or each run would make it anew"
    said = json.dumps(definition(kind, name=kind))
    assert len(said.encode()) < 10_000
