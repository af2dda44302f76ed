"""What people are told whose day was closed or moved: neutral, sorry, and with a way on."""

from datetime import datetime

from bot.flows import offered
from bot.flows.dates import day_words, moment_words
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts


def _day(facts: Facts, key: str) -> str:
    return day_words(datetime.fromisoformat(facts[key]).date())


def _closed(facts: Facts) -> str:
    return f"とまりぎです。\n{_day(facts, 'starts')}の予定が、\nなくなりました。すみません。"


def _moved(facts: Facts) -> str:
    return (
        f"とまりぎです。すみません。\n{_day(facts, 'from')}の予定を、\n"
        f"{moment_words(facts['starts'])}に\n変えても いいですか。\n"
        f"{moment_words(facts['until'])}まで、\nとってあります。"
    )


OFFERS: dict[str, Offer] = {
    "day_closed": Offer(
        _closed,
        fixed(
            Choice("closure_other_day", "ほかの日を見る", ("ほかの日",)),
            Choice("closure_call", "電話がほしい", ("電話",)),
            Choice("closure_not_now", "いまは いい"),
        ),
    ),
    "day_moved": Offer(_moved, offered.OFFERS["place_offered"].choices),
}
