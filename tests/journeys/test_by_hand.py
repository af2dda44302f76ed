"""The staff's hand beside the chat: what staff give away or block, nobody finds there; what is freed, everybody does."""

import re
from collections.abc import Iterator
from pathlib import Path

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
from tests.engines import ONE_BY_DEFAULT
from tests.journeys.opened import OpenDesk, opened_desk

pytestmark = ONE_BY_DEFAULT

TEN, ELEVEN = "11月27日（金）午前10時", "11月27日（金）午前11時"
FIELD = {name: re.compile(pattern) for name, pattern in (
    ("slots", r'name="slot" value="([0-9a-f]{32})".*?<span>(.+?)　'),
    ("code", r'<p class="spoken">(.+?)</p>'),
    ("blocks", r"/admin/places/([0-9a-f]{32})/block"),
    ("session", r"/admin/sessions/([0-9a-f]{32})/places"),
)}  # fmt: skip


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


def free(staff: TestClient) -> dict[str, str]:
    """The times staff can give, by their words."""
    found = FIELD["slots"].findall(staff.get("/admin/bookings/new").text)
    return {words.replace(" ", ""): slot for slot, words in found}


def said(desk: OpenDesk, person: Person, text: str) -> str:
    """What the bot answers, its buttons too."""
    messages = desk.line.ask(person, text)
    return "\n".join(part for message in messages for part in (message.text, *message.labels))


def times_in_chat(desk: OpenDesk, name: str) -> str:
    """What somebody new is shown when they want to book."""
    person = desk.line.add_person(name)
    said(desk, person, "予約")
    return said(desk, person, "1")


def test_what_staff_give_away_by_telephone_is_gone_from_the_chat_until_it_is_free_again(
    desk: OpenDesk, staff: TestClient
) -> None:
    assert TEN in times_in_chat(desk, "そら")
    form = {"slot": free(staff)[TEN], "source": "phone", "about": "self", "called_name": "やま"}
    made = staff.post("/admin/bookings/new", data=form)
    code = re.sub(r"<[^>]*>", "", FIELD["code"].findall(made.text)[0])
    assert TEN not in times_in_chat(desk, "うみ")
    assert ELEVEN in times_in_chat(desk, "もり")

    calls_again = staff.post("/admin/clients/find", data={"wanted": code.replace("・", " ")})
    mine = re.findall(r"/admin/bookings/[0-9a-f]{32}", calls_again.text)[0]
    moved = staff.post(f"{mine}/move", data={"slot": free(staff)[ELEVEN], "why": "asked"})
    assert "予約の日時を変えました。" in moved.text
    shown = times_in_chat(desk, "かぜ")
    assert TEN in shown
    assert ELEVEN not in shown
    staff.post(f"{mine}/cancel", data={"reason": "asked"})
    assert ELEVEN in times_in_chat(desk, "ほし")


def test_a_blocked_time_is_in_no_list_and_who_has_a_booking_gets_no_second_one(
    desk: OpenDesk, staff: TestClient
) -> None:
    early = desk.line.add_person("そら")
    said(desk, early, "予約")
    assert TEN in said(desk, early, "1")
    session = FIELD["session"].findall(staff.get("/admin/calendar").text)[0]
    ten = FIELD["blocks"].findall(staff.get(f"/admin/sessions/{session}/places").text)[0]
    blocked = staff.post(f"/admin/places/{ten}/block", data={"why": "room"})
    assert "枠をふさぎました。" in blocked.text
    assert TEN not in times_in_chat(desk, "うみ")
    assert TEN not in free(staff)
    answer = said(desk, early, "1")
    assert "すみません。" in answer
    assert TEN not in answer
    assert ELEVEN in answer
    staff.post(f"/admin/places/{ten}/unblock")
    assert TEN in times_in_chat(desk, "もり")
    _is_not_booked_twice(desk, staff, early)


def _is_not_booked_twice(desk: OpenDesk, staff: TestClient, sora: Person) -> None:
    """Who books in the chat and telephones as well has one booking, unless staff say why there are two."""
    words = said(desk, sora, "やめる")
    words = said(desk, sora, "2")
    words = said(desk, sora, "予約")
    while "予約番号" not in words:
        words = said(desk, sora, "1")
    (number,) = re.findall(r"予約番号 (\d+)", words)
    page = staff.post("/admin/clients/find", data={"wanted": number, "then": "booking"})
    (client,) = re.findall(r'name="client" value="([0-9a-f]{32})"', page.text)
    form = {"slot": free(staff)[ELEVEN], "source": "phone", "about": "self", "client": client}
    refused = staff.post("/admin/bookings/new", data=form)
    assert "この人には、もう11月27日（金） 午前10時の予約があります。" in refused.text
    assert (
        "2つめの予約のわけを選んでください。"
        in staff.post("/admin/bookings/new", data=form | {"second": "?"}).text
    )
    assert ELEVEN in free(staff)
    allowed = staff.post("/admin/bookings/new", data=form | {"second": "soon"})
    assert "わけ：つづけて会うほうがよい（2つめの予約）" in allowed.text
    assert ELEVEN not in free(staff)
