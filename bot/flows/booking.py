"""予約: from the desk to the number in at most eight taps, held from the moment a time is chosen."""

from dataclasses import replace
from datetime import datetime

from bot.flows import ways
from bot.flows.dates import day_words, moment_words, time_words
from bot.flows.engine import Flow
from bot.flows.offers import Offer
from bot.flows.questions import Answers, Choice, Facts, Question, always, short_name, short_note
from bot.flows.speech import Bubble

CONSENT_VERSION = "2026-11"
CONSENT = "のこすのは、日時、呼び名、だれのことか、です。\n読むのは、この窓口の人だけ。いつでも消せます。"
NICKNAMES = (
    *("そら", "やま", "もり", "はな", "ゆき", "うみ", "ほし", "つき", "かぜ", "くも"),
    *("にじ", "みち", "いけ", "すず", "あさ", "はる", "なつ", "あき", "ふゆ", "かわ"),
)
SLOTS_AT_ONCE = 3
NAMES_AT_ONCE = 3
OTHER, LATER, WRITE_NAME = "other", "later", "write"
WAIT = Choice("wait", "空きを待つ", ("待つ", "キャンセル待ち"))
#: How far somebody has leafed through the free times: a note beside the question `slot`.
PAGE = "slot.page"


def chosen_desk(answers: Answers, facts: Facts) -> Facts:
    """The desk somebody chose, or the only one."""
    desks: list[Facts] = facts["desks"]
    return next((desk for desk in desks if desk["code"] == answers.get("desk")), desks[0])


def _desk_choices(_answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(desk["code"], desk["name"], (f"{desk['name']}で",)) for desk in facts["desks"])


def _ask_slot(answers: Answers, facts: Facts) -> str:
    name = chosen_desk(answers, facts)["name"]
    if not facts["slots"]:
        return f"すみません。{name}は、いま あいている時間が ありません。"
    return f"{name}で あいている時間です。" + ("12月は お休みです。" if facts["december_closed"] else "")


def slot_choices(_answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    """The next free times, then the way out for whom none of them fits."""
    times = tuple(
        Choice(slot["id"], moment_words(slot["starts"]), _slot_words(slot["starts"]))
        for slot in facts["slots"]
    )
    others = (Choice(OTHER, "ほかの日・夜・電話", ("ほかの日", "夜", "電話")),)
    later = (
        (Choice(LATER, "もっと先の日", ("もっと先", "先の日"), aside=True),) if facts["more_slots"] else ()
    )
    wait = () if facts["slots"] else (WAIT,)
    return times + wait + others + later


def _slot_words(starts: str) -> tuple[str, ...]:
    moment = datetime.fromisoformat(starts)
    return (
        f"{moment.month}月{moment.day}日{time_words(moment)}",
        f"{moment.month}月{moment.day}日{moment.hour}時" + (f"{moment.minute}分" if moment.minute else ""),
        f"{day_words(moment.date())} {time_words(moment)}",
    )


def _ask_consent(_answers: Answers, facts: Facts) -> str:
    return (
        f"{moment_words(facts['chosen']['starts'])}。\n"
        "いま、あなたのために とってあります。\n"
        f"進む前に、ひとつだけ。\n{CONSENT}"
    )


_CONSENT_CHOICES = (
    Choice("yes", "わかった、進む", ("わかった", "はい", "進む", "いい", "ok")),
    Choice("more", "くわしく"),
    Choice("stop", "やめる", ("いいえ",)),
)
_RELATIVES = (
    *("むすこ", "息子", "むすめ", "娘", "夫", "妻", "主人", "父", "母"),
    *("兄", "弟", "姉", "妹", "孫"),
)
_ABOUT_CHOICES = (
    Choice("self", "自分のこと", ("自分", "わたし", "私", "ぼく", "おれ", "本人")),
    Choice("family", "家族のこと", ("家族", *_RELATIVES, *(f"{one}のこと" for one in _RELATIVES))),
    Choice("other", "知り合い・仕事で会う人", ("知り合い", "友だち", "友達", "仕事で会う人", "仕事")),
)
_KNOWS_CHOICES = (
    Choice("yes", "知っている", ("はい",)),
    Choice("no", "知らない", ("いいえ",)),
    Choice("unsaid", "こたえない"),
)

# What is kept is what the officers read, in these very words.
_WHO_COMES = {
    "self": ("わたしだけ", "わたしと 家族", "わたしと 知り合い"),
    "family": ("わたしだけ", "わたしと 本人", "わたしと 家族"),
    "other": ("本人だけ", "本人と わたし", "わたしだけ"),
}


def _who_choices(answers: Answers, _facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(words, words) for words in _WHO_COMES[answers.get("about", "self")])


_WHO = Question(
    "who",
    ask=lambda _answers, _facts: "その日、だれが来ますか。\n呼び名で 書いても いいです。",
    choices=_who_choices,
    ask_if=lambda answers, _facts: answers.get("about") == "other",
    write=short_note,
    any_words=True,
    quick=True,
)


def _ask_name(_answers: Answers, _facts: Facts) -> str:
    return "その日、なんと呼びましょうか。\n本当の名前でなくて いいです。"


def _name_choices(_answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    """Each place of a day has names of its own, so that what is not offered tells nothing of who else comes."""
    first = facts.get("place_of_day", 0) * NAMES_AT_ONCE % len(NICKNAMES)
    in_turn = (*NICKNAMES[first:], *NICKNAMES[:first])
    free = [name for name in in_turn if name not in facts["taken_names"]]
    return (
        *(Choice(name, name) for name in free[:NAMES_AT_ONCE]),
        Choice(WRITE_NAME, "自分で書く", aside=True),
    )


def details(facts: Facts) -> str:
    """Day, time, length and place, as the check and the confirmation show them."""
    starts, ends = datetime.fromisoformat(facts["starts"]), datetime.fromisoformat(facts["ends"])
    minutes = int((ends - starts).total_seconds() // 60)
    return f"{moment_words(facts['starts'])}から {minutes}分\n{ways.where(facts)}"


def _ask_check(answers: Answers, facts: Facts) -> str:
    name = answers.get("name")
    called = f"\n呼び名：{name}さん" if name else ""
    return f"これで いいですか。\n{details(facts['chosen'])}{called}"


_CHECK_CHOICES = (
    Choice("yes", "これで予約する", ("はい", "予約する", "いい", "ok")),
    Choice("fix", "なおす"),
    Choice("stop", "やめる", ("いいえ",)),
)
_FIX_CHOICES = (Choice("slot", "日時"), Choice("about", "だれのことか"), Choice("name", "呼び名"))

FLOW = Flow(
    "booking",
    (
        Question(
            "desk",
            ask=lambda _answers, _facts: "どこが いいですか。",
            choices=_desk_choices,
            ask_if=lambda _answers, facts: len(facts["desks"]) > 1,
            skippable=False,
        ),
        Question("slot", ask=_ask_slot, choices=slot_choices, skippable=False, then="hold"),
        Question(
            "consent",
            ask=_ask_consent,
            choices=lambda _answers, _facts: _CONSENT_CHOICES,
            ask_if=lambda _answers, facts: not facts["consented"],
            skippable=False,
            then="agree_booking",
        ),
        Question(
            "about",
            ask=lambda _answers, _facts: "どなたの ことですか。",
            choices=lambda _answers, _facts: _ABOUT_CHOICES,
            skippable=False,
        ),
        Question(
            "knows",
            ask=lambda _answers, _facts: "ご本人は、ここで話すことを 知っていますか。",
            choices=lambda _answers, _facts: _KNOWS_CHOICES,
            ask_if=lambda answers, _facts: answers.get("about") in ("family", "other"),
            private=True,
            quick=True,
            then="note_knows",
        ),
        _WHO,
        Question("name", ask=_ask_name, choices=_name_choices, write=short_name, then="name"),
        Question(
            "check",
            ask=_ask_check,
            choices=lambda _answers, _facts: _CHECK_CHOICES,
            skippable=False,
            then="check",
        ),
        Question(
            "fix",
            ask=lambda _answers, _facts: "どこを なおしますか。",
            choices=lambda _answers, _facts: _FIX_CHOICES,
            ask_if=lambda answers, _facts: answers.get("check") == "fix",
            skippable=False,
            then="fix",
        ),
    ),
    finish="book",
)

#: Asked by itself after the booking; whose visit it is is an answer given before.
WHO = Flow("who_comes", (replace(_WHO, ask_if=always),), finish="keep_who")


def _booked(facts: Facts) -> str:
    family = ["・お一人でも、ご家族と一緒でも いいです。"] if facts["about"] == "family" else []
    lines = [
        "予約できました。",
        f"予約番号 {facts['number']}",
        moment_words(facts["starts"]),
        ways.where(facts),
        *ways.expect(facts),
        *family,
        "・行けない時は、ここで「取消」と送ってください。",
    ]
    return "\n".join(lines)


CALENDAR = Choice("calendar_file", "カレンダーに入れる", ("カレンダー",))
_WHO_ELSE = Choice("who_comes", "いっしょに来る人を書く", ("いっしょに来る人",))


def _after_booking(facts: Facts) -> tuple[Choice, ...]:
    return (
        Choice("intake", "会う前に3つ答える"),
        Choice("choose_reminders", "おしらせを選ぶ"),
        Choice("leave_phone", "電話番号を書いておく"),
        *((Choice("places", "場所を見る"),) if facts.get("way", "place") == "place" else ()),
        CALENDAR,
        *((_WHO_ELSE,) if facts["about"] == "family" else ()),
        Choice("done", "おわり"),
    )


OFFERS: dict[str, Offer] = {"booked": Offer(_booked, _after_booking, quick=True)}


def _held(facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble(f"{moment_words(facts['starts'])}。\nいま、あなたのために とってあります。"),)


def _who_kept(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("うけとりました。\n会う日の人だけが 読みます。"),)


SAYS = {"held": _held, "who_kept": _who_kept}
