"""What is carried out with words that somebody writes: shown to the officers, sent to staff, or erased."""

from bot.flows.consents import STORY
from bot.handlers.facts import next_reading
from bot.handlers.steps import agreed_now, leave, page_link
from bot.handlers.talk import Frame, Talk
from desk.booking import queries as bookings
from desk.conversations import service as conversations
from desk.intake import service as intake
from desk.needs import service as needs


def settle_story(talk: Talk, frame: Frame) -> bool:
    """Shows it to the people of that day, erases it, or leads to the private page."""
    said = frame.answers["share"]
    talk.before.clear()
    if said == "erase":
        talk.say("story_erased")
    elif said == "page":
        page_link(talk, "message")
    else:
        return _share(talk, frame)
    return True


def _share(talk: Talk, frame: Frame) -> bool:
    consent_id = agreed_now(talk, STORY)
    found: set[str] = set()
    for told in frame.answers["texts"]:
        found |= _keep(talk, "story", told["text"], told["origin"], consent_id)
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    if booking is None and len(talk.stack) == 1:
        talk.stack.pop()
        talk.offer("shared_without_booking", found=len(found))
        return False
    talk.say("shared", found=len(found))
    return True


def _keep(talk: Talk, purpose: str, text: str, origin: str | None, consent_id: str) -> frozenset[str]:
    """Keeps one text and suggests the needs found in it, which it returns."""
    message_id = conversations.keep_message(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        purpose=purpose,
        text=text,
        consent_id=consent_id,
        shared=purpose == "story",
        origin=origin,
        now=talk.now,
    )
    found = {tag.code: tag.evidence for tag in needs.read(text).needs}
    intake.suggest_needs(
        talk.db, talk.house.vault, client_id=talk.client_id, message_id=message_id, found=found, now=talk.now
    )
    return frozenset(found)


def send_to_staff(talk: Talk, frame: Frame) -> bool:
    """Keeps a message to staff, and says truly when it is read; it may be passed, too."""
    text = frame.answers["text"]
    if text is None:
        talk.before.append("understood")
        return True
    if text == "page":
        leave(talk, frame)
        page_link(talk, "message")
        return True
    consent_id = agreed_now(talk, STORY)
    found = _keep(talk, "staff", text, talk.origin, consent_id)
    talk.say("staff_reads", next_reading=next_reading(talk), found=len(found))
    return True
