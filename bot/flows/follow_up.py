"""A step of the plan that was agreed at the desk: one short question that may be left, and one tap to end it all."""

from bot.flows.dates import reading_words
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts
from bot.flows.speech import Bubble

#: The same under whatever staff send by themselves.
ANSWERS = fixed(
    Choice("follow_up_talk", "話したい", ("話したいです", "はなしたい", "相談したい")),
    Choice(
        "follow_up_fine", "だいじょうぶ", ("だいじょうぶです", "大丈夫", "大丈夫です", "元気です", "はい")
    ),
    Choice("follow_up_stop", "もう送らないで", ("送らないで",)),
)
#: How a press stands among the messages to staff.
TALK_PRESSED = "「話したい」を 押しました。"


def _talk_noted(facts: Facts) -> tuple[Bubble, ...]:
    when = f"次に見るのは、{reading_words(facts['next_reading'])}です。\n" if facts["next_reading"] else ""
    text = (
        f"うけとりました。職員が読みます。\n{when}"
        "急ぐ時は「いま困っている」を押してください。\n"
        "ほかに 書きたいことが あれば、どうぞ。"
    )
    return (Bubble(text),)


OFFERS: dict[str, Offer] = {
    "follow_up": Offer(
        lambda _facts: "とまりぎです。\nおかわり ありませんか。\n返事は いりません。", ANSWERS
    ),
}

SAYS = {"talk_noted": _talk_noted}
