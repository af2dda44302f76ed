"""What stands outside any conversation: the greeting, who reads, places and dates, help, and the words to type."""

from bot.flows.dates import moment_words
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts, folded
from bot.flows.speech import Bubble

#: Words that work typed alone at any time, and the command each means (contract: In the chat).
WORDS: dict[str, str] = {
    "予約": "book",
    "予約する": "book",
    "よやく": "book",
    "ヨヤク": "book",
    "日にちをきめる": "book",
    "予約確認": "view_booking",
    "わたしの予定": "view_booking",
    "変更": "move_booking",
    "日にちを変える": "move_booking",
    "取消": "cancel_booking",
    "取り消し": "cancel_booking",
    "取り消す": "cancel_booking",
    "キャンセル": "cancel_booking",
    "空きを待つ": "wait_for_place",
    "キャンセル待ち": "wait_for_place",
    "もう待たない": "stop_waiting",
    "ほかの日・夜・電話": "wish",
    "会う前の質問": "intake",
    "職員に書く": "write_to_staff",
    "職員と話す": "write_to_staff",
    "いま困っている": "urgent",
    "助けて": "urgent",
    "たすけて": "urgent",
    "電話する": "call_help",
    "場所と日にち": "places",
    "場所を見る": "places",
    "地図": "maps",
    "わたしの記録": "my_record",
    "わたしのデータ": "my_record",
    "同意": "consents",
    "同意を見る・やめる": "consents",
    "ファイルでもらう": "record_file",
    "ことば": "languages",
    "だれが読みますか": "who_reads",
    "おしらせを選ぶ": "choose_reminders",
    "カレンダーに入れる": "calendar_file",
    "いっしょに来る人を書く": "who_comes",
    "電話番号を書いておく": "leave_phone",
    "会う前に3つ答える": "intake",
    "前の予約とつなげたい": "relink",
    "前の予定とつなげたい": "relink",
    "ヘルプ": "help",
    "メニュー": "menu",
    "行きます": "attend",
    "行けません": "absent",
    "電話がほしい": "call_me",
    "文字で相談する": "chat_help",
    "つづきにもどる": "resume",
    "朝から行ける所": "morning_places",
    "のこること・消し方": "kept",
    "見る・なおす": "answers_page",
    "ぜんぶ消す": "erase",
    "おしらせを止める": "stop_messages",
    "おたより": "news",
    "おたよりを選ぶ": "news",
    "おたよりを止める": "stop_news",
    "もう送らないで": "stop_messages",
    "やめる": "stop",
    "もどる": "back",
    "とばす": "skip",
}
# What people say before they say what they want: answered with the menu, and not kept.
_GREETINGS = (
    "こんにちは",
    "こんばんは",
    "おはよう",
    "おはようございます",
    "はじめまして",
    "もしもし",
    "すみません",
)
_THANKS = (
    "ありがとう",
    "ありがとうございます",
    "ありがとうございました",
    "はい",
    "わかりました",
    "了解",
    "了解です",
    "ok",
    "うん",
    "いいえ",
    "いまはいい",
    "だいじょうぶ",
    "だいじょうぶです",
    "おわり",
    "おわります",
)
_FOLDED = {folded(word): command for word, command in WORDS.items()}
# What a short sentence asks for without a button: 「予約したいのですが、できますか。」 The first that fits counts.
_WISHES = (
    ("relink", ("予約とつなげ", "予約とつなぎ", "予定とつなげ", "予定とつなぎ")),
    ("cancel_booking", ("キャンセルし", "キャンセルでき", "キャンセルお願い", "取消し", "取り消し")),
    ("move_booking", ("変更したい", "変更でき", "変更お願い", "日にちを変えたい", "日を変えたい")),
    (
        "book",
        (
            "予約したい",
            "予約でき",
            "予約をしたい",
            "予約おねがい",
            "予約お願い",
            "よやくしたい",
            "予約をお願い",
        ),
    ),
)
_WISH_LENGTH = 30


def small_talk(text: str) -> str | None:
    """The offer that answers a greeting or a word of thanks; None for anything that tells something."""
    typed = folded(text)
    if len(typed) <= 1 or typed in map(folded, _GREETINGS) or typed.isdecimal():
        return "menu"
    return "fine" if typed in map(folded, _THANKS) else None


def is_yes_or_no(text: str) -> bool:
    """Whether a text is a bare yes or no, which answers only what was said last."""
    return folded(text) in ("はい", "うん", "ええ", "いい", "ok", "いいえ", "ううん", "いや")


def is_command(text: str) -> bool:
    """Whether a text is one of the words to type, and nothing else."""
    return folded(text) in _FOLDED


def command_of(text: str) -> str | None:
    """The command a text means typed alone, half or full width, with spaces or a 「。」 after it."""
    typed = folded(text)
    if typed in _FOLDED:
        return _FOLDED[typed]
    if len(typed) > _WISH_LENGTH:
        return None
    return next((command for command, wishes in _WISHES if any(wish in typed for wish in wishes)), None)


BOOK = Choice("book", "予約する")
PLACES = Choice("places", "場所と日にち")
URGENT = Choice("urgent", "いま困っている")
WHO_READS = Choice("who_reads", "だれが読みますか")


def _greeting(_facts: Facts) -> str:
    return (
        "こんにちは。「とまりぎ」です。\n"
        "くらしのことを、会って話せる所です。\n"
        "お金は かかりません。名前は、呼び名で いいです。\n"
        "話したくないことは、話さなくて いいです。"
    )


def _menu(_facts: Facts) -> str:
    return "何を しますか。"


def _who_reads(facts: Facts) -> str:
    return "\n".join(facts["promises"])


def _kept(facts: Facts) -> str:
    return "\n".join(facts["promises"])


def _places(facts: Facts) -> str:
    return "\n\n".join(_place(desk) for desk in facts["desks"])


def _place(desk: Facts) -> str:
    lines = [f"【{desk['name']}】", desk["place"], desk["way_in"], desk["door"]]
    dates = [f"・{moment_words(moment)}" for moment in desk["dates"]]
    lines += ["次の日にち", *dates] if dates else ["次の日にちは、まだ きまっていません。"]
    return "\n".join(line for line in lines if line)


def _place_choices(facts: Facts) -> tuple[Choice, ...]:
    maps = (
        Choice("maps", f"地図：{desk['name']}", ("地図",), uri=desk["map_url"])
        for desk in facts["desks"]
        if desk["map_url"]
    )
    return (BOOK, *maps, Choice("resume", "もどる"))


def _maps(facts: Facts) -> tuple[Bubble, ...]:
    """For whoever types its number instead of pressing it."""
    lines = [f"・{desk['name']}\n{desk['map_url']}" for desk in facts["desks"]]
    return (Bubble("\n".join(["地図です。", *lines])),)


def _help(facts: Facts) -> str:
    return (
        "ここで できることです。ことばを 送ってください。\n"
        "・予約　・予約確認　・変更　・取消\n"
        "・会う前の質問　・場所と日にち\n"
        "・職員に書く　・わたしの記録\n"
        "・いま困っている　・やめる　・もどる\n"
        "被害にあわれた方の相談先は、こちらです。\n"
        f"{facts['harmed']}"
    )


def _languages(_facts: Facts) -> str:
    return (
        "ここでは、やさしい日本語で 話します。\n"
        "ほかの言葉が よい時は「職員に書く」で\n"
        "教えてください。職員が さがします。"
    )


def _nothing_to_go_on(_facts: Facts) -> str:
    return "わかりました。いつでも、ここに います。"


def _old_button(_facts: Facts) -> str:
    return "そのボタンは、前のものです。\nいまは ここです。"


def _no_booking(_facts: Facts) -> str:
    return "いま、予約は ありません。"


OFFERS: dict[str, Offer] = {
    "greeting": Offer(_greeting, fixed(BOOK, PLACES, URGENT, WHO_READS)),
    "welcome_back": Offer(
        lambda _facts: "おかえりなさい。「とまりぎ」です。\nいつでも、ここから 始められます。",
        fixed(BOOK, PLACES, URGENT, WHO_READS),
    ),
    "menu": Offer(_menu, fixed(BOOK, PLACES, URGENT, WHO_READS)),
    "who_reads": Offer(
        _who_reads, fixed(BOOK, Choice("kept", "のこること・消し方"), Choice("resume", "もどる"))
    ),
    "kept": Offer(_kept, fixed(BOOK, Choice("my_record", "わたしの記録"), Choice("resume", "もどる"))),
    "places": Offer(_places, _place_choices),
    "help": Offer(_help, fixed(BOOK, URGENT, Choice("resume", "もどる"))),
    "languages": Offer(_languages, fixed(Choice("write_to_staff", "職員に書く"), Choice("resume", "もどる"))),
    "fine": Offer(_nothing_to_go_on, fixed(BOOK, URGENT)),
    "old_button": Offer(_old_button, fixed(BOOK, PLACES, URGENT, WHO_READS)),
    "no_booking": Offer(_no_booking, fixed(BOOK, PLACES, URGENT, Choice("relink", "前の予約と つなげたい"))),
}

SAYS = {"maps": _maps}
