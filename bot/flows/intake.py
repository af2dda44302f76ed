"""会う前の質問: three questions by button; the rest is on the private page or asked face to face."""

from bot.flows.engine import Flow
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Answers, Choice, Facts, Question
from bot.flows.speech import Bubble, Button

CONSENT_VERSION = "2026-11"
CONSENT = (
    "3つだけ、ボタンで聞きます。\n"
    "押したものは、このトークに出ません。\n"
    "その日に会う人が読みます。いつでも消せます。いいですか。"
)

_CONSENT_CHOICES = (
    Choice("yes", "はい", ("いい", "わかった", "ok")),
    Choice("stop", "いまは やめる", ("いいえ",)),
)
TONIGHT = (
    Choice("both", "どちらもある", ("ある", "あります")),
    Choice("no_bed", "ねる所がない", ("ねるところがない", "泊まる所がない", "寝る所がない")),
    Choice("no_food", "食べるものがない", ("食べ物がない",)),
    Choice("afraid", "こわいことがある", ("こわい", "怖い")),
)
#: Answers to it that are signs of danger.
SIGN_OF_TONIGHT = {"no_bed": "shelter_tonight", "no_food": "no_food", "afraid": "violence_now"}
#: The eight plain groups; `desk.needs.codes` says which needs each means.
WORST = (
    Choice("home", "すむ所"),
    Choice("money", "お金"),
    Choice("work", "仕事"),
    Choice("body_mind", "からだ・こころ", ("からだ", "こころ")),
    Choice("people", "家族・まわりの人", ("家族", "まわりの人")),
    Choice("papers", "書類・手つづき", ("書類", "手つづき", "手続き")),
    Choice("habits", "やめられないこと"),
    Choice("unsaid", "うまく言えない", ("わからない",)),
)
MIND = (
    Choice("reading", "読むのが苦手"),
    Choice("acquaintance", "知り合いに会いたくない"),
    Choice("no_contact", "家に連絡しないで", ("家に連絡しない",)),
    Choice("ears_legs", "耳や足が心配", ("耳", "足")),
    Choice("none", "とくにない", ("ない", "なし")),
)


def _others(answers: Answers, _facts: Facts) -> tuple[Choice, ...]:
    return tuple(
        choice for choice in WORST if choice.value != answers.get("worst") and choice.value != "unsaid"
    )


FLOW = Flow(
    "intake",
    (
        Question(
            "consent",
            ask=lambda _answers, _facts: CONSENT,
            choices=lambda _answers, _facts: _CONSENT_CHOICES,
            ask_if=lambda _answers, facts: not facts["consented"],
            skippable=False,
            quick=True,
            then="agree_answers",
        ),
        Question(
            "tonight",
            ask=lambda _answers, _facts: "（1/3）今夜 ねる所と、食べるものは ありますか。",
            choices=lambda _answers, _facts: TONIGHT,
            private=True,
            quick=True,
            then="keep_tonight",
        ),
        Question(
            "worst",
            ask=lambda _answers, _facts: "（2/3）いちばん困っていることは、\nどれに近いですか。",
            choices=lambda _answers, _facts: WORST,
            private=True,
            quick=True,
            then="keep_needs",
        ),
        Question(
            "more",
            ask=lambda _answers, _facts: "ほかにも ありますか。",
            choices=lambda _answers, _facts: (Choice("yes", "ある"), Choice("no", "これだけ", ("ない",))),
            ask_if=lambda answers, _facts: answers.get("worst") not in (None, "unsaid"),
            private=True,
            quick=True,
        ),
        Question(
            "others",
            ask=lambda _answers, _facts: "ほかは、どれですか。\nいくつでも いいです（例：1 3）。",
            choices=_others,
            ask_if=lambda answers, _facts: answers.get("more") == "yes",
            several=True,
            private=True,
            quick=True,
            then="keep_needs",
        ),
        Question(
            "mind",
            ask=lambda _answers, _facts: (
                "（3/3）その日、気をつけてほしいことは\nありますか。いくつでも いいです（例：1 3）。"
            ),
            choices=lambda _answers, _facts: MIND,
            several=True,
            private=True,
            quick=True,
            then="keep_mind",
        ),
    ),
    finish="intake_done",
)


def _done(facts: Facts) -> str:
    received = "3つとも うけとりました。" if facts["all_three"] else "うけとりました。"
    return f"おわりです。{received}\n見たり なおしたりは、別のページで できます。"


OFFERS: dict[str, Offer] = {
    "intake_done": Offer(
        _done,
        fixed(
            Choice("answers_page", "見る・なおす"),
            Choice("answers_page", "もっと書く"),
            Choice("done", "おわり"),
        ),
    ),
}


def _page_link(facts: Facts) -> tuple[Bubble, ...]:
    text = "あなただけの ページです。LINEには のこりません。\n15分のうちに、いちどだけ ひらけます。"
    return (Bubble(text, buttons=(Button("ひらく", uri=facts["url"]),)),)


SAYS = {"page_link": _page_link}
