"""Puts what was decided to say (kind and facts) into words: the one register of flows, offers and sentences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.flows import (
    booking,
    change,
    closures,
    danger,
    follow_up,
    intake,
    menu,
    news,
    offered,
    offers,
    pushes,
    record,
    relink,
    reminding,
    story,
    voice,
    waiting,
    wishes,
)
from bot.flows.engine import Flow
from bot.flows.offers import Offer, command_data
from bot.flows.questions import Choice, Facts, Question
from bot.flows.speech import Bubble, Button
from desk.conversations.rules import NAMES

Say = Mapping[str, Any]

FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        booking.FLOW,
        change.MOVE,
        intake.FLOW,
        story.FLOW,
        story.TO_STAFF,
        wishes.FLOW,
        wishes.PHONE,
        waiting.FLOW,
        offered.NAME,
        offered.MORE,
        booking.WHO,
        reminding.CALL,
        relink.FLOW,
    )
}

OFFERS: dict[str, Offer] = {
    **menu.OFFERS,
    **booking.OFFERS,
    **change.OFFERS,
    **intake.OFFERS,
    **danger.OFFERS,
    **story.OFFERS,
    **offered.OFFERS,
    **closures.OFFERS,
    **reminding.OFFERS,
    **waiting.OFFERS,
    **record.OFFERS,
    **relink.OFFERS,
    **follow_up.OFFERS,
    **news.OFFERS,
    **voice.OFFERS,
    **pushes.OFFERS,
    "stop_or_go_on": Offer(
        lambda _facts: "わかりました。ここまでの答えは、7日のこします。",
        offers.fixed(
            Choice("resume", "つづける", ("はい",)), Choice("drop", "消して おわる", ("消す", "おわる"))
        ),
        quick=True,
    ),
}

SAYS: dict[str, Callable[[Facts], tuple[Bubble, ...]]] = {
    **menu.SAYS,
    **booking.SAYS,
    **change.SAYS,
    **intake.SAYS,
    **danger.SAYS,
    **story.SAYS,
    **wishes.SAYS,
    **reminding.SAYS,
    **waiting.SAYS,
    **record.SAYS,
    **relink.SAYS,
    **follow_up.SAYS,
    **news.SAYS,
    **pushes.SAYS,
}

#: Short sentences that go before a question.
BEFORE: dict[str, str] = {
    "received": "うけとりました。",
    "resumed": "さきほどの つづきです。",
    "not_understood": "すみません、番号か ことばで えらんでください。",
    "not_a_name": "すみません。15文字までの 呼び名を 書いてください。",
    "not_a_number": "すみません。数字で 書いてください（例：09012345678）。",
    "media": f"うけとりました。{story.cannot_be_seen('')}つづきです。",
    **{f"media_{kind}": f"うけとりました。{story.cannot_be_seen(kind)}つづきです。" for kind in NAMES},
    "sticker": "うけとりました。つづきです。",
    "old_button": "そのボタンは、前のものです。いまは ここです。",
    "taken": "すみません。その時間は、いま ほかの人が予約しました。",
    "closed": "すみません。その時間は、もう えらべません。",
    "first_question": "ここが はじめの質問です。",
    "not_skippable": "ここは、どれか えらんでください。",
    "no_contact": "わかりました。ご本人にも 家にも、連絡しません。",
    "understood": "わかりました。",
    "place_is_yours": "きまりました。",
    "write_name": "呼び名を 書いて送ってください。",
    "dropped": "わかりました。ここまでの答えは、消しました。",
}


def speak(says: Sequence[Say]) -> tuple[Bubble, ...]:
    """The messages for what was decided to say; LINE takes at most five in one reply."""
    return tuple(bubble for say in says for bubble in _speak(say["kind"], say["facts"]))


def _speak(kind: str, facts: Facts) -> tuple[Bubble, ...]:
    if kind == "ask":
        return (_with_before(_ask(facts), facts),)
    if kind in OFFERS:
        numbered = not facts.get("followed", False)
        return (_with_before(offers.present(OFFERS[kind], facts, numbered=numbered), facts),)
    if kind == "before":
        return (Bubble("\n".join(BEFORE[word] for word in facts["before"])),)
    return SAYS[kind](facts)


def _with_before(bubble: Bubble, facts: Facts) -> Bubble:
    lines = [BEFORE[word] for word in facts.get("before", ())]
    return replace(bubble, text="\n".join([*lines, bubble.text])) if lines else bubble


def _ask(facts: Facts) -> Bubble:
    """One question of a flow, its choices as buttons or, listed with their numbers, as quick replies."""
    question = FLOWS[facts["flow"]].question(facts["question"])
    if question is None:  # the question was taken out of the flow while the message waited
        return offers.present(OFFERS["menu"], {})
    answers, known = facts["answers"], facts["facts"]
    choices = question.choices(answers, known)
    pressed = [
        _press(facts["id"], question, number, choice) for number, choice in enumerate(choices, start=1)
    ]
    aside = question.quick or len([c for c in choices if not c.aside]) > 4
    in_message = tuple(b for b, c in zip(pressed, choices, strict=True) if not (aside or c.aside))
    quick = tuple(b for b, c in zip(pressed, choices, strict=True) if aside or c.aside)
    listed = "".join(f"\n{b.label}" for b in quick)
    return Bubble(question.ask(answers, known) + listed, in_message, quick + _skip(question), question.alt)


def _skip(question: Question) -> tuple[Button, ...]:
    return (Button("とばす", data=command_data("skip", "")),) if question.skippable else ()


def _press(frame: str, question: Question, number: int, choice: Choice) -> Button:
    data = answer_data(frame, question.key, choice.value)
    return Button(f"{number} {choice.label}", data=data, shown=not question.private)


def answer_data(frame: str, key: str, value: str) -> str:
    """What a press on an answer sends back: the conversation it belongs to, the question and the choice."""
    return f"a|{frame}|{key}|{value}"


def read_answer(data: str) -> tuple[str, str, str] | None:
    """Conversation, question and choice of a press; None where it is something else."""
    parts = data.split("|")
    return (parts[1], parts[2], parts[3]) if len(parts) == 4 and parts[0] == "a" else None
