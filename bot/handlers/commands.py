"""Commands: what a word typed alone, a menu or a standing button asks for, whatever is open."""

from collections.abc import Callable
from datetime import timedelta

from bot.flows.booking import WAIT
from bot.flows.engine import Reply
from bot.flows.record import PURPOSES
from bot.handlers import (
    closures,
    conversation,
    danger,
    follow_up,
    news,
    offered,
    record,
    reminding,
    voice,
    waiting,
)
from bot.handlers import intake as intake_answers
from bot.handlers.facts import booking_facts, local_iso
from bot.handlers.steps import calendar_link, has_begun, offer_who_reads, page_link, promise_lines, show_live
from bot.handlers.talk import Talk
from desk.booking import queries as bookings
from desk.booking import service as booking_service
from desk.booking.queries import BookingRow
from desk.calendar import queries as calendar
from desk.calendar.reserved import public_days
from desk.clock import local_date
from desk.urgent.numbers import numbers_for_harmed

_DATES_SHOWN = 3
_LOOK_AHEAD = timedelta(days=200)

Command = Callable[[Talk, str], None]


def _confirmed(talk: Talk, ref: str = "") -> BookingRow | None:
    """The person's confirmed booking; `ref` must be that one where a button names one."""
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    if booking is None or booking.state != "confirmed" or (ref and booking.id != ref):
        return None
    return booking


def _offer_booking(talk: Talk, name: str, ref: str = "") -> None:
    booking = _confirmed(talk, ref)
    if booking is None:
        _offer_what_is(talk)
    else:
        talk.offer(name, ref=booking.id, **booking_facts(booking))


def _offer_what_is(talk: Talk) -> None:
    """Asked about a booking that is not there: shown the one that is, or the one being made, or told of none."""
    booking = _confirmed(talk)
    if booking is not None:
        talk.before.append("old_button")
        talk.offer("your_booking", ref=booking.id, **booking_facts(booking))
    elif any(frame.name == "booking" for frame in talk.stack):
        talk.offer("not_booked_yet")
    elif not show_live(talk):
        talk.offer("no_booking")


def _book(talk: Talk, _ref: str) -> None:
    if not show_live(talk):
        conversation.start(talk, "booking")


def _view_booking(talk: Talk, _ref: str) -> None:
    _offer_booking(talk, "your_booking")


def _cancel_booking(talk: Talk, _ref: str) -> None:
    _offer_booking(talk, "cancel_or_keep")


def _cancel_now(talk: Talk, ref: str) -> None:
    booking = _confirmed(talk, ref)
    if booking is None:
        _offer_what_is(talk)
        return
    if not has_begun(talk, booking):
        booking_service.cancel(talk.db, booking_id=booking.id, by="client", now=talk.now)
        talk.drop_offers()
        talk.say("cancelled")


def _move_booking(talk: Talk, ref: str) -> None:
    booking = _confirmed(talk, ref)
    if booking is None:
        _offer_what_is(talk)
    elif not has_begun(talk, booking):
        conversation.start(talk, "move")


def _keep_booking(talk: Talk, ref: str) -> None:
    booking = _confirmed(talk, ref)
    talk.drop_offers()
    if booking is None:
        _offer_what_is(talk)
    else:
        talk.say("booking_kept", starts=local_iso(booking.starts_at))


def _answer_reminder(talk: Talk, ref: str, *, attends: bool) -> None:
    booking = _confirmed(talk, ref)
    if booking is None:
        _offer_what_is(talk)
        return
    booking_service.answer_reminder(talk.db, booking_id=booking.id, attends=attends, now=talk.now)
    if attends:
        talk.drop_offers()
        talk.say("see_you")
    else:
        talk.offer("cannot_come", ref=booking.id)


def _choose_reminders(talk: Talk, _ref: str) -> None:
    _offer_booking(talk, "reminder_choice")


def _for_booking(act: Callable[[Talk, BookingRow], None]) -> Command:
    """For what only somebody with a booking can ask."""

    def command(talk: Talk, ref: str) -> None:
        booking = _confirmed(talk, ref)
        if booking is None:
            _offer_what_is(talk)
        else:
            act(talk, booking)

    return command


def _remind(choice: str) -> Command:
    return _for_booking(lambda talk, booking: reminding.set_reminders(talk, booking, choice))


def _flow(name: str, **answers: object) -> Command:
    return lambda talk, _ref: conversation.start(talk, name, **answers)


def _wait_for_place(talk: Talk, _ref: str) -> None:
    if waiting.is_waiting(talk):
        return
    if conversation.is_choice(talk, WAIT.label):  # asked for a time where none is free
        conversation.answer(talk, Reply(value=WAIT.value))
    else:
        conversation.start(talk, "waiting")


def _places(talk: Talk, _ref: str) -> None:
    today = local_date(talk.now)
    desks = []
    for desk in calendar.list_desks(talk.db):
        days = public_days(talk.db, desk_id=desk.id, since=today, until=today + _LOOK_AHEAD)
        dates = [local_iso(starts_at) for starts_at in days]
        desks.append(
            {
                "name": desk.name,
                "place": desk.place,
                "way_in": desk.way_in,
                "door": desk.door,
                "map_url": desk.map_url,
                "dates": dates[:_DATES_SHOWN],
            }
        )
    talk.offer("places", desks=desks)


def _maps(talk: Talk, _ref: str) -> None:
    """The maps of all desks, as addresses; without any: what else there is to know of the places."""
    desks = [
        {"name": desk.name, "map_url": desk.map_url} for desk in calendar.list_desks(talk.db) if desk.map_url
    ]
    if desks:
        talk.say("maps", desks=desks)
    else:
        _places(talk, "")


def _who_reads(talk: Talk, _ref: str) -> None:
    offer_who_reads(talk)


def _kept(talk: Talk, _ref: str) -> None:
    talk.offer("kept", promises=promise_lines(talk, "kept", "read_log"))


def _help(talk: Talk, _ref: str) -> None:
    harmed = [
        f"・{number.name} {number.number}" for number in numbers_for_harmed(None) if number.channel == "voice"
    ]
    talk.offer("help", harmed="\n".join(harmed))


def _resume(talk: Talk, _ref: str) -> None:
    talk.drop_offers()
    if talk.flow is None:
        talk.offer("menu")
    else:
        conversation.ask_again(talk, "resumed")


def _stop(talk: Talk, _ref: str) -> None:
    if talk.flow is not None:
        talk.offer("stop_or_go_on")
    elif _confirmed(talk):
        _offer_booking(talk, "cancel_or_keep")
    else:
        talk.offer("fine")


def _drop(talk: Talk, _ref: str) -> None:
    """消して おわる: the answers of what was open, those kept already too, and the hold are gone."""
    intake_answers.forget_open(talk)
    talk.stack.clear()
    booking_service.drop_hold(talk.db, client_id=talk.client_id, now=talk.now)
    talk.before.append("dropped")
    talk.offer("menu")


def _back(talk: Talk, _ref: str) -> None:
    if talk.flow is None or not (talk.top and talk.top.is_flow):
        _resume(talk, "")
    else:
        conversation.back(talk)


def _skip(talk: Talk, _ref: str) -> None:
    talk.drop_offers()
    if talk.flow is None:
        talk.offer("fine")
    else:
        conversation.skip(talk)


def _answers_page(talk: Talk, _ref: str) -> None:
    talk.drop_offers()
    page_link(talk, "intake")


def _offer(name: str) -> Command:
    return lambda talk, _ref: talk.offer(name)


def _fine(talk: Talk, _ref: str) -> None:
    talk.drop_offers()
    talk.offer("fine")


def _done(talk: Talk, _ref: str) -> None:
    """おわり: somebody with a booking is expected."""
    if _confirmed(talk) is None:
        _fine(talk, "")
    else:
        talk.drop_offers()
        talk.say("see_you")


def _thanks(talk: Talk, _ref: str) -> None:
    talk.drop_offers()
    talk.say("thanks")


def _danger(act: Callable[[Talk], None], *, resumes: bool = False) -> Command:
    def command(talk: Talk, _ref: str) -> None:
        act(talk)
        if resumes:
            talk.drop_offers()
            if talk.flow is not None:
                conversation.ask_again(talk, "resumed")

    return command


COMMANDS: dict[str, Command] = {
    "book": _book,
    "view_booking": _view_booking,
    "move_booking": _move_booking,
    "cancel_booking": _cancel_booking,
    "cancel_now": _cancel_now,
    "keep_booking": _keep_booking,
    "attend": lambda talk, ref: _answer_reminder(talk, ref, attends=True),
    "absent": lambda talk, ref: _answer_reminder(talk, ref, attends=False),
    "choose_reminders": _choose_reminders,
    "remind_both": _remind("both"),
    "remind_day_before": _remind("day_before"),
    "remind_none": _remind("none"),
    "remind_call": _for_booking(lambda talk, _booking: conversation.start(talk, "remind_call")),
    "who_comes": _for_booking(
        lambda talk, booking: conversation.start(talk, "who_comes", about=booking.about)
    ),
    "calendar_file": _for_booking(lambda talk, _booking: calendar_link(talk)),
    "leave_phone": _flow("phone"),
    "wait_for_place": _wait_for_place,
    "go_on_waiting": waiting.go_on,
    "stop_waiting": waiting.stop,
    "call_me": _flow("wish", kind="call_me"),
    "wish": offered.wish,
    "take_place": offered.take,
    "other_place": offered.other,
    "not_now_place": offered.not_now,
    "see_place": offered.see,
    "closure_other_day": closures.other_day,
    "closure_call": closures.call_me,
    "closure_not_now": closures.not_now,
    "intake": _flow("intake"),
    "write_to_staff": _flow("to_staff"),
    "relink": _flow("relink"),
    "follow_up_talk": follow_up.talk,
    "follow_up_fine": follow_up.fine,
    "follow_up_stop": record.stop_messages,
    "voice_good": voice.take("good"),
    "voice_so_so": voice.take("so_so"),
    "voice_hard": voice.take("hard"),
    "voice_talk": follow_up.talk,
    "answers_page": _answers_page,
    "urgent": _danger(danger.show_numbers),
    "call_help": _danger(danger.call_help),
    "chat_help": _danger(danger.chat_help),
    "morning_places": _danger(danger.morning_places),
    "danger_yes": _danger(danger.answered_yes),
    "danger_no": _danger(danger.answered_no, resumes=True),
    "danger_unsure": _danger(danger.answered_unsure),
    "places": _places,
    "maps": _maps,
    "who_reads": _who_reads,
    "kept": _kept,
    "help": _help,
    "languages": _offer("languages"),
    "menu": _offer("menu"),
    "fine": _fine,
    "done": _done,
    "my_record": record.show,
    "record_page": record.page,
    "record_file": record.file,
    "consents": record.show_consents,
    "keep_consent": record.show_consents,
    **{f"consent_{purpose}": record.show_consent(purpose) for purpose in PURPOSES},
    **{f"withdraw_{purpose}": record.withdraw(purpose) for purpose in PURPOSES},
    "erase": record.erase,
    "erase_now": record.erase_now,
    "erase_but_booking": record.erase_but_booking,
    "stop_messages": record.stop_messages,
    "news": news.show,
    "agree_news": news.agree_to,
    "stop_news": news.stop,
    "agency_question": record.ask_for_agency,
    "agency_yes": record.answer_for_agency(yes=True),
    "agency_no": record.answer_for_agency(yes=False),
    "resume": _resume,
    "stop": _stop,
    "drop": _drop,
    "back": _back,
    "skip": _skip,
}


def run(talk: Talk, name: str, ref: str = "") -> bool:
    """Carries a command out; says whether there is such a command."""
    command = COMMANDS.get(name)
    if command is None:
        return False
    command(talk, ref)
    return True
