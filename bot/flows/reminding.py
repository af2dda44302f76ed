"""おしらせを選ぶ and カレンダーに入れる: a call only for whom we have a number, and a file that tells nothing."""

from bot.flows import news
from bot.flows.dates import moment_words
from bot.flows.engine import Flow
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Answers, Choice, Facts, Question
from bot.flows.speech import Bubble, Button
from bot.flows.wishes import CALL_TIMES, CALLERS, telephone


def _has_number(answers: Answers, facts: Facts) -> bool:
    return bool(answers.get("phone") or facts["has_phone"])


CALL = Flow(
    "remind_call",
    (
        Question(
            "phone",
            ask=lambda _answers, _facts: "電話番号を 書いてください。\nかけるのは、予定の前の日です。",
            ask_if=lambda _answers, facts: not facts["has_phone"],
            write=telephone,
            private=True,
        ),
        Question(
            "time",
            ask=lambda _answers, _facts: "前の日の、いつなら 出られますか。",
            choices=lambda _answers, _facts: CALL_TIMES,
            ask_if=_has_number,
            private=True,
            quick=True,
        ),
        Question(
            "caller",
            ask=lambda _answers, _facts: "電話で、なんと名のりましょうか。",
            choices=lambda _answers, _facts: CALLERS,
            ask_if=_has_number,
            private=True,
            quick=True,
        ),
    ),
    finish="keep_call",
)

OFFERS: dict[str, Offer] = {
    "reminder_choice": Offer(
        lambda _facts: "おしらせは、どうしますか。",
        fixed(
            Choice("remind_both", "3日前と前の日", ("3日前",)),
            Choice("remind_day_before", "前の日だけ", ("前の日",)),
            Choice("remind_none", "いらない", ("なし",)),
            Choice("remind_call", "電話で知らせてほしい", ("電話", "電話で")),
            news.CHOOSE,
        ),
        quick=True,
    ),
}


def _kept(facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble(_KEPT[facts["choice"]].format(moment=moment_words(facts["starts"]))),)


_WILL_BE_SENT = "わかりました。短い おしらせを 送ります。\n見られても わからない言葉で 送ります。"
_KEPT = {
    "both": _WILL_BE_SENT,
    "day_before": _WILL_BE_SENT,
    "none": "わかりました。こちらからは 何も送りません。\n{moment}を、\nどこかに書いておいてください。",
    "telephone": (
        "わかりました。前の日に、電話します。\nほかの人が出たら、用件は 話しません。\n"
        "いつでも「おしらせを選ぶ」で 変えられます。"
    ),
}


def _calendar_link(facts: Facts) -> tuple[Bubble, ...]:
    text = (
        "カレンダーには「予定」とだけ 出ます。\nカレンダーを だれかと いっしょに 使う時は、\n"
        "その人にも 見えます。\n15分のうちに、いちどだけ ひらけます。"
    )
    return (Bubble(text, buttons=(Button("ひらく", uri=facts["url"]),)),)


SAYS = {"reminders_kept": _kept, "calendar_link": _calendar_link}
