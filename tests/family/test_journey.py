"""From the chats to the panel and back: a son, his mother and a supporter, each with their own way to be reminded."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.line import Line
from bot.pages.app import make_pages
from bot.scheduling.quota import read_quota
from desk.calendar.queries import upcoming_sessions
from desk.clients.queries import client_of_address
from desk.clock import local_date
from desk.database import Database
from simulator.seen import Person
from tests.engines import ONE_BY_DEFAULT
from tests.messaging.scene import wait_until
from tests.wishes.desk import Counter, banner, counter

pytestmark = ONE_BY_DEFAULT

PHONE = "09000004444"


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Counter]:
    """Both sides of the counter on a Thursday at noon."""
    with counter(database, tmp_path) as desk:
        yield desk


def book(desk: Counter, name: str, *answers: str) -> Person:
    """Somebody books at 諏訪."""
    person = desk.desk.line.add_user(name)
    desk.desk.line.wait_for_reply(person)
    assert "予約できました" in desk.says(person, "予約", "諏訪", *answers)
    return person


def page_of(desk: Counter, person: Person) -> str:
    """Where the person's page stands in the panel."""
    with desk.desk.house.database.reading() as db:
        return f"/admin/clients/{client_of_address(db, desk.desk.house.vault, person.user_id)}"


def sheet(desk: Counter) -> str:
    """The sheet of the next session."""
    with desk.desk.house.database.reading() as db:
        today = local_date(desk.desk.house.clock.now())
        first = upcoming_sessions(db, desk_id=desk.desk_id, since=today)[0]
    return desk.staff.get(f"/admin/sessions/{first.id}").text


def relate(desk: Counter, one: Person, other: Person) -> None:
    """Staff note that the two belong together, by the number of the other's booking."""
    number = re.search(r"予約番号 (\d+)", desk.says(other, "予約確認"))
    assert number is not None
    done = desk.staff.post(f"{page_of(desk, one)}/relations", data={"number": number.group(1)}).text
    assert "つながりを記録しました。" in banner(done)


def test_a_family_books_each_for_themselves_and_is_reminded_as_each_wished(desk: Counter) -> None:
    son = book(desk, "むすこ", "1", "1", "自分のこと", "かもめ", "1")
    mother = book(desk, "はは", "1", "1", "むすこのことです", "知らない", "つぐみ", "1")
    assert "会う日の人だけが 読みます" in desk.says(mother, "いっしょに来る人を書く", "わたしと 家族")
    assert "前の日に、電話します" in desk.says(
        son, "おしらせを選ぶ", "電話で知らせてほしい", PHONE, "いつでも", "名前だけ"
    )
    relate(desk, mother, son)
    seen = desk.count(son), desk.count(mother)

    desk.desk.line.set_clock("2026-11-24T12:05+09:00")
    pushed = desk.pushed(mother, seen[1])
    assert [message.text.splitlines()[1] for message in pushed] == ["11月27日（金）午前11時の"]
    seen = desk.count(son), desk.count(mother)
    desk.desk.line.set_clock("2026-11-26T08:30+09:00")
    desk.sign_in()
    week = desk.week()
    assert "電話でのおしらせ" in week
    assert PHONE in week
    call = re.search(r"/admin/calls/(\w{32})", week)
    assert call is not None
    assert "電話した" in banner(desk.staff.post(call.group(), data={"reached": "yes"}).text)
    assert "電話でのおしらせ" not in desk.week()
    desk.desk.line.set_clock("2026-11-26T18:05+09:00")
    desk.sign_in()
    pushed = desk.pushed(mother, seen[1])
    assert [message.text.splitlines()[1] for message in pushed] == ["あす、午前11時の予定です。"]
    assert desk.count(son) == seen[0]
    assert "お待ちしています" in desk.says(mother, "1")
    text = sheet(desk)
    for words in ("午前10時のかもめさんと、互いに知りません", "わたしと 家族", "「行きます」と返事"):
        assert words in text


def test_a_supporter_takes_the_day_along_in_a_calendar(desk: Counter) -> None:
    helper = book(desk, "しえん", "1", "1", "仕事で会う人", "1", "たけさんと わたし", "もり", "1")
    assert "たけさんと わたし" in sheet(desk)
    desk.says(helper, "カレンダーに入れる")
    button = desk.desk.line.messages(helper)[-1].raw["template"]["actions"][0]
    address = button["uri"]
    assert address.endswith("?openExternalBrowser=1")
    origin = desk.desk.address
    pages = Starlette(routes=[Mount("/me", make_pages(desk.desk.house))])
    phone = TestClient(pages, base_url=origin, headers={"Origin": origin})
    assert "ひらく" in phone.get(address).text
    assert "「予定」とだけ 出ます" in phone.post(address).text
    (event,) = Calendar.from_ical(phone.post("/me/calendar").content).walk("VEVENT")
    assert (event["SUMMARY"], "LOCATION" in event) == ("予定", True)
    phone.cookies.clear()
    assert phone.post(address).status_code == 410


def test_a_short_month_keeps_what_is_due_and_says_so(desk: Counter) -> None:
    sora = book(desk, "そら", "1", "1", "自分のこと", "かもめ", "1")
    line, house = Line(desk.desk.house.settings), desk.desk.house
    desk.desk.line.set_quota(200, used=198)
    read_quota(house, line, refused=True)
    assert "あと<strong>2通</strong>" in desk.week()
    page = page_of(desk, sora)
    desk.staff.post(f"{page}/consent", data={"agreed": "yes"})
    seen = desk.count(sora)
    desk.staff.post(f"{page}/messages", data={"text": "おかわり ありませんか。", "form": "a" * 32})
    desk.desk.line.set_clock(
        "2026-11-12T12:05+09:00"
    )  # the ten seconds in which it could be taken back are over
    wait_until(lambda: "待っている連絡 1通" in desk.week())
    assert "今月LINEで送れる残り" in desk.staff.get(page).text
    assert "お待ちしています" in desk.says(sora, "行きます")  # a reply is free
    desk.desk.line.set_quota(1_000, used=198)
    read_quota(house, line, refused=True)
    assert "LINEで送れる数" in desk.week()
    desk.desk.line.set_clock("2026-11-12T13:30+09:00")
    (follow_up,) = desk.pushed(sora, seen + 2)
    assert (follow_up.text, follow_up.how) == ("おかわり ありませんか。", "push")
    wait_until(lambda: "LINEで送れる数" not in desk.week())
    line.close()
