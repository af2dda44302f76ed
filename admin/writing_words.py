"""Words for whoever writes to a person: warm examples to begin with, why a word is refused, what could be plainer."""

from collections.abc import Mapping

from desk.writing.plain import LONGEST_SENTENCE, Hint

#: To begin with, and to be changed: each as its title and words, in the voice of this house.
EXAMPLES: Mapping[str, tuple[str, str]] = {
    "thanks": ("お礼", "とまりぎです。\n書いてくださって、ありがとうございます。\n読みました。"),
    "later": (
        "すぐに答えられない時",
        "とまりぎです。\n読みました。少し しらべてから、お返事します。\nお待ちください。",
    ),
    "how": ("ようすをたずねる", "とまりぎです。\nおかわり ありませんか。\n返事は いりません。"),
    "before": (
        "予定の前",
        "とまりぎです。\n{date}に、お待ちしています。\nお金も 持ち物も いりません。",
    ),
    "missed": (
        "会えなかった時",
        "とまりぎです。\n会えませんでしたが、だいじょうぶです。\nまた いつでも、ここで待っています。",
    ),
    "place": ("場所を伝える", "とまりぎです。\n場所は、{place}です。\n受付で 名前を言わなくて いいです。"),
}

#: What the person can press below such words (`staff_message` in the bot's flows).
BUTTONS = ("話したい", "だいじょうぶ", "もう送らないで")

# What somebody who sees the screen would understand from a word, and what to do instead.
_OF_THE_DESK = {
    "相談": "「お話」",
    "予約": "「予定」",
    "支援": "「お手つだい」",
    "保護": "「会う人」や「予定」",
    "更生": "「予定」",
}
_OF_THE_PAST = ("刑", "出所", "釈放", "前科", "犯", "逮捕", "警察", "裁判", "被害")


def why_refused(word: str) -> str:
    """Why a word may not land on a lock screen, with the mend; anything unlisted is the person's own name or trouble."""
    seen = f"「{word}」は書けません。画面をほかの人に見られると、"
    if word in _OF_THE_DESK:
        return f"{seen}ここが どんな所か分かってしまいます。{_OF_THE_DESK[word]}などに言いかえてください。"
    if word in _OF_THE_PAST:
        return f"{seen}前にあったことが分かってしまいます。会った時か電話で、話してください。"
    return f"{seen}困っていることが分かってしまいます。会った時か電話で、話してください。"


def why_no_name(name: str) -> str:
    """Why nobody is called by name there."""
    seen = f"名前の「{name}」は書けません。画面をほかの人に見られると、"
    return f"{seen}だれへの連絡か分かってしまいます。名前をとってください。"


def hint_words(hint: Hint) -> str:
    """What could be plainer, and how."""
    if hint.kind == "long":
        return (
            f"「{hint.words}」は、{LONGEST_SENTENCE}文字より長い文です。二つに分けると、読みやすくなります。"
        )
    return f"「{hint.words}」は、漢字がつづきます。やさしい言葉にできますか。"


TIME_FAULTS = {
    "past": "その時刻は、もうすぎています。これからの日時をえらんでください。",
    "night": "夜9時から朝8時には送りません。朝8時から、夜9時より前の時刻をえらんでください。",
    "far": "3か月より先には送れません。近い日をえらんでください。",
}
EMPTY = "送る文を書いてください。"
HALF_A_TIME = "日と時刻を、両方えらんでください。すぐに送る時は、両方とも空にしてください。"
NOT_ON_LINE = "この人はLINEの登録がありません。電話などで伝えてください。"
BLOCKED = "相手がブロックしているので、LINEでは届きません。電話など、約束した手だてで伝えてください。"
NO_CONSENT = (
    "あとからの連絡に、まだ同意がありません。"
    "会った時に聞いて、この人のページの「その場で同意をもらった」を押してください。"
)
MEANWHILE = "まだ送っていません。この間に、新しい連絡がありました。下を見てから、もう一度「LINEで送る」を押してください。"
SENT_BEFORE = (
    "この文は、まだ送っていません。同じ画面から、ほかの文を送っています。"
    "送る時は、もう一度「LINEで送る」を押してください。"
)
TAKEN_BACK = "この文は、さきほど取り消しました。送る時は、もう一度「LINEで送る」を押してください。"


def why_left_open(place: str) -> str:
    """What stands in braces goes out as it stands."""
    return f"「{place}」は、このままでは相手にそのまま出ます。自分の言葉に書きかえてください。"


def too_long(longest: int, length: int) -> str:
    """So many letters and no more."""
    return f"{longest}文字までにしてください（いま{length}文字）。"


def no_value(fields: tuple[str, ...], names: Mapping[str, str]) -> str:
    """Which fields of a text nobody can fill for this person."""
    told = "、".join(f"「{names[field]}」" for field in fields)
    return f"この人には{told}がありません。{{ }}のところを、自分で書いてください。"
