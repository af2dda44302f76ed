"""What is carried out with wishes and telephone numbers."""

from bot.flows import wishes as wishes_flow
from bot.handlers.facts import next_reading
from bot.handlers.steps import agree, leave
from bot.handlers.talk import Frame, Talk
from desk.clients import service as clients
from desk.wishes import service as wishes


def agree_wish(talk: Talk, frame: Frame) -> bool:
    """Consent for a wish, or not now."""
    if frame.answers["consent"] == "yes":
        agree(talk, "booking", wishes_flow.CONSENT_VERSION, wishes_flow.CONSENT)
        return True
    leave(talk, frame)
    talk.offer("fine")
    return False


def keep_wish(talk: Talk, frame: Frame) -> bool:
    """Tells staff what the person would like."""
    answers = frame.answers
    if answers.get("phone"):
        note = "、".join(str(answers[key]) for key in ("time", "caller") if answers.get(key))
        clients.set_phone(
            talk.db,
            talk.house.vault,
            client_id=talk.client_id,
            phone=answers["phone"],
            note=note,
            now=talk.now,
        )
    wishes.keep_wish(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        desk_code=answers.get("_desk") or None,
        kind=answers["kind"],
        note=answers.get("note") or "",
        now=talk.now,
    )
    talk.before.clear()
    talk.say("wish_kept", next_reading=next_reading(talk))
    return True


def keep_phone(talk: Talk, frame: Frame) -> bool:
    """Keeps a telephone number that was left, or none."""
    phone = frame.answers.get("phone")
    talk.before.clear()
    if phone is None:
        talk.say("see_you")
        return True
    clients.set_phone(talk.db, talk.house.vault, client_id=talk.client_id, phone=phone, note="", now=talk.now)
    talk.say("phone_kept")
    return True
