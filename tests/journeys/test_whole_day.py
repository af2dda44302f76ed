"""As a new user would: start the demo, book in the phone page, see it on the officer's open page, write back."""

import os
import re
import signal
import subprocess
import sys
from calendar import FRIDAY, monthcalendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import Page, expect

from simulator.client import Simulator

DECEMBER = 12
ADDRESS = re.compile(r"(\S+)\s+(http://localhost:\d+/\S*)$")


@dataclass(frozen=True)
class Demo:
    """The running demo: the phone page, and the one-time links by the names of the people."""

    phone: str
    links: dict[str, str]


@pytest.fixture
def demo() -> Iterator[Demo]:
    """`make demo`, on free ports, stopped with Ctrl-C at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tomarigi.demo"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    told: dict[str, str] = {}
    for line in process.stdout:
        found = ADDRESS.search(line.strip())
        if found:
            told[found.group(1)] = found.group(2)
        if "管理の人" in line:
            break
    yield Demo(told["スマートフォンの画面"], told)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0


def a_quiet_morning(demo: Demo) -> None:
    """Moves everybody's clock to the Monday before a session of a coming month, ten in the morning."""
    with Simulator(demo.phone) as line:
        day = datetime.fromisoformat(line.clock()["now"]).replace(day=1) + timedelta(days=32)
        month = day.month if day.month != DECEMBER else 1
        year = day.year + (day.month == DECEMBER)
        fridays = [week[FRIDAY] for week in monthcalendar(year, month) if week[FRIDAY]]
        line.set_clock(f"{year}-{month:02}-{fridays[-1] - 4:02}T10:00+09:00")


def sign_in(page: Page, link: str) -> None:
    """Opens a one-time link and is in, with one press."""
    page.goto(link)
    page.get_by_role("button", name="あとで").click()


def book(page: Page, address: str) -> None:
    """Somebody adds the account and books the first time, all by pressing."""
    page.goto(address)
    page.get_by_label("名前").fill("あきら")
    page.get_by_role("button", name="人をふやす").click()
    phone = page.get_by_role("region", name="あきらさんの電話")
    phone.get_by_role("button", name="友だちに追加する").click()
    for label in ("1 予約する", "1 諏訪", re.compile(r"^1 \d+月"), "1 わかった、進む", "1 自分のこと"):
        phone.get_by_role("button", name=label).click()
    phone.get_by_role("button", name="1 そら", exact=True).click()
    phone.get_by_role("button", name="1 これで予約する").click()
    expect(phone.get_by_role("log")).to_contain_text(re.compile(r"予約番号 \d+"))


def assert_nothing_hinders(page: Page) -> None:
    """axe finds nothing that would keep somebody from using the page."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_booking_reaches_the_officer_and_a_word_comes_back(
    demo: Demo, new_desktop: Callable[[], Page], new_phone: Callable[[], Page], tmp_path: Path
) -> None:
    a_quiet_morning(demo)
    officer, staff, client = new_phone(), new_desktop(), new_desktop()
    sign_in(officer, demo.links["みどり"])
    expect(officer.get_by_role("heading", level=1)).to_contain_text("午前10時")
    expect(officer.get_by_text("そらさん")).to_have_count(0)

    book(client, demo.phone)

    # It appears by itself: nobody reloads the officer's page.
    expect(officer.get_by_text("そらさん").first).to_be_visible()
    news = officer.get_by_role("heading", name=re.compile("新しい お知らせ"))
    expect(news).to_be_visible()
    assert_nothing_hinders(officer)
    officer.screenshot(path=tmp_path / "officer.png", full_page=True)
    officer.get_by_role("button", name="見ました").click()
    expect(news).to_have_count(0)

    sign_in(staff, demo.links["けい"])
    expect(staff.get_by_role("heading", level=1)).to_contain_text("今週すること")
    staff.get_by_role("navigation").get_by_role("link", name="相談者").locator("visible=true").click()
    staff.get_by_role("link", name=re.compile("そらさん")).click()
    staff.get_by_role("button", name="その場で同意をもらった").click()
    staff.get_by_label("送る文").fill("とまりぎです。おかわり ありませんか。返事は いりません。")
    staff.get_by_role("button", name="LINEで送る").click()
    expect(staff.get_by_role("button", name="取り消す", exact=True)).to_be_visible()
    # After ten seconds in which it can be taken back, and by itself.
    expect(staff.get_by_text("送りました").first).to_be_visible(timeout=60_000)
    assert_nothing_hinders(staff)

    phone = client.get_by_role("region", name="あきらさんの電話")
    expect(phone.get_by_role("log")).to_contain_text("おかわり ありませんか")
    phone.get_by_role("button", name="だいじょうぶ").click()
    expect(phone.get_by_role("log")).to_contain_text("ありがとうございます")
    client.screenshot(path=tmp_path / "phone.png", full_page=True)
