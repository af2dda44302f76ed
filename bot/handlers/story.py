"""What is carried out with what somebody writes or sends: shown to the officers, sent to staff, or erased."""

from collections.abc import Collection, Sequence
from typing import Any

from bot.flows.consents import STORY
from bot.handlers.facts import consent_for, kind_of, kinds_of, next_reading
from bot.handlers.steps import agreed_now, leave, page_link
from bot.handlers.talk import Frame, Talk
from desk.booking import queries as bookings
from desk.conversations import service as conversations
from desk.inbox.queries import is_talking
from desk.intake import service as intake
from desk.media import service as media
from desk.media.rules import FETCHED
from desk.needs import service as needs


def lay_on_top(talk: Talk, told: dict[str, Any], *, to: str = "officers") -> None:
    """Something told in passing: kept with where the person stands, until they say whether it may be shown.

    `told`: its `text`, `kind` and LINE's id (`origin`). `to`: who is to see it, `officers` of the day or `staff`.
    """
    frame = talk.flow
    if frame is not None and frame.name == "story":
        frame.answers["texts"].append(told)
    else:
        talk.push(Frame("flow", "story", answers={"texts": [told], "to": to}))


def settle_story(talk: Talk, frame: Frame) -> bool:
    """Shows it to whom it is meant for, erases it, or leads to the private page."""
    said = frame.answers["share"]
    talk.before.clear()
    if said == "erase":
        talk.say("story_erased", kinds=kinds_of(frame.answers["texts"]))
    elif said == "page":
        page_link(talk, "message")
    else:
        return _share(talk, frame)
    return True


def _share(talk: Talk, frame: Frame) -> bool:
    texts, to_staff = frame.answers["texts"], frame.answers.get("to") == "staff"
    consent_id = agreed_now(talk, consent_for(texts))
    found: set[str] = set()
    for told in texts:
        found |= _keep(talk, "staff" if to_staff else "story", told, consent_id)
    kinds = kinds_of(texts)
    if to_staff:
        talk.stack = [each for each in talk.stack if each.name != "to_staff"]
        _say_who_reads(talk, found, kinds)
        return True
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    if booking is None and len(talk.stack) == 1:
        talk.stack.pop()
        talk.offer("shared_without_booking", found=len(found))
        return False
    talk.say("shared", found=len(found), kinds=kinds)
    return True


def _keep(talk: Talk, purpose: str, told: dict[str, Any], consent_id: str) -> frozenset[str]:
    """Keeps one text or thing, and suggests the needs found in its words, which it returns."""
    kind, text = kind_of(told), told["text"]
    message_id = conversations.keep_message(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        purpose=purpose,
        kind=kind,
        text=text,
        consent_id=consent_id,
        shared=purpose == "story",
        origin=told["origin"],
        now=talk.now,
    )
    if kind in FETCHED:
        media.await_contents(
            talk.db,
            talk.house.vault,
            client_id=talk.client_id,
            message_id=message_id,
            origin=told["origin"],
            now=talk.now,
        )
    found = {tag.code: tag.evidence for tag in needs.read(text).needs} if kind == "text" else {}
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
    told = {"text": text, "origin": talk.origin, "kind": "text"}
    found = _keep(talk, "staff", told, consent_id)
    _say_who_reads(talk, found, ["text"])
    return True


def _say_who_reads(talk: Talk, found: Collection[str], kinds: Sequence[str]) -> None:
    """When staff read it next; where they are talking with the person just now, their words may come instead."""
    talk.say("staff_reads", next_reading=next_reading(talk), found=len(found), kinds=kinds)
    talk.waits_for_staff = is_talking(talk.db, talk.client_id, now=talk.now)
