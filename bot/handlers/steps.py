"""Small steps that several conversations share: agreeing, leaving, links, and the desk's promises."""

from bot.flows.consents import ConsentText
from bot.handlers.facts import booking_facts, has_agreed
from bot.handlers.talk import Frame, Talk
from desk.booking import queries as bookings
from desk.booking.promised import shared_promise
from desk.booking.queries import BookingRow
from desk.booking.telling import offer_facts
from desk.clients import consents, links
from desk.clients.queries import consent_in_force


def forget(frame: Frame, *keys: str) -> None:
    """Drops answers, so that their questions come again."""
    for key in keys:
        frame.answers.pop(key, None)


def leave(talk: Talk, frame: Frame) -> None:
    """Closes a flow and all that lies on top of it."""
    talk.stack = talk.stack[: talk.stack.index(frame)]


def agree(talk: Talk, text: ConsentText, *, agency_id: str | None = None) -> str:
    """Writes the consent down with the words it was given to."""
    return consents.agree(
        talk.db,
        client_id=talk.client_id,
        purpose=text.purpose,
        agency_id=agency_id,
        text_version=text.version,
        text=text.words,
        via="line",
        now=talk.now,
    )


def agreed_now(talk: Talk, text: ConsentText) -> str:
    """The consent that what is about to be kept stands on: the one in force, or this yes."""
    if not has_agreed(talk, text):
        return agree(talk, text)
    found = consent_in_force(talk.db, client_id=talk.client_id, purpose=text.purpose)
    assert found is not None
    return found


def has_begun(talk: Talk, booking: BookingRow) -> bool:
    """Whether the visit has begun, so that nothing can be changed any more; then says so, with other ways."""
    if talk.now < booking.starts_at:
        return False
    talk.offer("too_late")
    return True


def show_live(talk: Talk) -> bool:
    """Shows the place that is held for the person, or their booking; False where there is neither."""
    live = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    if live is None or live.state == "held":
        return False
    if live.state == "offered":
        talk.offer("place_kept", **offer_facts(live))
    else:
        talk.offer("already_booked", ref=live.id, **booking_facts(live))
    return True


def page_link(talk: Talk, purpose: str) -> None:
    """Offers a fresh single-use link to the person's private page."""
    talk.say("page_link", url=fresh_link(talk, purpose))


def calendar_link(talk: Talk) -> None:
    """Offers a link to the file for a calendar; a phone's own browser must open it, since LINE's takes no files."""
    talk.drop_offers()
    talk.say("calendar_link", url=f"{fresh_link(talk, 'calendar')}?openExternalBrowser=1")


def fresh_link(talk: Talk, purpose: str) -> str:
    """The address of a fresh single-use link."""
    token = links.make_link(talk.db, client_id=talk.client_id, purpose=purpose, now=talk.now)
    return f"{talk.house.settings.public_base_url.rstrip('/')}/me/open/{token}"


def promise_lines(talk: Talk, *keys: str) -> list[str]:
    """The lines of what was promised to this person; who has no desk yet reads what all share, never a wall of text."""
    told = [shared_promise(talk.db, talk.client_id, key) for key in keys]
    lines = [line for shared, _ in told for line in shared]
    if any(differs for _, differs in told):
        lines += [
            "窓口で ちがう所も あります。",
            "予約で 時間を えらんで「くわしく」を押すと、きめる前に ぜんぶ読めます。",
        ]
    return lines or ["くわしくは、職員に おたずねください。"]


def offer_who_reads(talk: Talk) -> None:
    """The desk's own promises about who reads, as somebody approved them."""
    talk.offer("who_reads", promises=promise_lines(talk, "who_reads"))
