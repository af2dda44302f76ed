"""Who has a booking sees the menu for that, and the usual one again when it is over; nothing ever hangs on it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.flows.menu import command_of
from bot.flows.offers import SILENT
from bot.flows.rich_menu import BOOKED, MENUS, USUAL, alias_of, definition
from bot.handlers.commands import COMMANDS
from bot.line import Account
from bot.scheduling.menus import Menus
from desk.clients import erasing
from desk.clients import service as clients
from desk.database import Database
from desk.discretion import telling_word
from desk.house import House
from desk.tables.messaging import outbound_message
from simulator.client import Simulator
from simulator.seen import Person
from simulator.server import running_simulator
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.journeys.opened import opened_desk
from tests.panel.scene import Scene
from tests.setup.conftest import SECRET, TOKEN
from tomarigi.menu_picture import draw_menu

USUAL_FIRST, BOOKED_FIRST = "日にちをきめる", "わたしの予定"
# What is said when a field is pressed.
SAID = {
    USUAL: {
        "場所と日にち": "次の日にち",
        "だれが読みますか": "見はる所では ありません",
        "職員に書く": "のこすのは、この文です",
        "いま困っている": "119",
        "ヘルプ": "ここで できることです",
        "日にちをきめる": "どこが いいですか",
    },
    BOOKED: {
        "わたしの予定": "11月27日",
        "場所と日にち": "次の日にち",
        "職員に書く": "のこすのは、この文です",
        "いま困っている": "119",
        "ヘルプ": "ここで できることです",
        "日にちを変える": "いいですか",
    },
}
BOOKS = ("予約", "諏訪", "1", "1", "自分のこと", "かもめ", "1")


@pytest.fixture
def line() -> Iterator[Simulator]:
    """LINE's stand-in."""
    with running_simulator("", SECRET, TOKEN) as line:
        yield line


class Phone:
    """Somebody who talks with the desk, and the menu under their chat."""

    def __init__(self, house: House, line: Simulator) -> None:
        there = {
            "line_api_base_url": line.base_url,
            "line_data_api_base_url": line.base_url,
            "line_channel_access_token": TOKEN,
        }
        self.house = replace(house, settings=house.settings.model_copy(update=there))
        self.line = line
        self.account = Account(self.house.settings)
        self.person: Person = line.add_user("かもめ")
        self.chat = Chat(self.house, self.person.user_id)

    def sees(self) -> str:
        """The first words of the menu, after a round."""
        Menus(self.house).settle()
        return str(self.line.visible(self.person)["richMenu"][0]["label"])

    def links(self) -> int:
        """How often LINE was told whose menu is which."""
        return len(self.line.calls(path="/v2/bot/user/U"))


@pytest.fixture
def phone(scene: Scene, line: Simulator) -> Phone:
    """Somebody who has not booked, at a desk whose menus are up."""
    phone = Phone(scene.house, line)
    put_up_menus(phone.account)
    return phone


def put_up_menus(account: Account) -> None:
    """What `tomarigi line setup` does."""
    for kind in MENUS:
        account.name_menu(alias_of(kind), account.make_menu(definition(kind, name=kind), draw_menu(kind)))
    account.set_usual_menu(account.menu_named(alias_of(USUAL)) or "")


def test_who_books_gets_the_other_menu_and_who_cancels_the_usual_one(phone: Phone) -> None:
    assert phone.sees() == USUAL_FIRST
    phone.chat.types(*BOOKS)
    assert phone.sees() == BOOKED_FIRST
    told = phone.links()
    assert phone.sees() == BOOKED_FIRST
    assert phone.links() == told == 1, "what is settled is not told again"
    phone.chat.types("取消", "1")
    assert phone.sees() == USUAL_FIRST
    phone.chat.types(*BOOKS)
    assert phone.sees() == BOOKED_FIRST


@ONE_BY_DEFAULT
def test_line_that_fails_ends_the_round_and_the_next_one_settles_it(phone: Phone) -> None:
    phone.chat.types(*BOOKS)
    for fault in ("status", "drop"):
        phone.line.fail_next(fault, path="/v2/bot/user/U", accepted=False)
        assert phone.sees() == USUAL_FIRST
    phone.line.fail_next(path="/richmenu/alias", status=500)
    assert phone.sees() == USUAL_FIRST, "LINE did not tell which menu it is"
    assert phone.sees() == BOOKED_FIRST


@ONE_BY_DEFAULT
def test_somebody_whose_menu_line_refuses_stops_nobody_else_and_is_left_alone_for_a_while(
    phone: Phone,
) -> None:
    phone.chat.types(*BOOKS)
    Chat(phone.house, phone.line.add_user("そら").user_id).types(*BOOKS)
    phone.line.fail_next(path="/v2/bot/user/U", status=401)
    assert Menus(phone.house).settle() == 0
    assert phone.links() == 1, "who does not know us knows us for nobody"
    phone.line.fail_next(path="/v2/bot/user/U", status=500)
    menus = Menus(phone.house)
    assert [menus.settle(), menus.settle()] == [1, 0]
    assert phone.links() == 3
    assert Menus(phone.house).settle() == 1


@ONE_BY_DEFAULT
def test_an_alias_that_outlives_its_menu_is_not_asked_for_ever(phone: Phone) -> None:
    phone.chat.types(*BOOKS)
    for menu_id in phone.account.menus():
        phone.account.delete_menu(menu_id)
    assert phone.account.menu_named(alias_of(BOOKED)), "the alias is still there"
    before, menus = len(phone.line.calls(path="/richmenu/alias")), Menus(phone.house)
    assert [menus.settle(), menus.settle(), menus.settle()] == [0, 0, 0]
    assert len(phone.line.calls(path="/richmenu/alias")) == before + 1
    assert phone.links() == 0


@ONE_BY_DEFAULT
def test_a_menu_put_up_anew_is_shown_to_who_had_the_old_one(phone: Phone) -> None:
    phone.chat.types(*BOOKS)
    assert phone.sees() == BOOKED_FIRST
    for menu_id in phone.account.menus():
        phone.account.delete_menu(menu_id)
    put_up_menus(phone.account)
    assert phone.sees() == BOOKED_FIRST


@ONE_BY_DEFAULT
def test_who_blocks_and_comes_back_has_it_again(phone: Phone) -> None:
    phone.chat.types(*BOOKS)
    assert phone.sees() == BOOKED_FIRST
    for change, seen in ((clients.block, USUAL_FIRST), (clients.unblock, BOOKED_FIRST)):
        with phone.house.database.transaction() as db:
            change(db, client_id=phone.chat.client_id, now=phone.house.clock.now())
        assert phone.sees() == seen


def test_who_is_erased_gets_the_usual_menu_before_the_address_is_forgotten(phone: Phone) -> None:
    phone.chat.types(*BOOKS)
    assert phone.sees() == BOOKED_FIRST
    phone.chat.types("わたしの記録", "ぜんぶ消す", "1")
    assert not is_forgotten(phone), "the menu is still theirs"
    assert phone.sees() == USUAL_FIRST
    assert is_forgotten(phone)


@ONE_BY_DEFAULT
def test_who_is_erased_does_not_wait_for_line(phone: Phone) -> None:
    phone.chat.types(*BOOKS)
    assert phone.sees() == BOOKED_FIRST
    phone.chat.types("わたしの記録", "ぜんぶ消す", "1")
    phone.line.fail_next(status=401, times=2)
    Menus(phone.house).settle()
    assert is_forgotten(phone)


def is_forgotten(phone: Phone) -> bool:
    """Whether the desk, once the last word is said, no longer knows this address."""
    with phone.house.database.transaction() as db:
        db.execute(outbound_message.update().values(state="accepted"))
        erasing.finish_erasures(db, now=phone.house.clock.now())
    return not phone.chat.client_id


@pytest.mark.parametrize("kind", [USUAL, BOOKED])
def test_what_stands_on_a_menu_tells_nothing_and_can_be_typed(kind: str) -> None:
    actions = [area["action"] for area in definition(kind, name=kind)["areas"]]
    for area, action in zip(MENUS[kind], actions, strict=True):
        assert telling_word(area.words) is None
        assert command_of(area.words) == area.command
        assert area.command in COMMANDS
        assert ("displayText" in action) == (area.command not in SILENT)
    assert "urgent" in SILENT


@ONE_BY_DEFAULT
def test_every_field_of_both_menus_answers(database: Database, tmp_path: Path) -> None:
    """A journey through the running desk: each field is pressed, whatever is open, and brings what its words say."""
    with opened_desk(database, tmp_path, "2026-11-12T23:40+09:00") as desk:
        put_up_menus(Account(desk.house.settings))
        sora = desk.line.add_user("そら")
        desk.line.wait_for_reply(sora)
        for words, answer in SAID[USUAL].items():
            assert answer in "\n".join(said.text for said in desk.line.tap(sora, words)), words
        for typed in ("やめる", "2", *BOOKS):
            desk.line.ask(sora, typed)
        while Menus(desk.house).settle():
            pass
        for words, answer in SAID[BOOKED].items():
            assert answer in "\n".join(said.text for said in desk.line.tap(sora, words)), words
        shown = [message.text for message in desk.line.messages(sora) if message.speaker != "bot"]
        assert "いま困っている" not in shown
        assert "わたしの予定" in shown
