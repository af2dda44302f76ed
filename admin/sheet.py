"""The sheet of one session as the officers of the day need it: who comes when, what to mind, what troubles them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from admin.answers import chosen_groups, chosen_words, minded, more_lines
from admin.auth import Visit
from desk.agencies.queries import AgencyRow, agencies_for
from desk.booking.queries import BookingRow, bookings_of_session, previous_promise, visits_before
from desk.calendar.queries import DeskRow, SessionRow, desk_by_id
from desk.calendar.rules import closing_time
from desk.clients.queries import client_by_id
from desk.clock import local_date
from desk.conversations.queries import MessageRow, messages_of
from desk.database import Connection
from desk.intake.queries import FlagRow, NeedRow, answers, answers_for_booking, flags_of, needs_of
from desk.people.rules import BEFORE_DUTY, Permission, may, sees_people
from desk.privacy import Vault
from desk.roster.queries import OfficerRow, officers_of_session

# A closed sign older than this belongs to an earlier visit.
_SIGNS_BACK = timedelta(days=30)
# Who gave the place back is not on the sheet.
_NOT_COMING = frozenset({"revoked", "excused"})
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
    needs: tuple[NeedRow, ...]
    agencies: tuple[AgencyRow, ...]
    stories: tuple[MessageRow, ...]
    erased: bool

    @property
    def confirmed_needs(self) -> tuple[NeedRow, ...]:
        """Needs that a person has looked at and said yes to, or that the client ticked one by one."""
        return tuple(need for need in self.needs if need.state in ("confirmed", "chosen"))

    @property
    def suggested_needs(self) -> tuple[NeedRow, ...]:
        """Needs the machine found in their words, for a person to decide."""
        return tuple(need for need in self.needs if need.state == "suggested")

    @property
    def decided_needs(self) -> tuple[NeedRow, ...]:
        """Needs somebody has said yes or no to, and may think again about."""
        return tuple(need for need in self.needs if need.state in ("confirmed", "rejected"))


@dataclass(frozen=True, repr=False)
class Sheet:
    """A session with its officers and parties; without `shows_people` only times and states are there."""

    session: SessionRow
    desk: DeskRow
    officers: tuple[OfficerRow, ...]
    bookings: tuple[BookingRow, ...]
    shows_people: bool
    shown_from: datetime
    closes_at: datetime
    parties: tuple[Party, ...]


def make_sheet(db: Connection, visit: Visit, session: SessionRow) -> Sheet:
    """The sheet as this person may see it at this moment."""
    vault = visit.house.vault
    desk = desk_by_id(db, session.desk_id)
    found = bookings_of_session(db, vault, session.id)
    coming = tuple(booking for booking in found if booking.state not in _NOT_COMING)
    shows = may(visit.viewer.role, Permission.CASES) or sees_people(
        session_date=session.date, today=local_date(visit.now)
    )
    parties = tuple(_party(db, vault, booking, desk.organisation_id) for booking in coming) if shows else ()
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


def _party(db: Connection, vault: Vault, booking: BookingRow, organisation_id: str) -> Party:
    writer = client_by_id(db, booking.writer_id)
    erased = writer is None or writer.erased
    told = {} if erased else _answers(db, vault, booking)
    needs = () if erased else needs_of(db, vault, client_id=booking.writer_id)
    groups = chosen_groups(told)
    wanted = [code for group in groups for code in group.needs] + [
        need.code for need in needs if need.state != "rejected"
    ]
    return Party(
        booking=booking,
        visits_before=visits_before(db, client_id=booking.visitor_id, before=booking.starts_at),
        promise_before=previous_promise(db, vault, client_id=booking.visitor_id, before=booking.starts_at),
        cares=cares_of(booking, told),
        flags=() if erased else _recent_flags(db, vault, booking),
        chosen=chosen_words(groups),
        more_told=tuple(more_lines(told)),
        needs=tuple(needs),
        agencies=agencies_for(db, organisation_id=organisation_id, needs=wanted),
        stories=() if erased else messages_of(db, vault, booking.writer_id, shared_only=True),
        erased=erased,
    )


def _answers(db: Connection, vault: Vault, booking: BookingRow) -> dict[str, Any]:
    """What was answered before this visit; answers given before there was a booking belong to the next one."""
    own = answers_for_booking(db, vault, client_id=booking.writer_id, booking_id=booking.id)
    return own or answers(db, vault, client_id=booking.writer_id)


def _recent_flags(db: Connection, vault: Vault, booking: BookingRow) -> tuple[FlagRow, ...]:
    since = booking.starts_at - _SIGNS_BACK
    flags = flags_of(db, vault, client_id=booking.writer_id)
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
