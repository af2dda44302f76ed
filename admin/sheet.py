"""The sheet of one session as the officers of the day need it: who comes when, what to mind, what troubles them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from admin.answers import chosen_groups, chosen_words, minded, more_lines
from admin.auth import Visit
from admin.marking import Piece, marked
from admin.wording import day, wall
from desk.agencies.queries import AgencyRow, agencies, fitting
from desk.booking.contact import Contact, contacts_of
from desk.booking.queries import BookingRow, EarlierVisits, bookings_of_session, visits_before
from desk.calendar.queries import DeskRow, SessionRow, desk_by_id
from desk.calendar.rules import closing_time
from desk.clients.queries import clients_by_id, sealers
from desk.clients.relations import kept_apart
from desk.clock import local_date
from desk.conversations.queries import MessageRow, stories_of_all
from desk.database import Connection
from desk.intake.known import KnownNeed, known_needs
from desk.intake.queries import FlagRow, NeedRow, answers_before_visits, flags_of_all, needs_of_all
from desk.people.rules import BEFORE_DUTY, Permission, may, sees_people
from desk.people.sight import bookings_in_sight
from desk.privacy import Vault
from desk.roster.queries import OfficerRow, officers_of_session

# A closed sign older than this belongs to an earlier visit.
_SIGNS_BACK = timedelta(days=30)
_KNOWS = {
    "no": "ご本人は、この相談を知りません。本人にも家にも連絡しないでください。",
    "unsaid": "ご本人が知っているか、聞いていません。本人にも家にも連絡しないでください。",
}


@dataclass(frozen=True, repr=False)
class Party:
    """One booking with all the officers may know about it."""

    booking: BookingRow
    visits_before: int
    promise_before: tuple[datetime, str] | None
    cares: tuple[str, ...]
    flags: tuple[FlagRow, ...]
    chosen: tuple[str, ...]
    more_told: tuple[tuple[str, str], ...]
    needs: tuple[KnownNeed, ...]
    agencies: tuple[AgencyRow, ...]
    stories: tuple[MessageRow, ...]
    marked: dict[str, tuple[Piece, ...]]
    erased: bool
    reach: str


@dataclass(frozen=True, repr=False)
class Sheet:
    """A session with its officers and the parties this person may see; of the others only that somebody comes.

    `shows_people`: the day is near enough to see who comes; whoever is hidden then is somebody else's to meet.
    """

    session: SessionRow
    desk: DeskRow
    officers: tuple[OfficerRow, ...]
    bookings: tuple[BookingRow, ...]
    shows_people: bool
    shown_from: datetime
    closes_at: datetime
    parties: tuple[Party, ...]

    @property
    def hidden(self) -> tuple[BookingRow, ...]:
        """The bookings behind which this person sees nobody."""
        shown = {party.booking.id for party in self.parties}
        return tuple(booking for booking in self.bookings if booking.id not in shown)


def nobody_comes(sheet: Sheet, *, now: datetime) -> str:
    """What stands where nobody is booked: kindly, and what comes next."""
    session, on = sheet.session, day(sheet.session.date)[:-3]
    if session.status != "open":
        return f"{on}は、お休みです。"
    if now >= session.ends_at:
        return f"{on}に来る人は、いませんでした。"
    if now >= session.starts_at:
        return f"{on}の予約は、ありません。"
    if now >= sheet.closes_at:
        return f"{on}の予約は、ありません。開くかどうか、職員が決めて知らせます。"
    return "予約はまだありません。新しい予約が入ると、ここに出ます。"


@dataclass(frozen=True, repr=False)
class _Known:
    """What is known of all who come: answers by booking, all else by person."""

    answers: Mapping[str, dict[str, Any]]
    needs: Mapping[str, tuple[NeedRow, ...]]
    flags: Mapping[str, tuple[FlagRow, ...]]
    stories: Mapping[str, tuple[MessageRow, ...]]
    visits: Mapping[str, EarlierVisits]
    agencies: tuple[AgencyRow, ...]
    apart: Mapping[str, tuple[str, ...]]
    reach: Mapping[str, str]


def make_sheet(db: Connection, visit: Visit, session: SessionRow) -> Sheet:
    """The sheet as this person may see it at this moment."""
    vault = visit.house.vault
    desk = desk_by_id(db, session.desk_id)
    found = bookings_of_session(db, vault, session.id)
    # A 辞退 recorded once the visit had begun stays, to be seen and corrected.
    coming = tuple(booking for booking in found if booking.told_state not in ("excused", "revoked"))
    shows = may(visit.viewer.role, Permission.CASES) or sees_people(
        session_date=session.date, today=local_date(visit.now)
    )
    seen = bookings_in_sight(db, visit.viewer, [booking.id for booking in coming], now=visit.now)
    parties = _parties(db, vault, session, [row for row in coming if row.id in seen], desk.organisation_id)
    return Sheet(
        session=session,
        desk=desk,
        officers=tuple(officers_of_session(db, vault, session.id)),
        bookings=coming,
        shows_people=shows,
        shown_from=session.starts_at - BEFORE_DUTY,
        closes_at=closing_time(session.date, desk.cutoff_days, desk.cutoff_at),
        parties=parties,
    )


def _parties(
    db: Connection, vault: Vault, session: SessionRow, coming: Sequence[BookingRow], organisation_id: str
) -> tuple[Party, ...]:
    """Everybody who comes, asked for together: so many people are no more questions to the database than one."""
    people = clients_by_id(db, {booking.writer_id for booking in coming})
    writers = {each.id: each.writer_id for each in coming if not people[each.writer_id].erased}
    keys = sealers(db, vault, writers.values())
    known = _Known(
        answers=answers_before_visits(db, keys, writers=writers),
        needs=needs_of_all(db, keys),
        flags=flags_of_all(db, keys),
        stories=stories_of_all(db, keys),
        visits=visits_before(
            db, vault, client_ids={booking.visitor_id for booking in coming}, before=session.starts_at
        ),
        agencies=agencies(db, organisation_id=organisation_id),
        apart=_apart(db, coming),
        reach=_reach(db, vault, [each for each in coming if each.id in writers]),
    )
    return tuple(_party(booking, known, erased=booking.id not in writers) for booking in coming)


def _reach(db: Connection, vault: Vault, coming: Sequence[BookingRow]) -> dict[str, str]:
    """Where to telephone, when and as whom, or the address of the video; empty for whoever comes to the place."""
    reach = {each.id: each.link for each in coming}
    called = {each.id: each.writer_id for each in coming if each.way == "telephone"}
    contacts = contacts_of(db, vault, set(called.values())) if called else {}
    return reach | {booking_id: _number(contacts[who]) for booking_id, who in called.items()}


def _number(contact: Contact) -> str:
    note = f"（{contact.phone_note}）" if contact.phone_note else ""
    return f"{contact.phone or '番号は職員に聞いてください'}{note}"


def _apart(db: Connection, coming: Sequence[BookingRow]) -> dict[str, tuple[str, ...]]:
    """For each booking, what to keep to oneself about others of the same day who belong to that person."""
    pairs = kept_apart(db, {person for each in coming for person in (each.writer_id, each.visitor_id)})
    if not pairs:
        return {}
    return {
        one.id: tuple(_apart_line(other) for other in coming if other is not one and _are(one, other, pairs))
        for one in coming
    }


def _are(one: BookingRow, other: BookingRow, pairs: set[tuple[str, str]]) -> bool:
    people, others = {one.writer_id, one.visitor_id}, {other.writer_id, other.visitor_id}
    return any((person, another) in pairs for person in people for another in others)


def _apart_line(other: BookingRow) -> str:
    called = f"{other.called_name}さん" if other.called_name else "人"
    return (
        f"{wall(other.starts_at)}の{called}と、互いに知りません。片方のことを、もう片方に話さないでください。"
    )


def _party(booking: BookingRow, known: _Known, *, erased: bool) -> Party:
    told = known.answers.get(booking.id, {})
    needs = known.needs.get(booking.writer_id, ())
    groups = chosen_groups(told)
    wanted = [code for group in groups for code in group.needs] + [
        need.code for need in needs if need.state != "rejected"
    ]
    stories = known.stories.get(booking.writer_id, ())
    earlier = known.visits.get(booking.visitor_id, EarlierVisits())
    return Party(
        booking=booking,
        visits_before=earlier.count,
        promise_before=earlier.promise,
        cares=(*known.apart.get(booking.id, ()), *cares_of(booking, told)),
        flags=_recent(known.flags.get(booking.writer_id, ()), booking),
        chosen=chosen_words(groups),
        more_told=tuple(more_lines(told)),
        needs=known_needs(needs),
        agencies=fitting(known.agencies, wanted),
        stories=stories,
        marked=marked(stories, needs),
        erased=erased,
        reach=known.reach.get(booking.id, ""),
    )


def _recent(flags: Sequence[FlagRow], booking: BookingRow) -> tuple[FlagRow, ...]:
    since = booking.starts_at - _SIGNS_BACK
    return tuple(flag for flag in flags if flag.state == "open" or flag.raised_at >= since)


def cares_of(booking: BookingRow, told: dict[str, Any]) -> tuple[str, ...]:
    """What to mind with this person, in whole sentences, what could do harm first."""
    lines = []
    if booking.about != "self" and booking.subject_knows in _KNOWS:
        lines.append(_KNOWS[booking.subject_knows])
    lines += minded(told)
    if booking.attends is False and booking.state == "confirmed":
        lines.append("「行けません」と返事がありました。職員が日を相談します。")
    if booking.reminders == "none":
        lines.append("おしらせは送っていません。")
    return tuple(lines)
