"""How the panel says days, times, states and roles in Japanese."""

import json
from datetime import date, datetime

from desk.clock import local
from desk.retention.queries import WITHIN_MONTH, WITHIN_WEEK

_WEEKDAYS = "月火水木金土日"
_REIWA_BEGAN = 2019

ROLES = {
    "officer": "保護司",
    "staff": "職員",
    "supervisor": "責任者",
    "prefecture": "県の担当",
    "administrator": "管理者",
}
ABOUT = {"self": "本人", "family": "家族", "other": "知り合い"}
NOTICES = {
    "booked": "新しい予約が入りました",
    "moved": "予約の日時が変わりました",
    "cancelled": "予約が取り消されました",
    "flag": "緊急サインがあります",
    "attends": "「行きます」と返事がありました",
    "attends_not": "「行けません」と返事がありました",
    "no_bookings": "しめきりまでに、予約がありませんでした",
    "answers": "会う前の質問に、答えがありました",
    "roster": "当番が変わりました",
    "absence": "当番の人が、来られなくなりました",
    "swap": "当番の交代のことで、お願いか返事があります",
    "conflict": "会わない組み合わせが、同じ日に入りました",
    "closed": "開催日が、休みになるか移りました",
    "wish": "日にちの希望が届きました",
    "accepted": "とってある場所が、予約になりました",
    "declined": "とってある場所が、ことわられました",
}
# How a sign of danger came to us. What the person wrote stands with their words, never here.
FLAGS = {
    "text": "本人の言葉から",
    "button": "ボタンで",
    "menu": "「いま困っている」を押しました",
    "yes": "「あぶないことが ありますか」に「ある」と返事",
    "unsure": "「あぶないことが ありますか」に「わからない」と返事",
    "unanswered": "「あぶないことが ありますか」に、15分たっても返事がありません",
}
# The state of a booking as a word, a shape and a colour, so that none of the three is needed alone.
BOOKING_STATES = {
    "held": ("仮予約", "○", "quiet"),
    "offered": ("空きのご案内中", "○", "quiet"),
    "confirmed": ("予約あり", "●", "go"),
    "attended": ("来た", "●", "done"),
    "no_show": ("来なかった", "▲", "warn"),
    "excused": ("取消（本人から）", "－", "quiet"),
    "moved": ("日を変えた", "◆", "quiet"),
    "revoked": ("取消（こちらから）", "－", "quiet"),
    "expired": ("仮予約のまま終わり", "－", "quiet"),
    "declined": ("辞退（またいつでも）", "－", "quiet"),
    "lapsed": ("結果がまだ", "▲", "warn"),
    "merged": ("予約がここへ移った", "－", "quiet"),
}
OUTCOMES = {
    "attended": "来た",
    "no_show": "来なかった",
    "moved": "日を変えた",
    "excused": "辞退（またいつでも）",
}
# What LINE tells us, and nothing more: nobody knows whether a message was seen.
SENDING_STATES = {
    "queued": ("送信待ち", "○", "quiet"),
    "sending": ("送信待ち", "○", "quiet"),
    "held_back": ("待っています（今月LINEで送れる残りを、おしらせにとってあります）", "▲", "warn"),
    "accepted": ("送りました（LINEが受けとりました）", "●", "done"),
    "blocked": ("届けられません（ブロックされています）", "▲", "warn"),
    "unknown": ("送れたかどうか、わかりません", "▲", "warn"),
    "dropped": ("送りませんでした（時間が過ぎたか、本人が連絡を止めました）", "－", "quiet"),
    "parked": ("止まっています", "▲", "warn"),
    "set_aside": ("とりのけました", "－", "quiet"),
}
# Why a photo or a voice does not stand there (`media.state`).
NOT_SHOWN = {
    "waiting": "うけとっているところです",
    "refused": "中身をたしかめられないので、うけとりませんでした",
    "too_big": "大きすぎて、うけとれませんでした",
    "gone": "もうLINEにありません",
}
REMINDERS = {
    "both": "3日前と前の日",
    "day_before": "前の日だけ",
    "none": "送らない",
    "telephone": "電話で知らせる",
}
SOURCES = {"line": "LINE", "phone": "電話", "walk_in": "来所"}
WISHES = {
    "evening": "夜に会いたい",
    "weekend": "土日に会いたい",
    "elsewhere": "ほかの町で会いたい",
    "telephone": "電話で話したい",
    "call_me": "電話がほしい",
    "other_day": "ほかの日に会いたい",
    "online": "ビデオで話したい",
    "together": "家族と一緒に来たい",
}
# Where a conversation stands (`desk/inbox/rules.py`).
STANDINGS = {
    "urgent": "緊急サイン",
    "waits": "返事を待つ人",
    "due": "見る日が来た人",
    "later": "これから見る人",
    "answered": "返事済みの人",
}
WAYS = {"place": "会って話す", "telephone": "電話で話す", "online": "ビデオで話す"}
# What became of the place that was offered last.
OFFER_ENDS = {
    "declined": ("「ほかが いい」", "▲", "warn"),
    "expired": ("返事なし", "▲", "warn"),
    "revoked": ("その日が休みになった", "▲", "warn"),
}
CONSENTS = {
    "booking": "予約のこと",
    "answers": "答えと困りごと",
    "follow_up": "あとからの連絡",
    "news": "おたより",
    "agency": "紹介先に話すこと",
}
# What goes with a consent that is taken back.
CONSENT_GOES = {
    "booking": "これからの予約を取り消し、呼び名、希望、電話番号、次のやくそくを消します。",
    "answers": "答え、書いたもの、困りごとを、すぐに消します。",
    "follow_up": "まだ送っていない連絡を止め、これからも送りません。",
    "news": "まだ送っていないおたよりを止め、これからも送りません。",
    "agency": "紹介先に伝える仕事が「今週すること」に出ます。",
}
ANNOUNCEMENTS = {
    "draft": ("下書き", "○", "quiet"),
    "sending": ("送っています", "●", "go"),
    "sent": ("送信にまわしました", "●", "done"),
    "out": ("送りおわりました", "●", "done"),
    "stopped": ("やめました", "－", "quiet"),
}
VIA = {"line": "LINEで", "page": "ページで", "panel": "その場で"}
SESSION_STATES = {
    "open": ("開く", "●", "go"),
    "closing": ("休み（連絡中）", "▲", "warn"),
    "closed": ("休み", "－", "quiet"),
}
FOLLOW_UP_WAYS = {"message": "LINEで短い連絡", "telephone": "電話", "visit": "会いに行く"}
FOLLOW_UP_RESULTS = {
    "reached": "つながった",
    "fine": "だいじょうぶ",
    "no_answer": "返事なし",
    "trouble": "困りごとあり",
    "declined": "辞退（またいつでも）",
}
FOLLOW_UP_STATES = {
    "planned": ("これから", "○", "quiet"),
    "sent": ("聞いた（返事は、なくていい）", "●", "go"),
    "done": ("済み", "●", "done"),
    "stopped": ("やめた", "－", "quiet"),
    "moved": ("ほかの日にした", "－", "quiet"),
}
# Why somebody cannot be followed up in a way.
NO_FOLLOW_UP = {
    "message": "LINEでは届きません。",
    "telephone": "電話番号を聞いていないか、LINEだけ、という約束です。",
    "visit": "家には連絡しない、という約束です。",
}
# What stands behind the name of somebody who cannot be chosen for a seat.
HINDRANCES = {
    "": "",
    "here": "（この日の当番）",
    "elsewhere": "（ほかの席の当番）",
    "away": "（お休み）",
    "must_not_meet": "（会わない組み合わせ）",
}
# Where somebody of a closed or moved day stands (`desk/closures/rules.py`).
CLOSURE_STANDINGS = {
    "waiting": ("これから送る", "○", "quiet"),
    "sent": ("送った", "●", "go"),
    "pressed": ("押した", "●", "go"),
    "blocked": ("ブロック（電話する）", "▲", "warn"),
    "telephone": ("電話する", "▲", "warn"),
    "by_line": ("LINEで伝える", "▲", "warn"),
    "no_means": ("手だてがない", "▲", "warn"),
    "untold": ("伝えられなかった", "▲", "warn"),
    "done": ("済み", "●", "done"),
}
NTH = {1: "第1", 2: "第2", 3: "第3", 4: "第4", 5: "第5", -1: "最後の"}
NTH_OPTIONS = [(str(nth), name) for nth, name in NTH.items()]
WEEKDAY_OPTIONS = [(str(number), f"{name}曜日") for number, name in enumerate(_WEEKDAYS)]
MONTHS_PRESET = {
    "every": "毎月",
    "but_december": "12月のほか",
    "odd": "奇数月",
    "even": "偶数月",
    "own": "下で選ぶ",
}
PLAN_STATES = {
    "open": ("開く", "●", "go"),
    "planned": ("開く", "●", "go"),
    "extra": ("臨時に開く", "●", "go"),
    "moved": ("ふりかえて開く", "●", "go"),
    "closed": ("休み", "－", "quiet"),
    "holiday": ("祝日で休み", "▲", "warn"),
}
CLOSURE_ANSWERS = {"other_day": "ほかの日を見る", "telephone": "電話がほしい", "not_now": "いまは いい"}
# What the check of every night looks for (`desk/invariants.py`), as staff would say that it is so.
BROKEN = {
    "I1": "ひとつの時間に、予約が2つ入っています",
    "I2": "ひとりの人が、予約を2つ持っています",
    "I3": "開かない日か、ふさいだ枠に、予約が残っています",
    "I4": "時間の切れた仮予約が、残っています",
    "I5": "番号がない予約か、おしらせの予定がない予約があります",
    "I6": "ひとりの保護司が、同じ日に2つの席の当番になっています",
    "I7": "どう変わったかが、書かれていない予約があります",
    "I8": "消したはずの人の記録が、残っています",
    "I9": "空き待ちの人に とった場所が、人とあっていません",
    "I10": "同意を やめた人の言葉や答え、これからの連絡が、残っています",
}
ORIGINS = {"rule": "", "extra": "臨時", "moved": "ふりかえ"}


def day(value: date) -> str:
    """11月27日（金）"""
    return f"{value.month}月{value.day}日（{_WEEKDAYS[value.weekday()]}）"


def day_with_year(value: date) -> str:
    """2026年11月27日（金）"""
    return f"{value.year}年{day(value)}"


def era(value: date) -> str:
    """令和8年: for paper; the panel shows no day before that era."""
    years = value.year - _REIWA_BEGAN + 1
    return f"令和{'元' if years == 1 else years}年"


def wall(moment: datetime) -> str:
    """午前10時, 午後1時30分"""
    at = local(moment)
    minutes = f"{at.minute}分" if at.minute else ""
    return f"{'午前' if at.hour < 12 else '午後'}{at.hour % 12}時{minutes}"


def span(starts: datetime, ends: datetime) -> str:
    """午前10時から12時, 午後6時30分から8時"""
    last = local(ends)
    minutes = f"{last.minute}分" if last.minute else ""
    if last.hour == 12:
        return f"{wall(starts)}から12時{minutes}"
    if (local(starts).hour < 12) == (last.hour < 12):
        return f"{wall(starts)}から{last.hour % 12}時{minutes}"
    return f"{wall(starts)}から{wall(ends)}"


def digits(moment: datetime) -> str:
    """10:00"""
    return f"{local(moment):%H:%M}"


def moment(value: datetime) -> str:
    """11月12日（木）23:52"""
    return f"{day(local(value).date())}{digits(value)}"


def day_of(value: datetime) -> str:
    """The day of an instant: 11月12日（木）"""
    return day(local(value).date())


def month(value: datetime) -> str:
    """The month of an instant: 11月"""
    return f"{local(value).month}月"


def day_of_year(value: datetime) -> str:
    """The day of an instant, with its year: for paper that is kept."""
    return day_with_year(local(value).date())


def called(name: str | None, number: int | None = None) -> str:
    """What to call whoever comes: そらさん; it may stand within a sentence where they left no name too."""
    unnamed = "呼び名のない方" if number is None else f"番号{number}の方"
    return f"{name}さん" if name else unnamed


def time_left(seconds: float) -> str:
    """「あと30秒」「あと2分」, rounded up, for somebody who has to wait."""
    if seconds <= 60:
        return f"{max(1, round(seconds))}秒"
    return f"{-(-int(seconds) // 60)}分"


# Fixed words, since what is kept of a change stands in plain: nothing of a person may be written there.
CHANGE_REASONS = {
    "asked": "本人から連絡があった",
    "room": "会場が使えない",
    "officers": "当番がいない",
    "other": "そのほか",
}
SECOND_REASONS = {
    "apart": "家族と別々に会う",
    "soon": "つづけて会うほうがよい",
    "elsewhere": "ほかの窓口でも会う",
    "other_need": "そのほか、必要がある",
}
BLOCK_REASONS = {
    "room": "部屋が使えない",
    "setting_up": "準備や片づけ",
    "meeting": "打ち合わせ",
    "other": "そのほか",
}
REASONS = CHANGE_REASONS | SECOND_REASONS | {"day_shifted": "その日の場所か時間が変わった"}
# How long what is kept (`desk/retention`), and what one night let go.
LIFETIMES = {
    "visit": "予約だけの人（最後の日から）",
    "record": "話や答えをのこした人（最後の連絡から）",
    "log": "閲覧の記録と、消した証明",
}
_NIGHT_PARTS = {"people": "人", "events": "届いた形のままのもの", "log": "閲覧の記録"}


def night(counts: str) -> str:
    """One night's letting go in words; `counts` as JSON."""
    told = json.loads(counts)
    some = [f"{name} {told[part]}" for part, name in _NIGHT_PARTS.items() if told.get(part)]
    foretold = (WITHIN_WEEK, WITHIN_MONTH)
    rest = sum(count for part, count in told.items() if part not in (*_NIGHT_PARTS, *foretold))
    return "、".join([*some, *([f"そのほか {rest}"] if rest else [])]) or "消すものは ありませんでした"
