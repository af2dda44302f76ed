"""空き待ち from both sides of the counter: a place given back is held, taken, declined, or offered by telephone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.booking import service as booking
from desk.booking.queries import bookings_of_session
from desk.booking.waiting_queries import WaitingRow, waiting_list
from desk.calendar.queries import free_slots, list_desks, upcoming_sessions
from desk.clients.queries import client_by_id, client_of_address
from desk.clients.service import arrive, set_phone
from desk.clock import local_date
from desk.database import Database
from desk.house import House
from simulator.seen import Person
from tests.engines import ONE_BY_DEFAULT, POSTGRES_BY_DEFAULT
from tests.wishes.desk import Counter, banner, counter, faults

MINUTE, DAY = 60, 24 * 60 * 60
TEN = "11月27日（金）午前10時"
ROW = re.compile(r"/admin/waiting/([0-9a-f]{32})")


@dataclass(frozen=True)
class FullHouse:
    """Every place of every desk is taken by somebody else."""

    at: Counter

    def fill(self) -> None:
        """Guests take all there is."""
        house = self.at.desk.house
        with house.database.transaction() as db:
            now = house.clock.now()
            free = [each for desk in list_desks(db) for each in free_slots(db, desk_id=desk.id, now=now)]
            for number, each in enumerate(free):
                guest = arrive(db, house.vault, user_id=f"U-guest-{number}", now=now)
                booking.hold(db, client_id=guest, slot_id=each.slot_id, now=now)
                booking.confirm(
                    db,
                    house.vault,
                    client_id=guest,
                    called_name="はな",
                    about="self",
                    subject_knows=None,
                    now=now,
                )

    def guest_cancels(self, *, last: bool = False) -> None:
        """The guest of 10 o'clock on the first day of 諏訪, or the last one of the day, gives the place back."""
        house = self.at.desk.house
        with house.database.transaction() as db:
            now = house.clock.now()
            first, *_ = upcoming_sessions(db, desk_id=self.at.desk_id, since=local_date(now))
            rows = [row for row in bookings_of_session(db, house.vault, first.id) if row.state == "confirmed"]
            booking.cancel(db, booking_id=rows[-1 if last else 0].id, by="client", now=now)

    def waits(self, name: str) -> Person:
        """Somebody finds nothing free, and waits at 諏訪."""
        person = self.at.person(name)
        assert "あいている時間が ありません" in self.at.says(person, "予約", "1")
        assert "順番に 知らせます" in self.at.says(person, "空きを待つ", "1")
        return person

    def line(self) -> tuple[WaitingRow, ...]:
        """The list as staff of 諏訪 see it."""
        with self.at.desk.house.database.reading() as db:
            return waiting_list(db, desk_id=self.at.desk_id)

    def told(self, person: Person, seen: int) -> str:
        """What comes by itself after so many messages; a minute goes by."""
        self.at.desk.line.move_clock(MINUTE)
        return "\n".join(message.text for message in self.at.pushed(person, seen))


@pytest.fixture
def full(database: Database, tmp_path: Path) -> Iterator[FullHouse]:
    """No place is free anywhere, two weeks before a session."""
    with counter(database, tmp_path) as both:
        house = FullHouse(both)
        house.fill()
        yield house


@POSTGRES_BY_DEFAULT
def test_a_place_given_back_is_offered_taken_declined_and_passed_on(full: FullHouse) -> None:
    at = full.at
    sora, yama = full.waits("そら"), full.waits("やま")
    assert "2人が待っています" in at.week()
    seen = at.count(sora)
    full.guest_cancels()
    assert "あいている時間が ありません" in at.says(at.person("よその人"), "予約", "1")
    words = full.told(sora, seen)
    assert words.splitlines()[0] == "とまりぎです。"
    assert TEN in words
    assert "まで 待っています" in words
    assert "返事を待っています" in at.staff.get("/admin/waiting").text
    assert "あくのを" not in at.says(sora, "空きを待つ"), "what is held for them is shown again"

    seen = at.count(yama)
    assert "また 知らせます" in at.says(sora, "ほかが いい")
    assert TEN in full.told(yama, seen)
    assert "予約番号" in at.says(yama, "それで いい", "1")
    assert [row.state for row in full.line()] == ["active"]
    assert "もう 知らせません" in at.says(sora, "もう待たない")
    assert full.line() == ()
    assert "0人が待っています" in at.week()


@ONE_BY_DEFAULT
def test_who_waited_in_vain_is_asked_once_and_the_place_in_the_line_stays(full: FullHouse) -> None:
    at = full.at
    with at.desk.house.database.transaction() as db:
        db.execute(sa.text("UPDATE desk SET months_ahead = 1"))
    sora = full.waits("そら")
    at.desk.line.follow(sora)
    at.desk.line.wait_for_reply(sora)
    before, seen = full.line()[0].entered_at, at.count(sora)
    at.desk.line.move_clock(15 * DAY + 6 * 60 * MINUTE)
    words = "\n".join(message.text for message in at.pushed(sora, seen))
    assert "つぎの日にちも 待ちますか" in words
    assert "順番は そのままで" in at.says(sora, "はい")
    assert full.line()[0].entered_at == before


@POSTGRES_BY_DEFAULT
def test_who_is_booked_gets_an_earlier_place_and_loses_nothing_meanwhile(full: FullHouse) -> None:
    at = full.at
    sora = full.waits("そら")
    seen = at.count(sora)
    full.guest_cancels(last=True)
    full.told(sora, seen)
    number = re.findall(r"予約番号 (\d+)", at.says(sora, "1", "1"))
    assert "そのままです" in at.says(sora, "空きを待つ", "1")
    assert "もっと早い時間を希望" in at.staff.get("/admin/waiting").text
    seen = at.count(sora)
    full.guest_cancels()
    words = full.told(sora, seen)
    assert "いまの予定は、きまるまで そのままです。" in words
    shown = at.says(sora, "予約確認")
    assert re.findall(r"予約番号 (\d+)", shown) == number
    at.desk.line.press(sora, "1 それで いい")
    moved = at.desk.line.wait_for_reply(sora)[-1].text
    assert re.findall(r"予約番号 (\d+)", moved) == number
    assert TEN in moved
    assert full.line() == ()


@ONE_BY_DEFAULT
def test_who_has_everything_erased_leaves_the_place_on_offer_to_the_next(full: FullHouse) -> None:
    at = full.at
    sora, yama = full.waits("そら"), full.waits("やま")
    full.guest_cancels()
    assert [row.state for row in full.line()] == ["offered", "active"]
    seen = at.count(yama)
    assert "消しました" in at.says(sora, "ぜんぶ消す", "1")
    assert TEN in full.told(yama, seen)
    assert [row.state for row in full.line()] == ["offered"]


def leaves_number(house: House, client_id: str) -> None:
    """From now on they can be telephoned."""
    with house.database.transaction() as db:
        phone = {"phone": "0266000012", "note": ""}
        set_phone(db, house.vault, client_id=client_id, **phone, now=house.clock.now())


@POSTGRES_BY_DEFAULT
def test_staff_put_a_caller_on_the_list_hold_a_place_by_hand_and_note_the_answer(full: FullHouse) -> None:
    at = full.at
    sora = full.waits("そら")
    at.desk.line.block(sora)
    row = full.line()[0]
    with at.desk.house.database.reading() as db:
        client_id = client_of_address(db, at.desk.house.vault, sora.user_id)
        assert client_id is not None
        client = client_by_id(db, client_id)
    assert client is not None
    page = at.staff.post("/admin/waiting", data={"number": "999999", "where": at.desk_id})
    assert faults(page.text) == ["その番号の人は見つかりません。番号をたしかめてください。"]
    page = at.staff.post("/admin/waiting", data={"number": str(client.number), "where": "nowhere"})
    assert faults(page.text) == ["窓口を選んでください。"]
    page = at.staff.post("/admin/waiting", data={"number": str(client.number), "where": "anywhere"})
    assert banner(page.text) == "✓ 空きを待つ人に、入れました。"
    assert [(each.id, each.desk_id) for each in full.line()] == [(row.id, None)]

    full.guest_cancels()
    assert [each.state for each in full.line()] == ["active"], "LINE does not reach them"
    address = f"/admin/waiting/{row.id}"
    assert "電話で" in at.staff.get("/admin/waiting").text
    assert faults(at.staff.post(f"{address}/offer", data={"slot": ""}).text) == ["日時を選んでください。"]
    assert "場所をとっておくことは できません" in at.staff.get(address).text, "nobody could ask them"
    leaves_number(at.desk.house, client_id)
    slot = re.findall(r'name="slot" value="([0-9a-f]{32})"', at.staff.get(address).text)[0]
    held = at.staff.post(f"{address}/offer", data={"slot": slot})
    assert "とってあります" in held.text
    again = at.staff.post(f"{address}/offer", data={"slot": slot})
    assert faults(again.text)[0].startswith("もう待っていないか")
    assert banner(at.staff.post(f"{address}/answer", data={"takes": "maybe"}).text).startswith("▲")
    assert "次の人に回ります" in at.staff.post(f"{address}/answer", data={"takes": "no"}).text
    at.staff.post(f"{address}/offer", data={"slot": slot})
    assert banner(at.staff.post(f"{address}/answer", data={"takes": "yes"}).text) == "✓ 予約を入れました。"
    assert full.line() == ()
    assert at.staff.get(address).status_code == 404


@ONE_BY_DEFAULT
def test_staff_take_somebody_off_and_the_place_on_offer_goes_on(full: FullHouse) -> None:
    at = full.at
    full.waits("そら")
    yama = full.waits("やま")
    seen = at.count(yama)
    full.guest_cancels()
    first = ROW.findall(at.staff.get("/admin/waiting").text)[0]
    assert banner(at.staff.post(f"/admin/waiting/{first}/leave").text) == "✓ 空きを待つ人から、はずしました。"
    assert TEN in full.told(yama, seen)
    assert [row.state for row in full.line()] == ["offered"]
