"""おたより: asked for and stopped with one press; what a desk writes goes out under it as it stands."""

from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts
from bot.flows.speech import Bubble

CONSENT_VERSION = "2026-11"
CONSENT = (
    "次の日にちや 地域の行事を、ときどき 送ります。\n"
    "見られても わからない言葉で 送ります。\n"
    "いつでも、ひとつ押せば 止まります。"
)
#: The way to the question, among what else can be chosen.
CHOOSE = Choice("news", "おたよりを選ぶ", ("おたより",))
_STOP = Choice("stop_news", "もう いらない", ("いらない", "止める"))


def _news(facts: Facts) -> str:
    """The first line is what a lock screen shows."""
    return f"とまりぎです。\n{facts['words']}"


OFFERS: dict[str, Offer] = {
    "news": Offer(_news, fixed(Choice("places", "日にちを見る", ("日にち",)), _STOP)),
    "news_question": Offer(
        lambda _facts: f"おたよりを 送っても いいですか。\n{CONSENT}",
        fixed(
            Choice("agree_news", "送ってほしい", ("はい", "いい", "ほしい")),
            Choice("fine", "いらない", ("いいえ",)),
        ),
    ),
    "news_on": Offer(
        lambda _facts: "おたよりを 送っています。",
        fixed(Choice("resume", "このままにする", ("このまま",)), _STOP),
    ),
}


def _agreed(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("わかりました。次の おたよりから、送ります。"),)


def _stopped(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("わかりました。おたよりは、もう送りません。"),)


SAYS = {"news_agreed": _agreed, "news_stopped": _stopped}
