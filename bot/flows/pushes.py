"""What is pushed: each is what a lock screen shows, so it says 「予定」 and nothing else."""

from datetime import datetime

from bot.flows.dates import day_words, moment_words, time_words
from bot.flows.follow_up import ANSWERS
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts
from bot.flows.speech import Bubble

_ATTENDS = (
    Choice("attend", "行きます", ("はい", "行く")),
    Choice("absent", "行けません", ("いいえ", "行けない")),
    Choice("places", "場所を見る", ("場所",)),
)


def _three_days(facts: Facts) -> str:
    return f"とまりぎです。\n{moment_words(facts['starts'])}の\n予定のおしらせです。"


def _day_before(facts: Facts) -> str:
    day = "きょう" if facts.get("today") else "あす"
    return f"とまりぎです。\n{day}、{time_words(datetime.fromisoformat(facts['starts']))}の予定です。\nお気をつけて。"


def _changed(facts: Facts) -> str:
    return f"とまりぎです。\n{_day(facts)}の予定が 変わりました。"


def _cancelled(facts: Facts) -> str:
    return f"とまりぎです。\n{_day(facts)}の予定が なくなりました。\nすみません。"


def _day(facts: Facts) -> str:
    return day_words(datetime.fromisoformat(facts["starts"]).date())


def _missed(_facts: Facts) -> str:
    return "とまりぎです。\nきょうは会えませんでしたが、\nだいじょうぶです。"


OFFERS: dict[str, Offer] = {
    "reminder_three_days": Offer(_three_days, fixed(*_ATTENDS)),
    "reminder_day_before": Offer(_day_before, fixed(*_ATTENDS)),
    "reminder_missed": Offer(
        _missed,
        fixed(
            Choice("book", "次の日を見る"), Choice("call_me", "電話がほしい"), Choice("fine", "いまは いい")
        ),
    ),
    "staff_message": Offer(lambda facts: str(facts["text"]), ANSWERS),
    "plan_changed": Offer(
        _changed,
        fixed(Choice("view_booking", "見る"), Choice("call_me", "電話がほしい")),
    ),
    "plan_cancelled": Offer(
        _cancelled,
        fixed(
            Choice("book", "ほかの日を見る"), Choice("call_me", "電話がほしい"), Choice("fine", "いまは いい")
        ),
    ),
}


def _see_you(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("わかりました。お待ちしています。"),)


def _thanks(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("うけとりました。ありがとうございます。"),)


SAYS = {"see_you": _see_you, "thanks": _thanks}
