"""Danger first: the numbers at once, the truth about who reads, then back to where the person was."""

from bot.flows.dates import reading_words
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts
from bot.flows.speech import Bubble

ALT = "だいじな おしらせ"

_CHAT = Choice("chat_help", "文字で相談する", ("文字",))
_MORNING = Choice("morning_places", "朝から行ける所", ("朝",))
_RESUME = Choice("resume", "つづきにもどる", ("もどる", "つづき"))


def _number_line(number: Facts) -> str:
    hours = f"（{number['hours']}）" if number["hours"] else ""
    return f"・{number['name']} {number['number']}{hours}"


def _numbers(facts: Facts) -> str:
    return "\n".join(_number_line(number) for number in facts["numbers"])


def _emergency(facts: Facts) -> str:
    if "violence_now" in facts["codes"]:
        return "あぶない時は、110です。けがは、119です。"
    if "harm_now" in facts["codes"]:
        alone = len(facts["codes"]) == 1
        return "だれかが あぶない時は、110です。" + ("" if alone else "\nいのちが あぶない時は、119です。")
    if facts["codes"] and set(facts["codes"]) <= {"shelter_tonight", "no_food"}:
        return "からだが つらい時は、119です。"
    return "いのちが あぶない時は、119です。"


def _safety(facts: Facts) -> str:
    thanks = {
        "button": "教えてくれて、ありがとうございます。",
        "text": "つらい中で書いてくださって、\nありがとうございます。",
        "menu": "いま話せる人が います。",
    }[facts["how"]]
    return f"{thanks}\n電話できる所です。お金は かかりません。\n{_numbers(facts)}\n{_emergency(facts)}"


def _safety_choices(facts: Facts) -> tuple[Choice, ...]:
    telephone = facts["numbers"][0]["number"].replace("-", "") if facts["numbers"] else "119"
    call = Choice("call_help", "電話する", ("電話",), uri=f"tel:{telephone}")
    morning = (_MORNING,) if facts["morning"] else ()
    return (call, _CHAT, *morning, _RESUME)


def truth(facts: Facts) -> str:
    """Who reads, and when next: where nobody is told now, nobody is watching, and we do not pretend otherwise."""
    lines = ["いま、このトークは だれも見ていません。"]
    # What was put down before an update knows of nobody.
    if told := facts.get("told"):
        said = "知らせてあります" if told == "before" else "いま知らせました"
        lines = [f"担当の人に、{said}。", "すぐ返事できるとは かぎりません。"]
    if facts["next_reading"]:
        lines += [f"次に職員が見るのは、{reading_words(facts['next_reading'])}です。"]
        lines += ["その時、いちばん上に出ます。"]
    return "\n".join(lines) + ("予約は、そのままです。" if facts["booked"] else "")


def _truth(facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble(truth(facts), alt=ALT),)


_ENDINGS = ("", "です", "だ", "よ", "だよ", "ですよ")


def _typed(befores: tuple[str, ...], words: tuple[str, ...], endings: tuple[str, ...]) -> tuple[str, ...]:
    """Each of the words as it may be typed, with what people put before and after it."""
    return tuple(f"{before}{word}{ending}" for before in befores for word in words for ending in endings)


_YES = _typed(
    ("", "はい", "はい、", "うん", "うん、", "いま", "今", "少し", "すこし", "ちょっと", "たぶん"),
    ("ある", "あります", "あぶない", "危ない", "やばい", "こわい", "怖い", "助けて", "たすけて"),
    (*_ENDINGS, "かも", "かもしれない", "かもしれません"),
) + _typed(
    ("",),
    (
        "はい",
        "うん",
        "ええ",
        "そう",
        "大丈夫じゃない",
        "だいじょうぶじゃない",
        "大丈夫ではない",
        "大丈夫じゃありません",
    ),
    _ENDINGS,
)
_NO = _typed(
    ("", "いいえ、", "いまは", "今は", "いまのところ", "今のところ", "もう", "とくに", "特に"),
    ("ない", "ありません", "だいじょうぶ", "大丈夫", "へいき", "平気"),
    _ENDINGS,
) + _typed(("",), ("いいえ", "いえ", "いや", "ううん", "そんなことない"), _ENDINGS)
_UNSURE = _typed(
    ("",),
    (
        *(
            "わからない",
            "わかりません",
            "分からない",
            "分かりません",
            "わかんない",
            "どうだろう",
            "微妙",
            "びみょう",
        ),
        *("なんとも言えない", "言えない", "言いたくない", "答えたくない", "こたえたくない"),
    ),
    _ENDINGS,
)
_DANGER_CHOICES = fixed(
    Choice("danger_yes", "ある", _YES),
    Choice("danger_no", "ない", _NO),
    Choice("danger_unsure", "わからない", _UNSURE),
)


def _short(facts: Facts) -> str:
    return f"教えてくださって、ありがとうございます。\nいま話せる所です。\n{_numbers(facts)}\n{_emergency(facts)}"


def _danger_yes(facts: Facts) -> str:
    return (
        "教えてくれて、ありがとうございます。\n"
        f"いま、すぐに 電話してください。\n{_numbers(facts)}\n"
        "救急は119、こわい人がいる時は110です。"
    )


def _chat_help(facts: Facts) -> tuple[Bubble, ...]:
    lines = [f"・{place['name']}\n{place['number']}" for place in facts["chats"]]
    return (Bubble("声を出さなくて いい所です。\n" + "\n".join(lines), alt=ALT),)


def _morning_places(facts: Facts) -> tuple[Bubble, ...]:
    places = [
        f"・{place['name']} {place['telephone']}\n　{place['hours']} {place['window']}".rstrip()
        for place in facts["places"]
    ]
    words = [f"「{place['words']}」" for place in facts["places"] if place["words"]][:1]
    say = f"\nこう言えば、わかります。\n{words[0]}" if words else ""
    return (Bubble("朝から行ける所です。\n" + "\n".join(places) + say, alt=ALT),)


def _call_help(facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble(f"電話できる所です。\n{_numbers(facts)}\n{_emergency(facts)}", alt=ALT),)


OFFERS: dict[str, Offer] = {
    "safety": Offer(_safety, _safety_choices, alt=ALT),
    "safety_short": Offer(_short, _safety_choices, alt=ALT),
    "danger_yes": Offer(_danger_yes, _safety_choices, alt=ALT),
    "truth_and_danger": Offer(
        lambda facts: f"{truth(facts)}\nいま、あぶないことが ありますか。",
        _DANGER_CHOICES,
        quick=True,
        alt=ALT,
    ),
    "gentle_question": Offer(
        lambda _facts: (
            "だいじなことかもしれないので、\n聞かせてください。\nいま、あぶないことが ありますか。"
        ),
        _DANGER_CHOICES,
        quick=True,
        alt=ALT,
    ),
}


def _danger_no(_facts: Facts) -> tuple[Bubble, ...]:
    return (
        Bubble("わかりました。教えてくれて、ありがとう。\nつらい時は「いま困っている」と送ってください。"),
    )


SAYS = {
    "truth": _truth,
    "danger_no": _danger_no,
    "chat_help": _chat_help,
    "morning_places": _morning_places,
    "call_help": _call_help,
}
