"""Small steps that several conversations share: agreeing, leaving, links, and the desk's promises."""

from bot.handlers.talk import Frame, Talk
from desk.booking.queries import BookingRow
from desk.calendar import queries as calendar
from desk.clients import links
from desk.clients import service as clients


def forget(frame: Frame, *keys: str) -> None:
    """Drops answers, so that their questions come again."""
    for key in keys:
        frame.answers.pop(key, None)


def leave(talk: Talk, frame: Frame) -> None:
    """Closes a flow and all that lies on top of it."""
    talk.stack = talk.stack[: talk.stack.index(frame)]


def agree(talk: Talk, purpose: str, version: str, text: str) -> str:
    """Writes the consent down with the words it was given to."""
    return clients.agree(
        talk.db,
        client_id=talk.client_id,
        purpose=purpose,
        text_version=version,
        text=text,
        via="line",
        now=talk.now,
    )


def has_begun(talk: Talk, booking: BookingRow) -> bool:
    """Whether the visit has begun, so that nothing can be changed any more; then says so, with other ways."""
    if talk.now < booking.starts_at:
        return False
    talk.offer("too_late")
    return True


def page_link(talk: Talk, purpose: str) -> None:
    """Offers a fresh single-use link to the person's private page."""
    token = links.make_link(talk.db, client_id=talk.client_id, purpose=purpose, now=talk.now)
    talk.say("page_link", url=f"{talk.house.settings.public_base_url.rstrip('/')}/me/open/{token}")


def promise_lines(talk: Talk, key: str) -> list[str]:
    """The lines of a promise of the first desk that has given it."""
    for desk in calendar.list_desks(talk.db):
        promise = calendar.promises(talk.db, desk.id).get(key)
        if promise is not None:
            return promise.text.splitlines()
    return ["くわしくは、職員に おたずねください。"]


def offer_who_reads(talk: Talk) -> None:
    """The desk's own promises about who reads, as somebody approved them."""
    talk.offer("who_reads", promises=promise_lines(talk, "who_reads"))
