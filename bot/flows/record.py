"""わたしの記録: what is kept is counted here, shown on the private page, and erased when asked."""

from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts
from bot.flows.speech import Bubble

_LOOK = Choice("answers_page", "見る・なおす", ("見る", "なおす"))
_QUIET = Choice("stop_messages", "おしらせを止める", ("止める",))
_ERASE = Choice("erase", "ぜんぶ消す", ("消す",))


def _record(facts: Facts) -> str:
    counts = [
        ("予約", facts["bookings"]),
        ("質問の答え", facts["answers"]),
        ("書いたもの", facts["messages"]),
        ("電話番号", facts["phones"]),
        ("空きを待っている所", facts["waits"]),
    ]
    kept = [f"・{name} {count}つ" for name, count in counts if count]
    return "のこっているものです。\n" + ("\n".join(kept) if kept else "いまは、何も ありません。")


OFFERS: dict[str, Offer] = {
    "record": Offer(_record, fixed(_LOOK, _QUIET, _ERASE, Choice("resume", "もどる"))),
    "erase_or_keep": Offer(
        lambda facts: (
            "ほんとうに 消しますか。\nもとには もどせません。"
            + ("\n予約も、取り消します。" if facts["bookings"] else "")
        ),
        fixed(Choice("erase_now", "消す", ("はい",)), Choice("resume", "消さない", ("いいえ",))),
    ),
}


def _erased(_facts: Facts) -> tuple[Bubble, ...]:
    return (
        Bubble("消しました。\nLINEのトークは、この画面の 設定から 消せます。\nまた、いつでも 来てください。"),
    )


def _quiet(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("わかりました。こちらからは 何も送りません。"),)


SAYS = {"record_erased": _erased, "messages_stopped": _quiet}
