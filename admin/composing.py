"""The form in which staff write to a person: the draft, canned texts, how it will look, and what cannot be sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from admin import writing_words as said
from admin.auth import Visit
from admin.forms import a_day, a_time
from admin.persons import Person, bookings_shown
from admin.wording import day_of, span, wall
from desk.booking.queries import BookingRow, bookings_of_clients
from desk.calendar.queries import desk_by_id, session_by_id
from desk.clients.queries import address_of, consent_in_force, numbers_of
from desk.clock import at_tokyo
from desk.conversations.queries import MessageRow, unsent_messages, waits_for_answer
from desk.database import Connection, new_id
from desk.discretion import on_lock_screen, telling_word
from desk.people.queries import names
from desk.writing.plain import hints
from desk.writing.queries import CannedText, canned_texts, draft_of, has_open_wish, last_of, must_hear
from desk.writing.rules import FIELDS, LONGEST_MESSAGE, fault_of_time, filled, left_open

#: The names of the form's fields on a page, where they stand beside other forms.
TEXT, TIME = "write-text", "write-day"
# What goes within a minute is said to go at once.
_SOON = timedelta(minutes=1)


@dataclass(frozen=True, repr=False)
class Typed:
    """What came with the form; `seen`: how far it knew the conversation, `back`: the page it stood on."""

    text: str = ""
    form: str = ""
    seen: str = ""
    back: str = "inbox"
    day: str = ""
    time: str = ""

    @property
    def at(self) -> datetime | None:
        """When it shall go; None for at once, or where it cannot be read."""
        day, time = a_day(self.day), a_time(self.time)
        return at_tokyo(day, time.hour, time.minute) if day and time else None


@dataclass(frozen=True, repr=False)
class Look:
    """How words will look: on the phone, on its lock screen; why they cannot go, and what could be plainer."""

    text: str
    lock_screen: str
    refused: str | None
    hints: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Compose:
    """All the form shows; `errors` by field."""

    who: Person
    typed: Typed
    errors: Mapping[str, str]
    look: Look | None
    waits: bool
    hindrance: str | None
    canned: tuple[CannedText, ...]
    unsent: tuple[tuple[MessageRow, str], ...]
    now: datetime

    @property
    def soon(self) -> datetime:
        """What goes before then needs no time said."""
        return self.now + _SOON


def compose_of(
    db: Connection,
    visit: Visit,
    who: Person,
    *,
    back: str,
    typed: Typed | None = None,
    errors: Mapping[str, str] | None = None,
) -> Compose:
    """The form for one person, with the viewer's draft where nothing was typed; include `compose.html` with it."""
    vault, client_id = visit.house.vault, who.client.id
    if typed is None:
        begun = draft_of(db, vault, client_id=client_id, account_id=visit.viewer.id)
        typed = Typed(begun, new_id(), str(last_of(db, client_id)), back)
    unsent = unsent_messages(db, vault, client_id=client_id)
    by = names(db, vault, [row.account_id for row in unsent if row.account_id])
    return Compose(
        who=who,
        typed=typed,
        errors=errors or {},
        look=look_at(db, visit, client_id, typed.text),
        waits=waits_for_answer(db, client_id),
        hindrance=_hindrance(db, visit, client_id),
        canned=canned_texts(db, organisation_id=visit.viewer.organisation_id),
        unsent=tuple((row, by.get(row.account_id or "", "")) for row in unsent),
        now=visit.now,
    )


def look_at(db: Connection, visit: Visit, client_id: str, text: str) -> Look | None:
    """How these words will look to this person; nothing where there are none."""
    if not text:
        return None
    return Look(
        text=text,
        lock_screen=on_lock_screen(text),
        refused=_why_refused(text, _names_of(db, visit, client_id)),
        hints=tuple(said.hint_words(hint) for hint in hints(text)),
    )


def faults_of(db: Connection, visit: Visit, who: Person, typed: Typed) -> dict[str, str]:
    """Why it cannot be sent, by field, with the mend; empty: it can."""
    client_id = who.client.id
    words = _fault_of_words(typed.text, _names_of(db, visit, client_id)) or _hindrance(db, visit, client_id)
    time = _fault_of_time(typed, visit.now)
    return {field: fault for field, fault in ((TEXT, words), (TIME, time)) if fault}


def insert(
    db: Connection, visit: Visit, who: Person, typed: Typed, chosen: str
) -> tuple[Typed, dict[str, str]]:
    """What was typed with a canned text or an example behind it; a fault where a field has no value for this person."""
    kind, _, key = chosen.partition(":")
    known = canned_texts(db, organisation_id=visit.viewer.organisation_id) if kind == "canned" else ()
    words = next((row.words for row in known if row.id == key), "")
    if kind == "example" and key in said.EXAMPLES:
        words = said.EXAMPLES[key][1]
    text, missing = filled(words, _fields(db, visit, who))
    errors = {TEXT: said.no_value(missing, FIELDS)} if missing else {}
    return replace(typed, text="\n".join(part for part in (typed.text, text) if part)), errors


def may_write(db: Connection, client_id: str) -> bool:
    """Whoever agreed to follow-ups, wished something, waits for an answer or lost a place; under any number."""
    numbers = numbers_of(db, client_id)
    agreed = any(consent_in_force(db, client_id=each, purpose="follow_up") for each in numbers)
    return agreed or has_open_wish(db, client_id) or must_hear(db, client_id)


def _hindrance(db: Connection, visit: Visit, client_id: str) -> str | None:
    address = address_of(db, visit.house.vault, client_id)
    if address is None:
        return said.NOT_ON_LINE
    if address.blocked:
        return said.BLOCKED
    return None if may_write(db, client_id) else said.NO_CONSENT


def _names_of(db: Connection, visit: Visit, client_id: str) -> list[str]:
    """All the names this person ever gave, also those that stand where the writer does not look."""
    rows = bookings_of_clients(db, visit.house.vault, numbers_of(db, client_id))
    return [row.called_name for row in rows if row.called_name]


def _fault_of_words(text: str, called: Collection[str]) -> str | None:
    if not text:
        return said.EMPTY
    if len(text) > LONGEST_MESSAGE:
        return said.too_long(LONGEST_MESSAGE, len(text))
    return _why_refused(text, called)


def _why_refused(text: str, called: Collection[str]) -> str | None:
    word, place = telling_word(text, called=called), left_open(text)
    if word is not None:
        return said.why_no_name(word) if word in called else said.why_refused(word)
    return said.why_left_open(place) if place else None


def _fault_of_time(typed: Typed, now: datetime) -> str | None:
    if not typed.day and not typed.time:
        return None
    if typed.at is None:
        return said.HALF_A_TIME
    fault = fault_of_time(typed.at, now=now)
    return said.TIME_FAULTS[fault] if fault else None


def _fields(db: Connection, visit: Visit, who: Person) -> dict[str, str]:
    """What the fields of a canned text stand for with this person; one that has no value is left out."""
    booking = _next_booking(db, visit, who.client.id)
    if booking is not None:
        session = session_by_id(db, booking.session_id)
        hours = {"hours": span(session.starts_at, session.ends_at)} if session else {}
        when = f"{day_of(booking.starts_at)}{wall(booking.starts_at)}"
        return {"date": when, "place": booking.place, "desk": booking.desk_name, **hours}
    desk_id = who.booking.desk_id if who.booking else visit.viewer.desk_id
    if desk_id is None:
        return {}
    desk = desk_by_id(db, desk_id)
    return {"place": desk.place, "desk": desk.name}


def _next_booking(db: Connection, visit: Visit, client_id: str) -> BookingRow | None:
    rows = [row for each in numbers_of(db, client_id) for row in bookings_shown(db, visit, each)]
    to_come = [row for row in rows if row.state == "confirmed" and row.starts_at > visit.now]
    return min(to_come, key=lambda row: row.starts_at, default=None)
