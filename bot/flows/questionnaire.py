"""The ten questions of the private page, as data: what is asked, in which order, and what may be answered.

To add a question, add one entry to `QUESTIONS`. Nothing here asks for an offence, a sentence or a prison.
Source of the order and of the boxes: the national form 相談受付・申込票, cut to ten short screens.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from bot.flows.intake import MIND, SIGN_OF_TONIGHT, TONIGHT, WORST
from bot.flows.questions import Answers, Choice, Facts, always, nothing_to_choose

CONSENT_VERSION = "2026-11-page"
CONSENT = (
    "答えは、会う日の ために のこします。\n読むのは、この窓口の人だけ。\nいつでも なおせます。消せます。"
)
WORDS = "words"
_NEXT_TIME = Choice("in_person", "会った時に 話したい")


@dataclass(frozen=True)
class Question:
    """One screen: one thing we ask. Choices are made from the answers so far and the facts handed in."""

    key: str
    #: What it is called where all answers stand together.
    name: str
    #: The words of the question, and a quiet line below it.
    ask: str
    hint: str = ""
    choices: Callable[[Answers, Facts], tuple[Choice, ...]] = nothing_to_choose
    #: Choices of our own, shown visibly apart from those of the national form.
    apart: Callable[[Answers, Facts], tuple[Choice, ...]] = nothing_to_choose
    #: Several may be ticked.
    several: bool = False
    #: A choice that holds alone: 「とくにない」.
    alone: str = ""
    #: The label of a field for own words beside the choices; none: there is no such field.
    write: str = ""
    #: Own words only, of any length; kept as a message to the people of that day.
    long: bool = False
    #: Belongs to the question before it and has no number of its own.
    follows: bool = False
    ask_if: Callable[[Answers, Facts], bool] = always
    #: Choices that are signs of danger: the sign, and whether it is an alarm or only to be checked.
    signs: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def all_choices(self, answers: Answers, facts: Facts) -> tuple[Choice, ...]:
        """Everything that may be ticked here."""
        return (*self.choices(answers, facts), *self.apart(answers, facts))


def _fixed(*choices: Choice) -> Callable[[Answers, Facts], tuple[Choice, ...]]:
    return lambda _answers, _facts: choices


def _others(answers: Answers, _facts: Facts) -> tuple[Choice, ...]:
    return tuple(choice for choice in WORST if choice.value not in (answers.get("worst"), "unsaid"))


def _boxes(name: str) -> Callable[[Answers, Facts], tuple[Choice, ...]]:
    return lambda _answers, facts: tuple(Choice(value, label) for value, label in facts[name])


def ticked(value: Any) -> tuple[str, ...]:
    """What was ticked, in whichever form the answer was kept: one, several, or with own words."""
    if value is None:
        return ()
    if isinstance(value, Mapping):
        return tuple(value.get("chosen", ()))
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def written(value: Any) -> str:
    """The own words beside what was ticked."""
    return str(value.get("written", "")) if isinstance(value, Mapping) else ""


def _ticked_boxes(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    known = (*_boxes("boxes")(answers, facts), *_boxes("own_boxes")(answers, facts))
    return tuple(choice for choice in known if choice.value in ticked(answers.get("boxes")))


QUESTIONS: tuple[Question, ...] = (
    Question(
        "tonight",
        "今夜のこと",
        "今夜 ねる所と、食べるものは ありますか。",
        choices=_fixed(*TONIGHT),
        signs={value: (sign, "alarm") for value, sign in SIGN_OF_TONIGHT.items()},
    ),
    Question(
        "worst",
        "いちばん 困っていること",
        "いちばん困っていることは、どれに近いですか。",
        choices=_fixed(*WORST),
    ),
    Question(
        "others",
        "ほかに 困っていること",
        "ほかにも ありますか。",
        "いくつでも いいです。",
        choices=_others,
        several=True,
        follows=True,
        ask_if=lambda answers, _facts: answers.get("worst") not in (None, "unsaid"),
    ),
    Question(
        "mind",
        "気をつけてほしいこと",
        "会う日に、気をつけてほしいことは ありますか。",
        "いくつでも いいです。",
        choices=_fixed(*MIND),
        several=True,
        alone="none",
    ),
    Question(
        "boxes",
        "相談したいこと",
        "どんなことを 話したいですか。",
        "いくつでも いいです。",
        choices=_boxes("boxes"),
        apart=_boxes("own_boxes"),
        several=True,
        signs={"food": ("no_food", "alarm"), "violence": ("violence_now", "check")},
    ),
    Question(
        "boxes_most",
        "その中で いちばん",
        "その中で、いちばん困っているのは どれですか。",
        choices=_ticked_boxes,
        follows=True,
        ask_if=lambda answers, _facts: len(ticked(answers.get("boxes"))) > 1,
    ),
    Question(
        "work",
        "仕事",
        "仕事は、どうですか。",
        choices=_fixed(
            Choice("working", "している"),
            Choice("looking", "さがしている"),
            Choice("not_now", "いまは できない"),
            _NEXT_TIME,
        ),
    ),
    Question(
        "home",
        "すむ所",
        "すむ所は、どうですか。",
        choices=_fixed(
            Choice("settled", "ある"),
            Choice("leaving", "もうすぐ 出る"),
            Choice("staying", "人の家や 店にいる"),
            Choice("nowhere", "ない"),
            _NEXT_TIME,
        ),
    ),
    Question(
        "money",
        "くらしのお金",
        "くらしの お金は、どうですか。",
        choices=_fixed(
            Choice("enough", "足りている"),
            Choice("tight", "ぎりぎり"),
            Choice("short", "足りない"),
            _NEXT_TIME,
        ),
    ),
    Question(
        "agencies",
        "使っている所",
        "いま、使っている所は ありますか。",
        "いくつでも いいです。",
        choices=_fixed(
            Choice("city", "市役所・町や村の役場"),
            Choice("living", "まいさぽ（くらしの相談）"),
            Choice("welfare", "生活保護"),
            Choice("work", "ハローワーク"),
            Choice("hospital", "病院・クリニック"),
            Choice("care", "福祉・介護のサービス"),
            Choice("law", "弁護士・法テラス"),
            Choice("none", "とくにない"),
        ),
        several=True,
        alone="none",
        write="ほかに あれば",
    ),
    Question(
        "contact",
        "連絡のしかた",
        "こちらから 連絡する時は、どうしますか。",
        "いくつでも いいです。電話番号は、トークで「電話がほしい」と送れば のこせます。",
        choices=_fixed(
            Choice("line_only", "LINEだけに してほしい"),
            Choice("telephone", "電話でも いい"),
            Choice("not_home", "家には 連絡しないで"),
            Choice("morning", "午前が いい"),
            Choice("afternoon", "午後が いい"),
            Choice("evening", "夕方や夜が いい"),
        ),
        several=True,
        write="言わないでほしいこと（あれば）",
    ),
    Question(
        WORDS,
        "書いておきたいこと",
        "ほかに、言っておきたいことは ありますか。",
        "みじかくても、長くても いいです。会う日の人が 読みます。",
        long=True,
    ),
)
HOW_MANY = sum(not question.follows for question in QUESTIONS)


def question_at(place: int) -> Question | None:
    """The question at a place, counted from 1 with those that follow another; None where there is none."""
    return QUESTIONS[place - 1] if 1 <= place <= len(QUESTIONS) else None


def number_of(place: int) -> int:
    """The number a person sees: one that follows another has the other's."""
    return sum(not question.follows for question in QUESTIONS[:place])


def place_after(place: int, answers: Answers, facts: Facts) -> int | None:
    """The next place whose question applies; None after the last one."""
    later = range(place + 1, len(QUESTIONS) + 1)
    return next((at for at in later if QUESTIONS[at - 1].ask_if(answers, facts)), None)


def place_before(place: int, answers: Answers, facts: Facts) -> int | None:
    """The place before whose question applies; None before the first one."""
    earlier = range(place - 1, 0, -1)
    return next((at for at in earlier if QUESTIONS[at - 1].ask_if(answers, facts)), None)


def place_to_resume(answers: Answers, facts: Facts) -> int | None:
    """Where somebody goes on: after the last question they answered. What they passed is not asked again."""
    answered = [at for at, question in enumerate(QUESTIONS, start=1) if question.key in answers]
    return place_after(max(answered, default=0), answers, facts)


def understood(
    question: Question, chosen: Sequence[str], own_words: str, answers: Answers, facts: Facts
) -> Any | None:
    """The answer in a form, without what is not among the choices; None where nothing was said."""
    known = [choice.value for choice in question.all_choices(answers, facts)]
    values = [value for value in known if value in chosen]
    if len(values) > 1:
        values = [value for value in values if value != question.alone]
    words = own_words.strip()
    if question.write:
        return {"chosen": values, "written": words} if values or words else None
    if question.several:
        return values or None
    return values[0] if values else None


def in_words(question: Question, value: Any, answers: Answers, facts: Facts) -> tuple[str, ...]:
    """An answer as the person reads it back."""
    told = [choice.label for choice in question.all_choices(answers, facts) if choice.value in ticked(value)]
    return (*told, f"「{written(value)}」") if written(value) else tuple(told)


def followers(question: Question) -> tuple[Question, ...]:
    """The questions that belong to this one and stand right behind it."""
    behind = QUESTIONS[QUESTIONS.index(question) + 1 :]
    return tuple(takewhile(lambda each: each.follows, behind))


def is_void(question: Question, answers: Answers, facts: Facts) -> bool:
    """Whether an answer no longer fits what the question before it was answered with."""
    fits = understood(question, ticked(answers.get(question.key)), "", answers, facts) is not None
    return question.key in answers and not (fits and question.ask_if(answers, facts))


def signs_in(question: Question, value: Any, before: Any) -> tuple[tuple[str, str, str], ...]:
    """The signs of danger that were not ticked `before`: each as (choice, sign, level)."""
    new = [each for each in ticked(value) if each in question.signs and each not in ticked(before)]
    return tuple((each, *question.signs[each]) for each in new)
