"""A day closed and a day moved, through chat and panel: sent, pressed, blocked, telephoned, finished."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from admin.app import make_panel
from bot.pages.kept import parts_of
from desk.database import Database
from desk.people.service import sign_in_as
from desk.signals import Signals
from simulator.seen import Person
from tests.engines import POSTGRES_BY_DEFAULT
from tests.journeys.opened import OpenDesk, opened_desk

pytestmark = POSTGRES_BY_DEFAULT

TEN, ELEVEN = "11月27日（金）午前10時", "11月27日（金）午前11時"
SESSION = re.compile(r"/admin/sessions/([0-9a-f]{32})/change")
SLOTS = re.compile(r'name="slot" value="([0-9a-f]{32})".*?<span>(.+?)　')
CALLS = re.compile(r'action="(/admin/closures/[0-9a-f]{32}/people/[0-9a-f]{32})"')
ENOUGH = 60.0


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk two weeks before a session."""
    with opened_desk(database, tmp_path, "2026-11-12T12:00+09:00") as desk:
        yield desk


@pytest.fixture
def staff(desk: OpenDesk) -> Iterator[TestClient]:
    """A browser in which somebody of staff is signed in."""
    account_id, _link = desk.add_account("staff", "佐藤")
    with desk.house.database.transaction() as db:
        token = sign_in_as(db, account_id=account_id, now=desk.house.clock.now())
    signals = Signals(desk.house.database)
    panel = Starlette(routes=[Mount("/admin", make_panel(desk.house, signals, parts_of))])
    browser = TestClient(panel, base_url=desk.address, headers={"Origin": desk.address})
    browser.cookies.set("tomarigi", token)
    yield browser
    signals.close()


def said(desk: OpenDesk, person: Person, text: str) -> str:
    """What the bot answers, its buttons too."""
    messages = desk.line.ask(person, text)
    return "\n".join(part for message in messages for part in (message.text, *message.labels))


def somebody_books(desk: OpenDesk, name: str) -> Person:
    """Takes the first choice up to the number."""
    person = desk.line.add_person(name)
    for answer in ("予約", "1", "1", "1", "1", "1"):
        said(desk, person, answer)
    assert "予約番号" in said(desk, person, "1")
    return person


def somebody_telephones(staff: TestClient, words: str, name: str) -> None:
    """Staff book for a caller who leaves a number."""
    free = {
        words.replace(" ", ""): slot for slot, words in SLOTS.findall(staff.get("/admin/bookings/new").text)
    }
    form = {
        "slot": free[words],
        "source": "phone",
        "about": "self",
        "called_name": name,
        "phone": "09000000000",
    }
    assert "予約を入れました。" in staff.post("/admin/bookings/new", data=form).text


def first_day(staff: TestClient) -> str:
    """The address of the first day, as the calendar links to it."""
    return f"/admin/sessions/{SESSION.findall(staff.get('/admin/calendar').text)[0]}"


def comes(page: Callable[[], str], words: str) -> str:
    """The page once these words stand on it."""
    until = monotonic() + ENOUGH
    while words not in (text := page()):
        assert monotonic() < until, (words, text)
    return text


def test_a_day_is_closed_and_everybody_is_reached(desk: OpenDesk, staff: TestClient) -> None:
    sora = somebody_books(desk, "そら")
    somebody_telephones(staff, ELEVEN, "やま")
    day = first_day(staff)
    assert "影響を受ける人は <strong>2人</strong>です" in staff.get(f"{day}/change").text
    before = len(desk.line.messages(sora))
    ledger = staff.post(f"{day}/close", data={"why": "台風"}, follow_redirects=False).headers["location"]

    assert "11月27日（金）の予定が、" in desk.line.wait_for_reply(sora, after=before)[-1].text
    page = comes(lambda: staff.get(ledger).text, "送った")
    assert ("09000000000" in page, "職員が伝える人 1人" in page) == (True, True)
    assert "職員が伝える人 1人" in staff.get("/admin/week").text

    assert "どこが いいですか" in said(desk, sora, "1")
    assert "押した" in staff.get(ledger).text
    assert TEN not in (shown := said(desk, sora, "1"))
    assert "1月29日（金）午前10時" in shown
    for _ in range(4):
        told = said(desk, sora, "1")
    assert "予約番号" in told
    desk.line.move_clock(61)
    page = comes(lambda: staff.get(ledger).text, "2人のうち 1人 済み")
    finished = staff.post(CALLS.findall(page)[0], data={"said": "known"}).text
    assert "全員に伝わりました" in finished
    assert "休み・日の変更の連絡" not in staff.get("/admin/week").text


def test_a_day_is_moved_one_says_yes_and_one_has_blocked_us(desk: OpenDesk, staff: TestClient) -> None:
    sora, hana = somebody_books(desk, "そら"), somebody_books(desk, "はな")
    number = re.findall(r"予約番号 (\d+)", said(desk, sora, "予約確認"))[0]
    desk.line.block(hana)
    before = len(desk.line.messages(sora))
    moved = staff.post(f"{first_day(staff)}/move", data={"day": "2026-12-04", "starts": "18:00"})
    ledger = str(moved.url.path)
    told = desk.line.wait_for_reply(sora, after=before)[-1].text
    assert "12月4日（金）午後6時に" in told
    booked = said(desk, sora, "1")
    assert f"予約番号 {number}\n12月4日（金）午後6時" in booked
    desk.line.move_clock(61)
    page = comes(lambda: staff.get(ledger).text, "2人のうち 1人 済み")
    assert "職員が伝える人 1人" in page
    finished = staff.post(CALLS.findall(page)[0], data={"said": "leaves"}).text
    assert "全員に伝わりました" in finished
    assert "辞退" in finished
