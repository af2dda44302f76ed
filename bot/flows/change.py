"""予約確認・変更・取消: see it, move it while the old place is kept, or cancel without a reason."""

from bot.flows.booking import CALENDAR, details, slot_choices
from bot.flows.dates import moment_words
from bot.flows.engine import Flow
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Answers, Choice, Facts, Question
from bot.flows.speech import Bubble

_CANCEL = Choice("cancel_now", "取り消す")
_MOVE = Choice("move_booking", "日にちを変える", ("変更", "変える"))
_KEEP = Choice("keep_booking", "そのままにする", ("そのまま", "いいえ"))


def _ask_new_time(_answers: Answers, facts: Facts) -> str:
    if not facts["slots"]:
        return "すみません。いま、ほかに あいている時間が ありません。"
    return "いつが いいですか。\nいまの場所は、きまるまで とってあります。"


MOVE = Flow(
    "move",
    (Question("slot", ask=_ask_new_time, choices=slot_choices, skippable=False, then="move"),),
)


def _booking_line(facts: Facts) -> str:
    return f"{moment_words(facts['starts'])}の予約です。"


def _view(facts: Facts) -> str:
    name = f"\n呼び名：{facts['name']}さん" if facts.get("name") else ""
    return f"予約番号 {facts['number']}\n{details(facts)}{name}"


def _moved(facts: Facts) -> str:
    return f"日にちを 変えました。\n予約番号 {facts['number']}（前と同じです）\n{details(facts)}"


def _already(facts: Facts) -> str:
    return f"{moment_words(facts['starts'])}に\n予約が あります。どうしますか。"


OFFERS: dict[str, Offer] = {
    "cancel_or_keep": Offer(_booking_line, fixed(Choice("cancel_now", "取り消す", ("はい",)), _MOVE, _KEEP)),
    "your_booking": Offer(_view, fixed(_MOVE, _CANCEL, _KEEP, CALENDAR)),
    "not_booked_yet": Offer(
        lambda _facts: "予約は、まだ とちゅうです。",
        fixed(Choice("resume", "つづける", ("はい",)), Choice("drop", "消して おわる", ("消す", "おわる"))),
    ),
    "already_booked": Offer(_already, fixed(_MOVE, _CANCEL, _KEEP)),
    "cannot_come": Offer(
        lambda _facts: "教えてくれて、ありがとうございます。",
        fixed(Choice("move_booking", "ほかの日にする"), Choice("call_me", "電話がほしい"), _CANCEL),
    ),
    "too_late": Offer(
        lambda _facts: "もう、その時間に なりました。\n来られなくても、だいじょうぶです。",
        fixed(
            Choice("call_me", "電話がほしい"),
            Choice("write_to_staff", "職員に書く"),
            Choice("fine", "いまは いい"),
        ),
    ),
    "moved": Offer(_moved, fixed(Choice("done", "おわり"), Choice("choose_reminders", "おしらせを選ぶ"))),
}


def _cancelled(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("取り消しました。わけは、いりません。\nまたいつでも、ここで予約できます。"),)


def _kept(facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble(f"わかりました。そのままです。\n{moment_words(facts['starts'])}に お待ちしています。"),)


SAYS = {"cancelled": _cancelled, "booking_kept": _kept}
