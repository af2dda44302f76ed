"""Runs flows for one person: asks, takes replies, carries out what was decided, comes back to what was open."""

from bot.flows import engine
from bot.flows.engine import Outcome, Reply
from bot.flows.offers import NEVER_GUESSED
from bot.flows.questions import Question, understood
from bot.flows.script import FLOWS, OFFERS
from bot.flows.wishes import telephone
from bot.handlers.effects import EFFECTS, FINISHES
from bot.handlers.facts import FACTS
from bot.handlers.talk import Frame, Talk
from desk.booking import service as booking_service


def start(talk: Talk, name: str, **answers: object) -> None:
    """Opens a flow, or comes back to it where it is open already; answers given before stay."""
    open_at = next((i for i, frame in enumerate(talk.stack) if frame.is_flow and frame.name == name), None)
    if open_at is None:
        talk.push(Frame("flow", name, answers=dict(answers)))
    else:
        talk.stack = talk.stack[: open_at + 1]
        talk.stack[-1].answers |= answers
    go_on(talk)


def go_on(talk: Talk) -> None:
    """Asks the next question of the open flow; a flow with nothing left to ask is finished and left."""
    while (frame := talk.flow) is not None:
        talk.drop_offers()
        flow = FLOWS[frame.name]
        facts = FACTS[frame.name](talk, frame.answers)
        question = engine.next_question(flow, frame.answers, facts)
        if question is not None:
            _ask(talk, frame, question, facts)
            return
        talk.stack.pop()
        if flow.finish and not FINISHES[flow.finish](talk, frame):
            return
        if talk.flow is not None and talk.flow is not frame:
            talk.before.append("resumed")


def ask_again(talk: Talk, *before: str) -> None:
    """Repeats the open question after a word in front of it."""
    talk.before.extend(before)
    go_on(talk)


def answer(talk: Talk, reply: Reply) -> Outcome:
    """Takes a reply to the open question; what was told in passing (TOLD) is left to the caller."""
    frame = talk.flow
    assert frame is not None
    talk.drop_offers()
    question = FLOWS[frame.name].question(frame.asked)
    if question is None:  # nothing is asked yet: what lay on top has just been left
        ask_again(talk, "resumed")
        return Outcome.ANSWERED
    turn = engine.take(question, frame.answers, frame.shown, reply)
    if turn.outcome is Outcome.ANSWERED:
        if question.private:
            talk.before.append("received")
        _settle(talk, frame, turn)
    elif turn.outcome is Outcome.NOT_UNDERSTOOD:
        ask_again(talk, _not_understood(question))
    return turn.outcome


def skip(talk: Talk) -> None:
    """とばす: passes the open question where it may be passed."""
    frame = talk.flow
    assert frame is not None
    question = FLOWS[frame.name].question(frame.asked)
    turn = engine.skip(question, frame.answers) if question else None
    if question and turn and turn.outcome is Outcome.ANSWERED:
        _settle(talk, frame, turn)
    elif turn is None:  # nothing is asked yet: what lay on top has just been left
        ask_again(talk, "resumed")
    else:
        ask_again(talk, "not_skippable")


def back(talk: Talk) -> None:
    """もどる: the question before, with its answer forgotten."""
    frame = talk.flow
    assert frame is not None
    facts = FACTS[frame.name](talk, frame.answers)
    turn = engine.back(FLOWS[frame.name], frame.answers, facts)
    frame.answers = dict(turn.answers)
    ask_again(talk, *(["first_question"] if turn.outcome is Outcome.FIRST else []))


def chosen_command(frame: Frame, reply: Reply) -> str | None:
    """The command an offer's number or words mean; None where the text means none of them."""
    choices = OFFERS[frame.name].choices(frame.answers)
    said = understood(reply.text, choices, loosely=False)
    if said or reply.exactly:
        return said[0] if said else None
    meant = understood(reply.text, choices)
    return meant[0] if meant and meant[0] not in NEVER_GUESSED else None


def is_offered(frame: Frame, text: str) -> bool:
    """Whether a text is the number or the very words of something an offer offers."""
    return bool(understood(text, OFFERS[frame.name].choices(frame.answers), loosely=False))


def is_choice(talk: Talk, text: str) -> bool:
    """Whether a text is the number or the very words of a choice of the open question."""
    frame = talk.flow
    question = FLOWS[frame.name].question(frame.asked) if frame else None
    if frame is None or question is None:
        return False
    choices = question.choices(frame.answers, frame.shown)
    return bool(understood(text, choices, several=question.several, loosely=False))


def _settle(talk: Talk, frame: Frame, turn: engine.Turn) -> None:
    frame.answers, frame.asked = dict(turn.answers), ""
    booking_service.extend_hold(talk.db, client_id=talk.client_id, now=talk.now)
    if not turn.then or EFFECTS[turn.then](talk, frame):
        go_on(talk)


def _ask(talk: Talk, frame: Frame, question: Question, facts: dict[str, object]) -> None:
    frame.asked, frame.shown = question.key, facts
    talk.say(
        "ask",
        flow=frame.name,
        question=question.key,
        id=frame.id,
        answers={key: value for key, value in frame.answers.items() if key != "texts"},
        facts=facts,
    )


def _not_understood(question: Question) -> str:
    if question.write is telephone:
        return "not_a_number"
    return "not_a_name" if question.key == "name" else "not_understood"
