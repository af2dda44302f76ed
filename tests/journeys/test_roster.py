"""The roster as it is lived: booked in the chat, seen and changed in the panel, without a word to whom it is none of."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from admin.app import make_panel
from bot.pages.kept import parts_of
from desk.calendar.queries import upcoming_sessions
from desk.clock import local_date
from desk.database import Database
from desk.people import service as people
from desk.roster.service import assign
from desk.signals import Signals
from simulator.seen import Person
from tests.engines import ONE_BY_DEFAULT
from tests.journeys.opened import OpenDesk, opened_desk
from tests.panel.test_today import words_of

pytestmark = ONE_BY_DEFAULT

OFFICERS = ("小林", "原", "東")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk that is open four days before a session."""
    with opened_desk(database, tmp_path, "2026-11-23T12:00+09:00") as desk:
        yield desk


@pytest.fixture
def panel(desk: OpenDesk) -> Iterator["Panel"]:
    """Three officers and a member of staff, two of them on duty at 諏訪."""
    signals = Signals(desk.house.database)
    yield Panel(desk, signals)
    signals.close()


class Panel:
    """Browsers in which each of these people is signed in."""

    def __init__(self, desk: OpenDesk, signals: Signals) -> None:
        self.desk = desk
        self._app = Starlette(routes=[Mount("/admin", make_panel(desk.house, signals, parts_of))])
        self.accounts = {name: desk.add_account("officer", name)[0] for name in OFFICERS}
        self.accounts["佐藤"] = desk.add_account("staff", "佐藤")[0]
        with desk.house.database.transaction() as db:
            now = desk.house.clock.now()
            (self.session_id,) = (
                row.id
                for row in upcoming_sessions(db, since=local_date(now), until=local_date(now).replace(day=30))
                if row.desk_code == "suwa"
            )
            for seat, name in ((1, "小林"), (2, "原")):
                account_id = self.accounts[name]
                assign(db, session_id=self.session_id, table_no=1, seat=seat, account_id=account_id, now=now)

    def get(self, who: str, path: str) -> str:
        """A page as this person sees it, without its tags."""
        with self._browser(who) as browser:
            return words_of(browser.get(f"/admin{path}").text)

    def raw(self, who: str, path: str) -> str:
        """The same with its tags, for the forms on it."""
        with self._browser(who) as browser:
            return browser.get(f"/admin{path}").text

    def press(self, who: str, path: str, **form: str | list[str]) -> str:
        """A form is sent; what is seen afterwards."""
        with self._browser(who) as browser:
            return words_of(browser.post(f"/admin{path}", data=form).text)

    def _browser(self, who: str) -> TestClient:
        with self.desk.house.database.transaction() as db:
            now = self.desk.house.clock.now()
            token = people.sign_in_as(db, account_id=self.accounts[who], now=now)
        browser = TestClient(self._app, base_url=self.desk.address, headers={"Origin": self.desk.address})
        browser.cookies.set("tomarigi", token)
        return browser


def said(desk: OpenDesk, person: Person, *typed: str) -> str:
    """What the bot says to the last of what is typed."""
    words = ""
    for text in typed:
        desk.line.say(person, text)
        words = "\n".join(message.text for message in desk.line.wait_for_reply(person))
    return words


def book(desk: OpenDesk, name: str) -> Person:
    """Somebody books the first time at 諏訪 by typing 1."""
    person = desk.line.add_person(name)
    words = said(desk, person, "予約", "諏訪")
    while "予約番号" not in words:
        words = said(desk, person, "1")
    return person


def answer_that_they_fear_to_meet_somebody(desk: OpenDesk, person: Person) -> None:
    """The three questions: the first two are skipped, then 「知り合いに会いたくない」."""
    said(desk, person, "会う前に3つ答える", "はい", "とばす", "とばす")
    assert "うけとりました" in said(desk, person, "知り合いに会いたくない")


def test_from_a_fear_told_in_the_chat_to_another_officer_at_the_table(desk: OpenDesk, panel: Panel) -> None:
    sora = book(desk, "そら")
    answer_that_they_fear_to_meet_somebody(desk, sora)
    assert "「知り合いに会いたくない」" in panel.get("佐藤", "/week")
    (path,) = set(re.findall(r"/admin(/clients/[0-9a-f]{32}/apart)", panel.raw("佐藤", "/week")))
    assert "小林さん・原さん" in panel.get("佐藤", path)
    before = len(desk.line.messages(sora))
    panel.press("佐藤", path, officer=[panel.accounts["原"]])
    assert "当番の原さんは、会わない組み合わせです。" in panel.get("佐藤", "/week")
    for who in ("小林", "原"):
        assert "会わない組み合わせ" not in panel.get(who, "/today")
    swap = {"of": panel.accounts["原"], "to": panel.accounts["東"], "back": ""}
    assert "交代しました。" in panel.press("佐藤", f"/roster/{panel.session_id}/swap", **swap)
    assert "会わない組み合わせです" not in panel.get("佐藤", "/week")
    assert "小林さん・東さん" in panel.get("東", "/today")
    assert len(desk.line.messages(sora)) == before, "to the person not a word is said"
    assert "予約番号" in said(desk, sora, "予約確認")


def test_a_booking_reaches_the_one_who_stands_in_and_not_the_one_who_is_away(
    desk: OpenDesk, panel: Panel
) -> None:
    assert "お休みの日を記録しました。" in panel.press("原", "/own/absences", first="2026-11-27")
    assert "原さんが来られません。" in panel.get("佐藤", "/week")
    substitute = {"table": "1", "seat": "2", "officer": panel.accounts["東"]}
    assert "当番を記録しました。" in panel.press(
        "佐藤", f"/roster/{panel.session_id}/substitute", **substitute
    )
    sora = book(desk, "そら")
    for who in ("小林", "東"):
        assert "新しい予約が入りました" in panel.get(who, "/today")
    assert "新しい予約が入りました" not in panel.get("原", "/today")
    assert "当番が変わりました" in panel.get("原", "/today")
    wish = {"wish": panel.accounts["原"]}
    assert "代われません" in panel.press("東", f"/own/{panel.session_id}/swap", **wish), "原 is away that day"
    assert "取り消しました" in said(desk, sora, "取消", "1")
    assert "予約が取り消されました" in panel.get("東", "/today")
