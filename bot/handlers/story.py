"""What is carried out with words that somebody writes: shown to the officers, sent to staff, or erased."""

from bot.flows import story as story_flow
from bot.handlers.facts import next_reading
from bot.handlers.steps import agree, leave, page_link
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
    consent_id = agree(talk, "answers", story_flow.CONSENT_VERSION, story_flow.CONSENT)
    for told in frame.answers["texts"]:
        _keep_story(talk, told["text"], told["origin"], consent_id)
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    if booking is None and len(talk.stack) == 1:
        talk.stack.pop()
        talk.offer("shared_without_booking")
        return False
    talk.say("shared")
    return True


def _keep_story(talk: Talk, text: str, origin: str | None, consent_id: str) -> None:
    """Keeps one text and suggests the needs found in it."""
    message_id = conversations.keep_message(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        purpose="story",
        text=text,
        consent_id=consent_id,
        shared=True,
        origin=origin,
        now=talk.now,
    )
    _suggest_needs(talk, message_id, text)


def _suggest_needs(talk: Talk, message_id: str, text: str) -> None:
    """Needs recognised in a text that is kept with consent, for staff to confirm."""
    found = {tag.code: [evidence.text for evidence in tag.evidence] for tag in needs.read(text).needs}
    intake.suggest_needs(
        talk.db, talk.house.vault, client_id=talk.client_id, message_id=message_id, found=found, now=talk.now
    )


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
    consent_id = agree(talk, "answers", story_flow.CONSENT_VERSION, story_flow.CONSENT)
    message_id = conversations.keep_message(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        purpose="staff",
        text=text,
        consent_id=consent_id,
        shared=False,
        origin=talk.origin,
        now=talk.now,
    )
    _suggest_needs(talk, message_id, text)
    talk.say("staff_reads", next_reading=next_reading(talk))
    return True
