"""A place that is held for somebody until they answer: for a wish, from the waiting list, or on a day that moved."""

from bot.flows import booking
from bot.flows.dates import moment_words
from bot.flows.engine import Flow
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts, Question
from bot.flows.story import anything

_TAKE = Choice(
    "take_place", "それで いい", ("はい", "いい", "いいです", "それでいいです", "お願いします", "ok")
)
_OTHER = Choice("other_place", "ほかが いい")
_NOT_NOW = Choice("not_now_place", "いまは いい")
_SEE = Choice("see_place", "場所を見る", ("場所",))
_WAYS = {"telephone": ["電話で 話します。"], "online": ["ビデオで 話します。"]}


def _kept(facts: Facts) -> str:
    moved = ["予定の日が 変わります。"] if facts["offered_for"] == "moved" else []
    replaces = ["いまの予定は、きまるまで そのままです。"] if facts["replaces"] else []
    lines = [
        *moved,
        f"{moment_words(facts['starts'])}を、",
        "とってあります。",
        *_WAYS.get(facts["way"], ()),
        *replaces,
        f"{moment_words(facts['until'])}まで 待っています。",
    ]
    return "\n".join(lines)


def _choices(facts: Facts) -> tuple[Choice, ...]:
    return (_TAKE, _OTHER, _NOT_NOW, *([_SEE] if facts["way"] == "place" else []))


def _where(facts: Facts) -> str:
    lines = [moment_words(facts["starts"]), facts["place"], facts["way_in"], facts["door"]]
    return "\n".join(line for line in lines if line)


OFFERS: dict[str, Offer] = {
    "place_offered": Offer(lambda facts: f"とまりぎです。\n{_kept(facts)}", _choices),
    "place_kept": Offer(_kept, _choices),
    "place_where": Offer(_where, fixed(_TAKE, _OTHER, _NOT_NOW)),
    "place_let_go": Offer(
        lambda _facts: "わかりました。\nいつでも、ここに います。",
        fixed(
            Choice("book", "予約する"), Choice("wish", "ほかの日・夜・電話"), Choice("fine", "いまは いい")
        ),
    ),
    "wish_not_possible": Offer(
        lambda _facts: "とまりぎです。\nさがしましたが、いまは むずかしいです。\nすみません。",
        fixed(
            Choice("book", "あいている日を見る"),
            Choice("wish", "ほかの日・夜・電話"),
            Choice("fine", "いまは いい"),
        ),
    ),
}

NAME = Flow(
    "place_name",
    tuple(question for question in booking.FLOW.questions if question.key == "name"),
    finish="place_name",
)

MORE = Flow(
    "wish_more",
    (
        Question(
            "note",
            ask=lambda _answers, _facts: (
                "わかりました。ほかの時間を さがします。\nいつなら いいですか。\n書かなくても いいです（とばす）。"
            ),
            choices=lambda _answers, _facts: (Choice("any", "いつでも いい", ("いつでも",)),),
            write=anything,
            any_words=True,
        ),
    ),
    finish="wish_more",
)
