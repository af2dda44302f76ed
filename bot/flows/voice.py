"""After a visit: one question that may be left, and the same kind word to every answer.

What is said to an answer is the same for each, so that neither the chat nor what is kept of it tells which it was.
"""

from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice

_GO_ON = fixed(Choice("voice_talk", "話したい"), Choice("fine", "だいじょうぶ"))

OFFERS: dict[str, Offer] = {
    "voice_question": Offer(
        lambda _facts: (
            "とまりぎです。\nきょうは、どうでしたか。\n答えなくても、いいです。\n答えは、名前を つけずに 数えます。"
        ),
        fixed(
            Choice("voice_good", "よかった", ("よかったです",)),
            Choice("voice_so_so", "ふつう", ("ふつうです",)),
            Choice("voice_hard", "つらかった", ("つらかったです",)),
        ),
    ),
    "voice_taken": Offer(
        lambda _facts: (
            "うけとりました。\n教えてくれて、ありがとうございます。\n話したいことが あれば、いつでも どうぞ。"
        ),
        _GO_ON,
    ),
    "voice_known": Offer(
        lambda _facts: "もう うけとっています。\nありがとうございます。\n話したいことが あれば、どうぞ。",
        _GO_ON,
    ),
}
