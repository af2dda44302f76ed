"""Which bookings staff ask for: the filters of the list, which its files take over, and what each line tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from admin import wording
from admin.auth import Visit
from admin.forms import a_day
from desk.booking.queries import BookingRow, bookings_list
from desk.calendar.queries import DeskRow, list_desks
from desk.clock import local, local_date
from desk.database import Connection
from desk.people import sight

STATES = {
    "": ("ぜんぶ", ("confirmed", "lapsed", "attended", "no_show", "moved", "declined", "excused", "revoked")),
    "live": ("予約あり", ("confirmed",)),
    "open": ("結果がまだ", ("lapsed",)),
    "came": ("来た", ("attended",)),
    "missed": ("来なかった", ("no_show",)),
    "declined": ("辞退（またいつでも）", ("declined",)),
    "gone": ("取消", ("excused", "revoked")),
}
HEAD = ("日", "時刻", "呼び名", "だれのこと", "窓口", "受付", "ようす", "返事", "予約番号")
_AHEAD = timedelta(days=400)


@dataclass(frozen=True, repr=False)
class BookingList:
    """The rows that were asked for, the filters as they were typed, and what is wrong with them."""

    rows: Sequence[BookingRow]
    desks: Sequence[DeskRow]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    since: date


def chosen_bookings(db: Connection, visit: Visit) -> BookingList:
    """What the filters in the address ask for, of the desks in sight; without any: from today on."""
    own = sight.desks_in_sight(db, visit.viewer)
    desks = [desk for desk in list_desks(db) if desk.id in own]
    asked = {key: visit.request.query_params.get(key, "") for key in ("desk", "state", "source", "about")}
    since, until, values, errors = _span(visit)
    values |= asked
    chosen = next((desk.id for desk in desks if desk.code == asked["desk"]), visit.viewer.desk_id)
    seen = sight.booking_seen(visit.viewer, visit.now)
    found = bookings_list(db, visit.house.vault, desk_id=chosen, since=since, until=until, seen=seen)
    rows = [row for row in found if row.desk_id in own and _fits(row, asked)]
    return BookingList([] if errors else rows, desks, values, errors, since)


def table_of(rows: Sequence[BookingRow]) -> list[tuple[str, ...]]:
    """What the list shows, as words, its head first."""
    return [HEAD, *(_line(row) for row in rows)]


def answer_of(row: BookingRow) -> str:
    """What the person answered to a reminder, while it still says something."""
    if row.attends is None or row.state != "confirmed":
        return ""
    return "行きます" if row.attends else "行けません"


def _line(row: BookingRow) -> tuple[str, ...]:
    return (
        wording.day_with_year(local(row.starts_at).date()),
        wording.digits(row.starts_at),
        row.called_name or "",
        wording.ABOUT[row.about],
        row.desk_name,
        wording.SOURCES[row.source],
        wording.BOOKING_STATES[row.told_state][0],
        answer_of(row),
        row.number or "",
    )


def _fits(row: BookingRow, asked: Mapping[str, str]) -> bool:
    states = STATES.get(asked["state"], STATES[""])[1]
    return (
        row.told_state in states and asked["source"] in ("", row.source) and asked["about"] in ("", row.about)
    )


def _span(visit: Visit) -> tuple[date, date, dict[str, str], dict[str, str]]:
    """From which day to which; where nothing is said, from today on."""
    typed = {key: visit.request.query_params.get(key, "") for key in ("since", "until")}
    errors = {
        key: "日を、カレンダーから選んでください。"
        for key, value in typed.items()
        if value and not a_day(value)
    }
    today = local_date(visit.now)
    until = a_day(typed["until"])
    since = a_day(typed["since"]) or (until.replace(day=1) if until and until < today else today)
    if not errors and until is not None and until < since:
        errors["until"] = "「まで」は、「から」と同じ日か、あとの日にしてください。"
    return since, until or since + _AHEAD, {"since": since.isoformat(), "until": typed["until"]}, errors
