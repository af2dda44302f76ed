"""What is carried out when somebody answers that their day was closed or moved; the ledger keeps what they pressed."""

from bot.handlers import conversation
from bot.handlers.steps import show_live
from bot.handlers.talk import Talk
from desk.booking.queries import BookingRow
from desk.closures import answers


def other_day(talk: Talk, ref: str) -> None:
    """ほかの日を見る: straight to the free times."""
    _note(talk, ref, "other_day")
    if not show_live(talk):
        conversation.start(talk, "booking")


def call_me(talk: Talk, ref: str) -> None:
    """電話がほしい: when, which number, and who we say we are."""
    _note(talk, ref, "telephone")
    conversation.start(talk, "wish", kind="call_me")


def not_now(talk: Talk, ref: str) -> None:
    """いまは いい: nothing more is asked."""
    _note(talk, ref, "not_now")
    talk.drop_offers()
    talk.offer("fine")


def other_than_moved(talk: Talk, place: BookingRow) -> None:
    """ほかが いい: not the date the day was moved to; the free times of that desk."""
    _note(talk, place.id, "other_day")
    conversation.start(talk, "booking", desk=place.desk_code)


def moved_in_vain(talk: Talk, place: BookingRow) -> None:
    """いまは いい: neither the new date nor another."""
    _note(talk, place.id, "not_now")
    talk.offer("place_let_go")


def _note(talk: Talk, ref: str, answer: str) -> None:
    answers.note_answer(talk.db, place_id=ref, client_id=talk.client_id, answer=answer, now=talk.now)
