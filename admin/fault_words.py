"""Why the calendar or the roster refused something, why something stands still, and what to do instead."""

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

# What LINE brought and nobody could handle (`ParkedEvent.kind`).
EVENTS = {
    "message": "書いたもの・写真・声",
    "postback": "ボタン",
    "follow": "友だち追加",
    "unfollow": "ブロック",
    "unsend": "送信の取り消し",
    "messageEdited": "書きなおし",
}
# Why it stands still, or a mail did not arrive, by how the fault begins.
_STANDSTILLS = {
    "Unreadable": "届いた形が、読めませんでした。",
    "HTTP 4": "LINEが、受けとりませんでした。",
    "OverLimit": "LINEで送れる長さを、こえています。",
    "NoAddress": "この人には、LINEで送れません。",
    "Restored": "控えからもどした時に、止めました。まだ要るなら「もう一度」を押してください。",
}
_MAILS = {
    "recipient refused": "その宛先には、届きません。",
    "mail refused": "メールのサーバーが、ことわりました。",
    "OpenPassword": "メールのサーバーが、暗号を使っていません。",
}


def why_parked(fault: str) -> str:
    """Why something stands still; what only the makers can read is for them to be told."""
    known = (words for begins, words in _STANDSTILLS.items() if fault.startswith(begins))
    return next(known, f"プログラムの中で止まりました。続く時は、作った人に「{fault}」と伝えてください。")


def why_no_mail(fault: str) -> str:
    """Why a mail did not arrive."""
    known = (words for begins, words in _MAILS.items() if fault.startswith(begins))
    return next(known, "メールのサーバーに、渡せませんでした。")
