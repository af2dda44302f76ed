"""How the panel says days, times, states and roles in Japanese."""

from datetime import date, datetime

from desk.clock import local

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
OUTCOMES = {"attended": "来た", "no_show": "来なかった", "moved": "日を変えた"}
# What LINE tells us, and nothing more: nobody knows whether a message was seen.
SENDING_STATES = {
    "queued": ("送信待ち", "○", "quiet"),
    "sending": ("送信待ち", "○", "quiet"),
    "held_back": ("待っています（今月LINEで送れる残りを、おしらせにとってあります）", "▲", "warn"),
    "accepted": ("送りました（LINEが受けとりました）", "●", "done"),
    "blocked": ("届けられません（ブロックされています）", "▲", "warn"),
    "unknown": ("送れたかどうか、わかりません", "▲", "warn"),
    "dropped": ("送りませんでした（時間が過ぎました）", "－", "quiet"),
    "parked": ("止まっています", "▲", "warn"),
    "set_aside": ("とりのけました", "－", "quiet"),
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
WAYS = {"place": "会って話す", "telephone": "電話で話す", "online": "ビデオで話す"}
# What became of the place that was offered last.
OFFER_ENDS = {
    "declined": ("「ほかが いい」", "▲", "warn"),
    "expired": ("返事なし", "▲", "warn"),
    "revoked": ("その日が休みになった", "▲", "warn"),
}
CONSENTS = {"booking": "予約のこと", "answers": "答えと困りごと", "follow_up": "あとからの連絡"}
VIA = {"line": "LINEで", "page": "ページで", "panel": "その場で"}
SESSION_STATES = {
    "open": ("開く", "●", "go"),
    "planned": ("予定", "○", "quiet"),
    "closing": ("休み（連絡中）", "▲", "warn"),
    "closed": ("休み", "－", "quiet"),
    "held": ("終わった", "●", "done"),
}
# What was just done, said in a banner above the next page; the key stands in its address and tells nothing of anybody.
DONE = {
    "seen": "お知らせを「見た」と記録しました。",
    "told": "「紙・電話で伝えた」と記録しました。",
    "outcome": "記録しました。まちがえた時は、もう一度押せば変わります。",
    "promise": "次のやくそくを、のこしました。",
    "need": "困りごとを、なおしました。",
    "booked": "予約を入れました。",
    "waits": "空きを待つ人に、入れました。",
    "waits_no_more": "空きを待つ人から、はずしました。",
    "place_held": "場所をとりました。本人に聞いてください。",
    "place_declined": "「いらない」と記録しました。場所は、次の人に回ります。",
    "moved": "予約の日時を変えました。",
    "code": "合言葉を渡しました。ゆっくり読んで、書きとってもらってください。",
    "blocked": "枠をふさぎました。ここには、だれも予約できません。",
    "unblocked": "枠をあけました。また予約できます。",
    "cancelled": "予約を取り消しました。",
    "flag": "緊急サインの対応を、記録しました。",
    "wish": "日にちの希望を、済みにしました。",
    "offered": "時間をとって、本人にLINEで聞きました。返事があるまで、ほかの人は予約できません。",
    "wish_not_reached": "「出なかった」と記録しました。希望は、そのまま残ります。",
    "heard_yes": "予約にしました。番号は、予約のページにあります。",
    "heard_other": "時間をあけました。希望は、そのまま残ります。",
    "heard_no": "時間をあけて、希望を済みにしました。",
    "wish_impossible": "「いまは むずかしい」と、本人に知らせました。",
    "answered": "返事は済んだ、と記録しました。",
    "sent": "送信にまわしました。状態は、下の一覧に出ます。",
    "agreed": "同意を記録しました。",
    "withdrawn": "同意を取り消しました。",
    "phone": "電話番号を記録しました。",
    "related": "つながりを記録しました。",
    "parted": "つながりを消しました。",
    "reminders": "おしらせのしかたを変えました。",
    "called": "「電話した」と記録しました。",
    "not_reached": "「出なかった」と記録しました。3時間ほどあとに、もう一度かけてください。",
    "extra": "臨時の開催日を加えました。",
    "closed": "その日を休みにしました。もう、だれも予約できません。下の人に知らせます。",
    "day_moved": "その日を移しました。下の人に、新しい日でいいかを聞きます。",
    "day_shifted": "時刻か場所を変えました。予約は、いっしょに動きました。",
    "reached": "「電話した」と記録しました。",
    "rule": "決まりを記録しました。これからの、まだ予約のない日だけが変わります。",
    "rule_ended": "決まりをやめました。まだ予約のない日は、開かなくなりました。",
    "approved": "この年の予定を承認しました。",
    "roster": "当番を記録しました。",
    "away": "お休みの日を記録しました。代わりの人は、職員がさがします。",
    "back": "お休みを取り消しました。",
    "swap_asked": "交代を頼みました。返事があると、お知らせが出ます。",
    "swap_agreed": "交代しました。当番表は、もう変わっています。",
    "swap_declined": "ことわりました。相手に知らせます。",
    "swap_withdrawn": "お願いを取りさげました。",
    "apart": "記録しました。席は、職員が考えます。",
    "apart_kept": "会わない組み合わせを記録しました。",
    "mail": "メールの宛先を記録しました。",
    "no_mail": "メールの宛先を消しました。",
    "agencies": "紹介先の一覧を入れかえました。",
    "checked": "「確認した」と記録しました。",
    "disabled": "アカウントを止めました。もうサインインできません。",
    "size": "文字の大きさを変えました。",
    "settings": "設定を記録しました。",
    "again": "もう一度、送受信にまわしました。",
    "aside": "とりのけました。",
    "signed_out": "サインアウトしました。",
}
# What could not be done, and why.
NOT_DONE = {
    "place_gone": "とってあった時間は、もうありません。ほかの日を聞いて、予約を入れてください。",
    "plan_changed": "その間に、予定の日が変わりました。もう一度見てから、承認してください。",
    "rule_booked": "記録しました。予約のある日は、そのまま残しました。休みにするか移す時は、その日を選んでください。",
    "offered_untold": "時間をとりました。本人にはLINEで届かないので、電話などで聞いてください。",
    "wish_untold": "済みにしました。本人にはLINEで届かないので、電話などで伝えてください。",
    "bad_filter": "日の選び方が合っていません。えらびなおしてから、ファイルにしてください。",
    "nobody": "その番号の人は見つかりません。番号をたしかめてください。",
    "oneself": "それは、この人自身の番号です。相手の番号を入れてください。",
    "too_early": "まだ記録できません。その日になったら、押してください。",
}
# Why a seat cannot be given or somebody be away (`desk/roster/rules.py`), and what to do instead.
ROSTER_FAULTS = {
    "past": "その日は、もう過ぎました。きょうから先の日を選んでください。",
    "no_such_seat": "その席は、もうありません。ページを開きなおしてください。",
    "no_officer": "その人は、当番になれません。ほかの人を選んでください。",
    "elsewhere": "その人は、その日もう当番です。ほかの人を選んでください。",
    "away": "その人は、その日お休みです。ほかの人を選んでください。",
    "must_not_meet": "その人は、この席に座れません（会わない組み合わせ）。ほかの人か、ほかの机にしてください。",
    "changed": "その間に、当番が変わりました。いまのようすを見て、もう一度お願いします。",
    "oneself": "同じ人どうしでは、交代できません。ほかの人を選んでください。",
    "asked_already": "この席は、もうほかの人に頼んでいます。返事を待つか、取りさげてください。",
    "ends_before": "おわりの日は、はじまりの日か、その後にしてください。",
    "too_long": "お休みは、1年までにしてください。",
}
# What stands behind the name of somebody who cannot be chosen for a seat.
HINDRANCES = {
    "": "",
    "here": "（この日の当番）",
    "elsewhere": "（ほかの席の当番）",
    "away": "（お休み）",
    "must_not_meet": "（会わない組み合わせ）",
}
# Why a day or a rule was refused (`WrongCalendar.fault`), and what to do instead.
CALENDAR_FAULTS = {
    "past": "もう過ぎた日か時刻です。きょうから先の日を選んでください。",
    "not_open_yet": "その日は、まだ窓口がありません。窓口ができてからの日を選んでください。",
    "taken": "その日は、もう開催日です。ほかの日を選んでください。",
    "left_out": "その日は、休みか特別な日と決めてあります。ほかの日を選んでください。",
    "same_day": "日も時刻も場所も、いまと同じです。どれかを変えてください。",
    "booked": "その日に、予約している人がいます。「休みにする・移す」から知らせてください。",
    "closed": "その日は、もう休みか、移してあります。カレンダーを見てください。",
    "busy": "いま、つぎつぎに予約が入っています。少し待って、もう一度押してください。",
    "ends_early": "おわりは、はじまりより後にしてください。",
    "next_day": "おわりが、次の日になってしまいます。もっと早いはじまりにしてください。",
    "no_party": "その時間では、1組も会えません。時間を長くするか、1組の分数を短くしてください。",
    "outside": "開いている時間の外に、会う時間があります。時刻をなおしてください。",
    "overlap": "会う時間が、重なっています。はじまりの間をあけてください。",
    "gap": "組と組の間が、足りません。廊下で会わないように、はじまりの間をあけてください。",
    "no_months": "開く月を、1つは選んでください。",
    "no_weekday": "曜日と、第何週かを選んでください。",
    "no_dates": "この決まりでは、開く日が1日もありません。月か週を選びなおしてください。",
    "same_rule": "同じ日になる決まりが、もうあります。",
    "other": "その日にはできません。日と時刻をたしかめてください。",
}
# Where somebody of a closed or moved day stands (`desk/closures/rules.py`).
CLOSURE_STANDINGS = {
    "waiting": ("これから送る", "○", "quiet"),
    "sent": ("送った", "●", "go"),
    "pressed": ("押した", "●", "go"),
    "blocked": ("ブロック（電話する）", "▲", "warn"),
    "telephone": ("電話する", "▲", "warn"),
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
