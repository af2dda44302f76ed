"""わたしの記録 in the chat: the way to the page, what was agreed to, taking it back, being forgotten.

Nothing that was told is read back here.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.flows.consents import ConsentText, agency_text
from bot.flows.record import PURPOSES
from bot.handlers.steps import agree, fresh_link, page_link
from bot.handlers.talk import Talk
from desk.agencies.queries import agency_by_id
from desk.announcements.queries import handed_to
from desk.booking import queries as bookings
from desk.booking import service as booking_service
from desk.booking.waiting_queries import entry_of
from desk.clients import queries as clients
from desk.clients.queries import ConsentRow
from desk.clock import local_date
from desk.conversations import queries as conversations
from desk.follow_up import queries as follow_ups
from desk.intake import queries as intake
from desk.record import service as record

#: Frames that hold answers or words somebody told.
_TELLING = frozenset({"intake", "story", "to_staff"})


def show(talk: Talk, _ref: str) -> None:
    """How much is kept, and what can be done with it."""
    counts: Counter[str] = Counter()
    for each in clients.numbers_of(talk.db, talk.client_id):
        counts.update(_counts_of(talk, each))
    facts: dict[str, Any] = counts | {"bookings": int(_is_booked(talk)), "phones": min(counts["phones"], 1)}
    talk.offer("record", **facts)


def page(talk: Talk, _ref: str) -> None:
    """The link to the page with all of it."""
    talk.drop_offers()
    page_link(talk, "record")


def file(talk: Talk, _ref: str) -> None:
    """The same page in the phone's own browser, since LINE's takes no files."""
    talk.drop_offers()
    talk.say("record_file_link", url=f"{fresh_link(talk, 'record')}?openExternalBrowser=1")


def _counts_of(talk: Talk, client_id: str) -> dict[str, int]:
    db, vault = talk.db, talk.house.vault
    messages = conversations.messages_of(db, vault, client_id)
    said = intake.answers(db, vault, client_id=client_id)
    plan = follow_ups.plan_of(db, vault, client_id)
    return {
        "answers": sum(value is not None for value in said.values()),
        "messages": sum(message.direction == "in" and message.kind != "unsent" for message in messages),
        "phones": int(clients.phone_of(db, vault, client_id) is not None),
        "waits": int(entry_of(db, client_id) is not None),
        "plans": sum(step.state != "moved" for step in plan),
        "news": len(handed_to(db, client_id)),
    }


def show_consents(talk: Talk, _ref: str) -> None:
    """Which consents are in force."""
    given = _in_force(talk)
    named = [purpose for purpose in PURPOSES if any(row.purpose == purpose for row in given)]
    agencies = {row.agency_id for row in given if row.purpose == "agency"}
    talk.offer("consents", purposes=named, agencies=len(agencies))


def show_consent(purpose: str) -> Callable[[Talk, str], None]:
    """One consent with the same words, and what goes when it is taken back."""

    def command(talk: Talk, _ref: str) -> None:
        row = next((each for each in _in_force(talk) if each.purpose == purpose), None)
        if row is None:
            show_consents(talk, "")
            return
        given = local_date(row.given_at).isoformat()
        told = {"purpose": purpose, "given": given, "via": row.via, "words": row.words}
        talk.offer("consent", ref=_as_shown(talk), bookings=int(_is_booked(talk)), **told)

    return command


def withdraw(purpose: str) -> Callable[[Talk, str], None]:
    """A consent is taken back; what stands on it goes at once."""

    def command(talk: Talk, ref: str) -> None:
        if ref != _as_shown(talk):
            show_consent(purpose)(talk, "")
            return
        cancelled = purpose == "booking" and _is_booked(talk)
        mine: dict[str, Any] = {"client_id": talk.client_id, "but_event": talk.event_id, "now": talk.now}
        record.take_back(talk.db, talk.house.vault, purpose=purpose, **mine)
        talk.drop_offers()
        _forget_told(talk, purpose)
        talk.say("consent_withdrawn", purpose=purpose, cancelled=cancelled)

    return command


def erase(talk: Talk, _ref: str) -> None:
    """What goes and what stays, before anything is done."""
    told = bool(clients.agencies_told(talk.db, talk.client_id))
    talk.offer("erase_or_keep", ref=_as_shown(talk), bookings=int(_is_booked(talk)), told=told)


def erase_now(talk: Talk, ref: str) -> None:
    """Forgets the person; the last word is said afterwards."""
    if ref != _as_shown(talk):
        erase(talk, "")
        return
    told = bool(clients.agencies_told(talk.db, talk.client_id))
    record.erase(talk.db, talk.house.vault, client_id=talk.client_id, now=talk.now)
    talk.stack.clear()
    talk.say("record_erased", told=told)


def erase_but_booking(talk: Talk, ref: str) -> None:
    """Forgets all that was told; the booking stays."""
    if ref != _as_shown(talk) or not _is_booked(talk):
        erase(talk, "")
        return
    mine: dict[str, Any] = {"client_id": talk.client_id, "but_event": talk.event_id, "now": talk.now}
    phone_stays = record.keep_only_bookings(talk.db, talk.house.vault, **mine)
    talk.drop_offers()
    _forget_told(talk, "answers")
    talk.say("erased_but_booking", phone_stays=phone_stays)


def stop_messages(talk: Talk, _ref: str) -> None:
    """おしらせを止める: no reminders, no follow-ups, and no places on offer."""
    record.stop_messages(talk.db, talk.house.vault, client_id=talk.client_id, now=talk.now)
    booking = _confirmed(talk)
    if booking is not None:
        booking_service.set_reminders(talk.db, booking_id=booking.id, choice="none", now=talk.now)
    talk.drop_offers()
    talk.say("messages_stopped")


def ask_for_agency(talk: Talk, ref: str) -> None:
    """Staff would like to tell one agency: its name is seen only after they have pressed 見る."""
    text = _agency_text(talk, ref)
    if text is None:
        talk.offer("old_button")
    else:
        talk.offer("agency_question", ref=ref, words=text.words)


def answer_for_agency(*, yes: bool) -> Callable[[Talk, str], None]:
    """Yes or no to one agency; a no also ends a yes that was said before."""

    def command(talk: Talk, ref: str) -> None:
        text = _agency_text(talk, ref)
        if text is not None and yes:
            agree(talk, text, agency_id=ref)
        elif not yes:
            mine: dict[str, Any] = {"client_id": talk.client_id, "but_event": talk.event_id, "now": talk.now}
            record.take_back(talk.db, talk.house.vault, purpose="agency", agency_id=ref, **mine)
        talk.drop_offers()
        talk.say("agency_answered")

    return command


def _agency_text(talk: Talk, agency_id: str) -> ConsentText | None:
    agency = agency_by_id(talk.db, agency_id)
    return agency_text(agency.name) if agency is not None else None


def _in_force(talk: Talk) -> list[ConsentRow]:
    """Given under any of their numbers, the newest first."""
    numbers = clients.numbers_of(talk.db, talk.client_id)
    given = [row for each in numbers for row in clients.consents_of(talk.db, each)]
    standing = (row for row in given if row.withdrawn_at is None and row.basis == "consent")
    return sorted(standing, key=lambda row: row.given_at, reverse=True)


def _as_shown(talk: Talk) -> str:
    """Whom a button was shown to, and whether they were booked: where either differs, an old press asks again."""
    return f"{talk.client_id}.{int(_is_booked(talk))}"


def _is_booked(talk: Talk) -> bool:
    return _confirmed(talk) is not None


def _confirmed(talk: Talk) -> bookings.BookingRow | None:
    numbers = clients.numbers_of(talk.db, talk.client_id)
    live = (bookings.live_booking(talk.db, talk.house.vault, client_id=each) for each in numbers)
    return next((each for each in live if each is not None and each.state == "confirmed"), None)


def _forget_told(talk: Talk, purpose: str) -> None:
    """What stood open of it goes too."""
    if purpose == "answers":
        talk.stack = [frame for frame in talk.stack if frame.name not in _TELLING]
    elif purpose == "booking":
        talk.stack.clear()
