"""わたしの記録: counted here, shown on the private page, taken back and erased when asked. Nothing is read back."""

from datetime import date

from bot.flows import news
from bot.flows.dates import day_words
from bot.flows.offers import Offer, fixed
from bot.flows.questions import Choice, Facts
from bot.flows.speech import Bubble, Button

#: The purposes whose consents are seen in the chat; those for one agency would tell of a need, so the page has them.
PURPOSES = {
    "booking": "予約と 連絡のこと",
    "answers": "答えと 書いたもの",
    "follow_up": "あとからの 連絡",
    "news": "おたより",
}
VIA = {"line": "トークで", "page": "ページで", "panel": "職員と 話して"}
_KEEP = Choice("keep_consent", "そのままにする", ("いいえ", "そのまま"))
# What goes with a consent that is taken back.
GOES = {
    "booking": "やめると、予約と 希望と 電話番号が 消えます。",
    "answers": "やめると、答えと 書いたものが すぐ消えます。",
    "follow_up": "やめると、こちらから 何も送りません。",
    "news": "やめると、おたよりは 送りません。",
    "agency": "やめると、その所には もう話しません。",
}
_WENT = {
    "booking": "呼び名と 希望と 電話番号は、消しました。",
    "answers": "答えと 書いたものは、消しました。",
    "follow_up": "こちらから、おたずねは 送りません。",
    "news": "おたよりは、もう送りません。",
}


def _record(facts: Facts) -> str:
    counts = [
        ("予約", facts["bookings"]),
        ("質問の答え", facts["answers"]),
        ("書いたもの", facts["messages"]),
        ("電話番号", facts["phones"]),
        ("空きを待っている所", facts["waits"]),
        ("あとからの 連絡", facts["plans"]),
        ("おたより", facts["news"]),
    ]
    kept = [f"・{name} {count}つ" for name, count in counts if count]
    return "のこっているものです。\n" + ("\n".join(kept) if kept else "いまは、何も ありません。")


def _consents(facts: Facts) -> str:
    named = [f"・{PURPOSES[each]}" for each in facts["purposes"]]
    if facts["agencies"]:
        named.append("・ほかの所に 話すこと")
    if not named:
        return "いま、同意は ありません。\nいる時に、ひとつずつ 聞きます。"
    return "「いい」と 言ってくださったことです。\n" + "\n".join(named)


def _consent_choices(facts: Facts) -> tuple[Choice, ...]:
    own = tuple(Choice(f"consent_{each}", PURPOSES[each]) for each in facts["purposes"])
    others = (Choice("record_page", "ほかの所に 話すこと"),) if facts["agencies"] else ()
    return (*own, *others, Choice("my_record", "もどる"))


def _consent(facts: Facts) -> str:
    """The same words that were agreed to, when and how, and what goes with them."""
    given = day_words(date.fromisoformat(facts["given"]))
    lines = [
        f"{PURPOSES[facts['purpose']]}。{given}、{VIA[facts['via']]}。",
        f"「{facts['words']}」" if facts["words"] else "",
        GOES[facts["purpose"]],
    ]
    return "\n".join(line for line in lines if line)


def _consent_stop(facts: Facts) -> tuple[Choice, ...]:
    booked = facts["purpose"] == "booking" and facts["bookings"]
    label = "予約を取り消して やめる" if booked else "この同意を やめる"
    return (Choice(f"withdraw_{facts['purpose']}", label, ("やめる",)), _KEEP)


def before_erasing(*, booked: bool, told: bool) -> tuple[str, ...]:
    """What goes and what stays, said before anything is done; `told`: an agency knows of the person."""
    return (
        "ぜんぶ 消しますか。もとには もどせません。",
        "消えるもの：呼び名、電話、答え、書いたもの。",
        "のこるもの：名前のない 数だけ。",
        "保管の コピーからは、35日までに 消えます。",
        *(("予約も、取り消します。",) if booked else ()),
        *(("ほかの所に 話したことは、消せません。",) if told else ()),
    )


def _erase_choices(facts: Facts) -> tuple[Choice, ...]:
    only_booking = (Choice("erase_but_booking", "予約だけ のこす"),) if facts["bookings"] else ()
    return (
        Choice("erase_now", "ぜんぶ 消す", ("はい", "消す")),
        *only_booking,
        Choice("resume", "消さない", ("いいえ",)),
    )


def _agency_asked(_facts: Facts) -> str:
    return "とまりぎです。\n確かめたいことが あります。"


OFFERS: dict[str, Offer] = {
    "record": Offer(
        _record,
        fixed(
            Choice("record_page", "見る・なおす", ("見る", "なおす")),
            Choice("record_file", "ファイルでもらう", ("ファイル",)),
            Choice("stop_messages", "おしらせを止める", ("止める",)),
            news.CHOOSE,
            Choice("consents", "同意を見る・やめる", ("同意",)),
            Choice("erase", "ぜんぶ消す", ("消す",)),
            Choice("resume", "もどる"),
        ),
    ),
    "consents": Offer(_consents, _consent_choices),
    "consent": Offer(_consent, _consent_stop),
    "erase_or_keep": Offer(
        lambda facts: "\n".join(before_erasing(booked=bool(facts["bookings"]), told=bool(facts.get("told")))),
        _erase_choices,
    ),
    "agency_asked": Offer(
        _agency_asked, fixed(Choice("agency_question", "見る", ("はい",)), Choice("fine", "あとで"))
    ),
    "agency_question": Offer(
        lambda facts: str(facts["words"]),
        fixed(
            Choice("agency_yes", "いい", ("はい",)),
            Choice("agency_no", "やめておく", ("いいえ", "よくない")),
            Choice("write_to_staff", "職員に聞く"),
        ),
        alt="だいじな おしらせ",
    ),
}


#: What only the person can ask for, once nobody here knows whom an agency was told of.
ASK_THEM = "ほかの所に 話したことは、あなたから その所に「消して」と 言ってください。"


def _erased(facts: Facts) -> tuple[Bubble, ...]:
    told = f"{ASK_THEM}\n" if facts.get("told") else ""
    own_talk = "LINEのトークは、この画面の 設定から 消せます。"
    return (Bubble(f"消しました。\n{told}{own_talk}\nまた、いつでも 来てください。"),)


def _erased_but_booking(facts: Facts) -> tuple[Bubble, ...]:
    phone = "\n電話で 話す予約なので、番号も のこします。\n" if facts.get("phone_stays") else ""
    return (Bubble(f"消しました。\n予約は、そのままです。{phone}お待ちしています。"),)


def _quiet(_facts: Facts) -> tuple[Bubble, ...]:
    return (Bubble("わかりました。こちらからは 何も送りません。"),)


def _withdrawn(facts: Facts) -> tuple[Bubble, ...]:
    cancelled = "予約は、取り消しました。\n" if facts["cancelled"] else ""
    return (Bubble(f"わかりました。やめました。\n{cancelled}{_WENT[facts['purpose']]}"),)


def _file_link(facts: Facts) -> tuple[Bubble, ...]:
    text = (
        "あなただけの ページです。\nひらいて「ファイルでもらう」を 押してください。\n"
        "15分のうちに、いちどだけ ひらけます。"
    )
    return (Bubble(text, buttons=(Button("ひらく", uri=facts["url"]),)),)


SAYS = {
    "record_erased": _erased,
    "erased_but_booking": _erased_but_booking,
    "messages_stopped": _quiet,
    "consent_withdrawn": _withdrawn,
    "record_file_link": _file_link,
    "agency_answered": lambda _facts: (Bubble("うけとりました。ありがとうございます。"),),
}
