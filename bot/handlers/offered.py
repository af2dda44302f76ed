"""What is carried out when somebody answers to a place that is held for them."""

from bot.flows.booking import OTHER
from bot.flows.engine import Reply
from bot.flows.offered import NAME
from bot.handlers import closures, conversation
from bot.handlers.facts import booking_facts
from bot.handlers.steps import show_live
from bot.handlers.talk import Talk
from bot.handlers.wishes import say_booked
from desk.booking import offered
from desk.booking import queries as bookings
from desk.booking.queries import BookingRow
from desk.booking.waiting_queries import entry_of
from desk.errors import AlreadyBooked, HoldGone, NoSuchBooking, SessionClosed
from desk.intake import service as intake
from desk.wishes import service as wishes
from desk.wishes.queries import wish_of_place


def wish(talk: Talk, _ref: str) -> None:
    """ほかの日・夜・電話: beside the free times it is one of the choices, and elsewhere the same."""
    frame = talk.flow
    if frame is not None and frame.asked == "slot":
        conversation.answer(talk, Reply(value=OTHER))
    else:
        conversation.start(talk, "wish")


def take(talk: Talk, ref: str) -> None:
    """それで いい: booked at once; how to call them is asked afterwards, where nothing is known."""
    place = _own(talk, ref)
    if place is None:
        return
    try:
        booking = offered.accept_place(
            talk.db,
            talk.house.vault,
            booking_id=ref,
            client_id=talk.client_id,
            called_name=_called_before(talk),
            now=talk.now,
        )
    except (HoldGone, SessionClosed) as fault:
        _gone(talk, place, "closed" if isinstance(fault, SessionClosed) else "taken")
    except NoSuchBooking:
        _show_what_is(talk)
    except AlreadyBooked:
        if not show_live(talk):
            conversation.ask_again(talk)
    else:
        _taken(talk, place, booking)


def other(talk: Talk, ref: str) -> None:
    """ほかが いい: the place is free at once, and what would suit instead is asked."""
    _decline(talk, ref, wants_other=True)


def not_now(talk: Talk, ref: str) -> None:
    """いまは いい: the place is free at once, and nothing more is asked."""
    _decline(talk, ref, wants_other=False)


def see(talk: Talk, ref: str) -> None:
    """場所を見る: where it would be, before an answer."""
    place = _own(talk, ref)
    if place is not None:
        talk.offer("place_where", ref=ref, **booking_facts(place))


def _own(talk: Talk, ref: str) -> BookingRow | None:
    """The place a button speaks of; where it is not theirs, what there is now is shown instead."""
    place = bookings.booking_by_id(talk.db, talk.house.vault, ref)
    if place is None or place.writer_id != talk.client_id or place.offered_for is None:
        _show_what_is(talk)
        return None
    return place


def _show_what_is(talk: Talk) -> None:
    talk.before.append("old_button")
    if not show_live(talk):
        talk.before.clear()
        talk.offer("old_button")


def _taken(talk: Talk, place: BookingRow, booking: BookingRow) -> None:
    asked = wish_of_place(talk.db, talk.house.vault, place.id)
    if asked is not None:
        wishes.note_accepted(talk.db, asked, now=talk.now)
    if booking.id != place.id:
        talk.offer("moved", ref=booking.id, **booking_facts(booking))
        return
    intake.open_intake(talk.db, client_id=talk.client_id, booking_id=booking.id, now=talk.now)
    if booking.called_name or place.state == "confirmed" or place.offered_for == "moved":
        say_booked(talk, booking)
    else:
        talk.before.append("place_is_yours")
        conversation.start(talk, NAME.name, _booking=booking.id, _slot=booking.slot_id)


def _called_before(talk: Talk) -> str:
    """The name they chose the last time."""
    earlier = bookings.bookings_of_client(talk.db, talk.house.vault, talk.client_id)
    names = [row.called_name for row in earlier if row.called_name and row.visitor_id == talk.client_id]
    return names[-1] if names else ""


def _gone(talk: Talk, place: BookingRow, word: str) -> None:
    """Somebody else has it by now: said kindly, with the nearest free times."""
    talk.drop_offers()
    talk.before.append(word)
    conversation.start(talk, "booking", desk=place.desk_code)


def _decline(talk: Talk, ref: str, *, wants_other: bool) -> None:
    place = _own(talk, ref)
    if place is None:
        return
    if place.state in ("confirmed", "merged"):
        _show_what_is(talk)
        return
    offered.decline_place(talk.db, booking_id=ref, client_id=talk.client_id, now=talk.now)
    _declined(talk, place, wants_other=wants_other)


def _declined(talk: Talk, place: BookingRow, *, wants_other: bool) -> None:
    """What comes next, by what the place was offered for."""
    asked = wish_of_place(talk.db, talk.house.vault, place.id)
    if asked is not None:
        wishes.note_declined(talk.db, asked, wants_other=wants_other, now=talk.now)
    if place.offered_for == "waiting" and entry_of(talk.db, talk.client_id) is not None:
        talk.offer("place_passed_on")
    elif asked is not None and wants_other:
        conversation.start(talk, "wish_more", _wish=asked.id)
    elif place.offered_for == "moved" and wants_other:
        closures.other_than_moved(talk, place)
    elif place.offered_for == "moved":
        closures.moved_in_vain(talk, place)
    else:
        talk.offer("place_let_go")
