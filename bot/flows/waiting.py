"""空きを待つ: on the list of a desk or of any, until a place is held for them or they have waited enough."""

from bot.flows.dates import moment_words
from bot.flows.engine import Flow
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Answers, Choice, Facts, Question
from bot.flows.speech import Bubble

CONSENT_VERSION = "2026-11-wait"
CONSENT = (
    "のこすのは、どこで 待っているか、\nきまった時の 日時と 呼び名、だけです。\n"
    "読むのは、この窓口の人だけ。いつでも消せます。"
)
#: Any desk will do.
ANYWHERE = "anywhere"
#: What somebody says to times that are free already.
SEE_FREE = "see_free"
_FREE_SHOWN = 3

_GO_ON = Choice("go_on_waiting", "はい", ("待つ", "待ちます"))
_ENOUGH = Choice("stop_waiting", "もう いい", ("いいえ", "もう待たない"))


def _desk_choices(_answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    desks = (Choice(desk["code"], desk["name"], (f"{desk['name']}で",)) for desk in facts["desks"])
    return (*desks, Choice(ANYWHERE, "どこでも いい", ("どこでも",)))


def _ask_free(_answers: Answers, facts: Facts) -> str:
    several = len({free["desk"] for free in facts["free"]}) > 1
    times = [
        f"・{moment_words(free['starts'])}" + (f" {free['desk']}" if several else "")
        for free in facts["free"][:_FREE_SHOWN]
    ]
    return "\n".join(["いま、あいている時間が あります。", *times, "ほかの時間を 待ちますか。"])


FLOW = Flow(
    "waiting",
    (
        Question(
            "desk",
            ask=lambda _answers, _facts: "どこで 待ちますか。",
            choices=_desk_choices,
            ask_if=lambda answers, facts: len(facts["desks"]) > 1 and not answers.get("_desk"),
            skippable=False,
        ),
        Question(
            "free",
            ask=_ask_free,
            choices=lambda _answers, _facts: (
                Choice(SEE_FREE, "あいている時間を見る", ("見る", "いいえ")),
                Choice("wait", "ほかの時間を 待つ", ("待つ", "はい")),
            ),
            ask_if=lambda _answers, facts: bool(facts["free"]),
            skippable=False,
            then="see_free",
        ),
        Question(
            "consent",
            ask=lambda _answers, _facts: f"進む前に、ひとつだけ。\n{CONSENT}",
            choices=lambda _answers, _facts: (
                Choice("yes", "わかった、進む", ("はい",)),
                Choice("stop", "やめる"),
            ),
            ask_if=lambda _answers, facts: not facts["consented"],
            skippable=False,
            then="agree_waiting",
        ),
    ),
    finish="wait",
)


def _now_waiting(facts: Facts) -> str:
    where = f"{facts['desk']}で " if facts["desk"] else ""
    return f"{where}あくのを 待っています。\nあいたら、ここに 知らせます。"


OFFERS: dict[str, Offer] = {
    "waiting_now": Offer(
        _now_waiting,
        fixed(Choice("go_on_waiting", "このまま待つ"), Choice("stop_waiting", "もう待たない")),
    ),
    "not_waiting": Offer(
        lambda _facts: "いまは、待っていません。",
        fixed(
            Choice("wait_for_place", "空きを待つ"), Choice("book", "予約する"), Choice("fine", "いまは いい")
        ),
    ),
    "place_passed_on": Offer(
        lambda _facts: "わかりました。\nつぎに ほかの時間が あいたら、\nまた 知らせます。",
        fixed(Choice("go_on_waiting", "このまま待つ"), Choice("stop_waiting", "もう待たない")),
    ),
    "waiting_rests": Offer(
        lambda _facts: (
            "とまりぎです。予定の おしらせです。\nあくのを、まだ 待ちますか。\n返事があるまで、知らせは 休みます。"
        ),
        fixed(_GO_ON, _ENOUGH),
    ),
    "waiting_in_vain": Offer(
        lambda _facts: (
            "とまりぎです。予定の おしらせです。\n"
            "こんどは、あきませんでした。すみません。\n"
            "つぎの日にちも 待ちますか。\n"
            "順番は、そのままです。"
        ),
        fixed(_GO_ON, _ENOUGH),
    ),
}


def _waits(facts: Facts) -> tuple[Bubble, ...]:
    booked = facts["booked"]
    first = [f"{moment_words(booked)}の予約は、", "そのままです。"] if booked else ["わかりました。"]
    lines = [
        *first,
        "もっと早い時間が あいたら、" if booked else "あいたら、順番に 知らせます。",
        "とっておいて、知らせます。" if booked else "あなたのために とっておきます。",
        "返事は、1日くらい 待ちます。",
        "日が近い時は、2時間です。",
        "夜9時から朝8時は、送りません。",
        "やめる時は「もう待たない」と送ってください。",
    ]
    return (Bubble("\n".join(lines)),)


def _waits_on(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("わかりました。\n順番は そのままで、待っています。"),)


def _waits_no_more(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("わかりました。もう 知らせません。\nまたいつでも、待てます。"),)


SAYS = {"waits": _waits, "waits_on": _waits_on, "waits_no_more": _waits_no_more}
