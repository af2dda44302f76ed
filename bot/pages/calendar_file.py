"""カレンダーに入れる: one entry that says 「予定」 and nothing else, as a file that any calendar takes (RFC 5545)."""

from datetime import UTC, datetime

from starlette.responses import Response

from bot.pages.view import say
from bot.pages.visit import Visit
from desk.booking.queries import BookingRow, live_booking
from desk.clock import local
from desk.discretion import telling_word

TITLE = "予定"
_LINE_BYTES = 75
# Japan has had no summer time since 1951.
_TOKYO = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Tokyo",
    "BEGIN:STANDARD",
    "DTSTART:19510908T000000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "TZNAME:JST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def show(visit: Visit) -> Response:
    """What the file will say, and the button that fetches it."""
    booking = _coming(visit)
    if booking is None:
        return say("nothing_coming")
    return visit.page("calendar.html", starts=local(booking.starts_at), place=neutral_place(booking))


def fetch(visit: Visit) -> Response:
    """The file; the same booking has the same entry for life, so that a moved one moves there too."""
    booking = _coming(visit)
    if booking is None:
        return say("nothing_coming")
    headers = {"Content-Disposition": 'attachment; filename="yotei.ics"'}
    return Response(
        calendar_file(booking, visit.now), media_type="text/calendar; charset=utf-8", headers=headers
    )


def calendar_file(booking: BookingRow, now: datetime) -> bytes:
    """The entry of a booking: no alarm, no description, and a place only where its name tells nothing."""
    place = neutral_place(booking)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tomarigi//JA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *_TOKYO,
        "BEGIN:VEVENT",
        f"UID:{booking.id}@tomarigi",
        f"SEQUENCE:{booking.version}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Asia/Tokyo:{local(booking.starts_at):%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Asia/Tokyo:{local(booking.ends_at):%Y%m%dT%H%M%S}",
        f"SUMMARY:{TITLE}",
        *([f"LOCATION:{_escaped(place)}"] if place else []),
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def neutral_place(booking: BookingRow) -> str:
    """The place as the desk wrote it; empty where its name would tell, and where people do not meet there."""
    return "" if booking.way != "place" or telling_word(booking.place) else booking.place


def _coming(visit: Visit) -> BookingRow | None:
    with visit.reading() as db:
        found = live_booking(db, visit.house.vault, client_id=visit.client_id)
    return found if found is not None and found.state == "confirmed" else None


def _escaped(text: str) -> str:
    for sign in "\\,;":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """A line of at most 75 bytes; what is longer goes on after a space, and no letter is cut in two."""
    parts, room = [""], _LINE_BYTES
    for letter in line:
        size = len(letter.encode())
        if size > room:
            parts.append("")
            room = _LINE_BYTES - 1
        parts[-1] += letter
        room -= size
    return "\r\n ".join(parts)
