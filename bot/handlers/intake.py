"""What is carried out while somebody answers the questions before the visit; each answer is kept at once."""

from bot.flows import intake as intake_flow
from bot.flows.consents import INTAKE
from bot.handlers import danger
from bot.handlers.steps import agree, leave
from bot.handlers.talk import Frame, Talk
from desk.booking import queries as bookings
from desk.clients.queries import consent_in_force
from desk.intake import service as intake

_THREE = ("tonight", "worst", "mind")


def agree_answers(talk: Talk, frame: Frame) -> bool:
    """Consent for answers, or not now."""
    if frame.answers["consent"] == "yes":
        agree(talk, INTAKE)
        return True
    leave(talk, frame)
    talk.offer("fine")
    return False


def _keep_answer(talk: Talk, key: str, value: object) -> None:
    """Keeps one answer at once, under the consent for answers, tied to the coming visit."""
    consent_id = consent_in_force(talk.db, client_id=talk.client_id, purpose="answers")
    assert consent_id is not None
    booking = bookings.live_booking(talk.db, talk.house.vault, client_id=talk.client_id)
    if booking is not None and booking.state == "confirmed":
        intake.open_intake(talk.db, client_id=talk.client_id, booking_id=booking.id, now=talk.now)
    intake.keep_answer(
        talk.db,
        talk.house.vault,
        client_id=talk.client_id,
        key=key,
        value=value,
        consent_id=consent_id,
        now=talk.now,
    )


def keep_tonight(talk: Talk, frame: Frame) -> bool:
    """Keeps the answer; no bed, no food or fear brings the numbers at once."""
    said = frame.answers["tonight"]
    _keep_answer(talk, "tonight", said)
    if said not in intake_flow.SIGN_OF_TONIGHT:
        return True
    words = {choice.value: choice.label for choice in intake_flow.TONIGHT}
    danger.alarm(talk, codes=(intake_flow.SIGN_OF_TONIGHT[said],), how="button", pressed=(words[said],))
    return False


def keep_needs(talk: Talk, frame: Frame) -> bool:
    """Keeps what troubles the person, the worst first."""
    for key in ("worst", "others"):
        if key in frame.answers:
            _keep_answer(talk, key, frame.answers[key])
    return True


def keep_mind(talk: Talk, frame: Frame) -> bool:
    """Keeps what the officers are to mind."""
    _keep_answer(talk, "mind", frame.answers["mind"])
    return True


def forget_open(talk: Talk) -> None:
    """The person stops and wants it gone: what was kept of the questions that are open is erased."""
    for frame in talk.stack:
        if frame.name == "intake":
            for key in frame.answers:
                intake.drop_answer(talk.db, client_id=talk.client_id, key=key)


def say_done(talk: Talk, frame: Frame) -> bool:
    """Nothing is left to ask."""
    talk.before.clear()
    talk.offer("intake_done", all_three=all(frame.answers[key] is not None for key in _THREE))
    return False
