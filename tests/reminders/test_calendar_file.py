"""カレンダーに入れる: a file every calendar takes, that says 「予定」 and nothing else, and moves with the booking."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as some
from icalendar import Calendar

from bot.pages.calendar_file import calendar_file
from desk.booking import service as booking_service
from desk.booking.queries import BookingRow
from desk.calendar.queries import free_slots
from desk.clock import TOKYO, at_tokyo
from desk.discretion import LOCK_SCREEN_WORDS, telling_word
from desk.house import House
from tests.family.chat import Chat
from tests.pages.person import ORIGIN, Someone, meet, open_desk, path_of, text_of
from tests.panel.scene import BOOKED_AT

USER = f"U{'9' * 32}"
NOON = at_tokyo(date(2026, 11, 27), 10)


@pytest.fixture
def sora(house: House) -> Someone:
    """Somebody with a booking at ten o'clock on 11/27 at 諏訪, and the browser of their phone."""
    open_desk(house)
    person = meet(house, USER)
    assert "予約できました" in chat_of(person).types("予約", "諏訪", "1", "1", "自分のこと", "かもめ", "1")
    return person


def chat_of(person: Someone) -> Chat:
    return Chat(person.house, USER)


def link_in(said: str) -> str:
    """The path of the link that the chat hands out, with a word of warning."""
    assert "「予定」とだけ 出ます" in said
    assert "いっしょに 使う時は" in said
    (address,) = re.findall(r"http\S+", said)
    assert address.endswith("?openExternalBrowser=1")
    return str(address).removeprefix(ORIGIN)


def event_of(page: httpx2.Response) -> Any:
    """The one entry of a file."""
    assert page.headers["content-type"] == "text/calendar; charset=utf-8"
    assert 'filename="yotei.ics"' in page.headers["content-disposition"]
    calendar: Any = Calendar.from_ical(page.content)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert not calendar.errors
    return entry_of(page.content)


def entry_of(content: bytes) -> Any:
    """What a calendar makes of it."""
    calendar: Any = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert not event.errors
    return event


def fetch(person: Someone) -> httpx2.Response:
    """Asks in the chat, follows the link, presses ひらく and 入れる."""
    page = person.phone.post(link_in(chat_of(person).types("カレンダーに入れる")))
    assert path_of(page) == "/calendar"
    return person.presses("/calendar")


def test_the_file_says_when_and_where_and_nothing_else(sora: Someone) -> None:
    page = fetch(sora)
    event = event_of(page)
    assert event["SUMMARY"] == "予定"
    assert event.start == NOON.astimezone(TOKYO)
    assert event.end - event.start == timedelta(minutes=50)
    assert event["LOCATION"] == "市民館 3階 会議室B"
    assert event["CLASS"] == "PRIVATE"
    assert sorted(event) == [
        *("CLASS", "DTEND", "DTSTAMP", "DTSTART", "LOCATION", "SEQUENCE", "SUMMARY", "UID")
    ]
    assert event.subcomponents == []  # no alarm
    whole = page.content.decode()
    assert [word for word in (*LOCK_SCREEN_WORDS, "かもめ", "窓口", "とまりぎ") if word in whole] == []
    assert page.headers["cache-control"] == "no-store"


def test_only_a_press_gives_it_and_the_link_opens_once(sora: Someone) -> None:
    link = sora.link("calendar")
    for _ in range(2):
        seen = sora.phone.get(f"{link}?openExternalBrowser=1")
        assert (seen.status_code, "ひらく" in seen.text) == (200, True)
        assert "11月" not in seen.text
    sora.phone.post(link)
    assert "11月27日に、「予定」とだけ" in text_of(sora.sees("/calendar"))
    assert sora.presses("/calendar").content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert sora.presses("/calendar").content.startswith(b"BEGIN:VCALENDAR\r\n")
    stranger = meet(sora.house, f"U{'0' * 32}")
    assert stranger.phone.post(link).status_code == 410
    assert stranger.sees("/calendar").status_code == 403
    assert stranger.presses("/calendar").status_code == 403


def test_a_moved_booking_is_the_same_entry_later_on(sora: Someone) -> None:
    before = event_of(fetch(sora))
    chat = chat_of(sora)
    with sora.house.database.transaction() as db:
        times = free_slots(db, desk_id=chat.booking().desk_id, now=BOOKED_AT)
        booking_service.move(
            db,
            sora.house.vault,
            booking_id=chat.booking().id,
            slot_id=times[-1].slot_id,
            by="client",
            now=BOOKED_AT,
        )
    after = event_of(fetch(sora))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.start == times[-1].starts_at


def test_without_a_booking_there_is_nothing_to_fetch(sora: Someone) -> None:
    sora.opens("calendar")
    chat_of(sora).types("取消", "1")
    assert "いま、予定は ありません" in text_of(sora.sees("/calendar"))
    assert "いま、予定は ありません" in text_of(sora.presses("/calendar"))
    assert "いま、予約は ありません" in chat_of(sora).types("カレンダーに入れる")


def test_the_page_is_for_the_calendar_only_and_other_pages_give_none(sora: Someone) -> None:
    sora.opens("calendar")
    assert path_of(sora.sees("/write")) == "/calendar"
    assert path_of(sora.sees("/on")) == "/calendar"
    sora.opens("message")
    assert path_of(sora.sees("/calendar")) == "/write"


def test_a_place_whose_name_tells_is_left_out(sora: Someone) -> None:
    booking = chat_of(sora).booking()
    for changed in (
        replace(booking, place="更生保護サポートセンター 会議室"),
        replace(booking, place="福祉相談所"),
        replace(booking, way="telephone"),
    ):
        event = entry_of(calendar_file(changed, BOOKED_AT))
        assert "LOCATION" not in event


@given(
    place=some.text(some.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=120),
    starts=some.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=some.just(UTC)),
)
def test_any_place_and_time_survives_the_way_through_the_file(place: str, starts: datetime) -> None:
    booking = a_booking(place, starts.replace(second=0, microsecond=0))
    content = calendar_file(booking, BOOKED_AT)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    event = entry_of(content)
    assert event.start == booking.starts_at
    shown = "" if telling_word(place) else " ".join(place.split())
    assert str(event.get("LOCATION", "")) == shown


def a_booking(place: str, starts: datetime) -> BookingRow:
    """A booking of which only the place and the time matter."""
    fields: dict[str, Any] = dict.fromkeys(BookingRow.__dataclass_fields__)
    times = {"starts_at": starts, "ends_at": starts + timedelta(minutes=50)}
    return BookingRow(**fields | times | {"id": "a" * 32, "version": 3, "place": place, "way": "place"})
