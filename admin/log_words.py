"""The reading log in Japanese: what was done, to what, and what is unusual about it."""

from collections.abc import Mapping

from desk.audit.rules import Fault

ACTS = {
    "view": "見た",
    "search": "さがした",
    "export": "ファイルに出した",
    "print": "印刷した",
    "change": "書いた・変えた",
    "break_glass": "緊急の閲覧",
    "let_go": "期間の過ぎた記録を消した",
    "sign_in": "サインイン",
    "sign_in_failed": "サインインできなかった",
    "sign_out": "サインアウト",
    "proved": "本人かどうかを、もう一度たしかめた",
    "factor_added": "サインインの方法を加えた",
    "factor_removed": "サインインの方法をはずした",
    "begun_anew": "サインインの方法を、はじめからにした",
    "proof_failed": "本人かどうかを、たしかめられなかった",
    "sign_ins_ended": "ほかのサインインを終えた",
    "account_added": "アカウントを加えた",
    "account_disabled": "アカウントを止めた",
    "role_changed": "役割を変えた",
    "account_idle": "使っていないアカウントを止めた",
    "rotate": "鍵を取りかえた",
}
KINDS = {
    "client": "相談者のページ",
    "booking": "予約",
    "session": "開催日の用紙",
    "need": "困りごと",
    "flag": "緊急サイン",
    "scheduled": "これから送る連絡",
    "canned": "きまった文",
    "wish": "日にちの希望",
    "waiting": "空きを待つ人",
    "closure": "休みと移動",
    "call": "電話でのおしらせ",
    "follow_up": "フォロー",
    "follow-ups": "フォローの一覧",
    "follow-up-steps": "フォローの段どり",
    "place": "枠",
    "absence": "お休み",
    "swap": "交代",
    "rule": "開く日の決まり",
    "account": "アカウント",
    "agency": "紹介先",
    "desk": "窓口",
    "parked": "止まった送受信",
    "incident": "事故",
    "media": "写真と声",
    "reach": "別の手だてで伝える人",
    "relink": "LINEのつなぎなおし",
    "announcement": "おたより",
    "announcements": "おたよりの一覧",
    "week": "今週すること",
    "inbox": "受信箱",
    "today": "本日",
    "own": "わたしのページ",
    "bookings": "予約の一覧",
    "clients": "相談者の一覧",
    "closures": "休みと移動",
    "roster": "当番",
    "accounts": "アカウントの一覧",
    "agencies": "紹介先の一覧",
    "settings": "設定",
    "totals": "件数",
    "calendar": "開催カレンダー",
    "wishes": "日にちの希望",
    "audit-papers": "監査のための資料",
    "reading-log": "閲覧の記録",
    "reading_log": "閲覧の記録",
    "incidents": "事故",
    "glass": "緊急の閲覧",
    "key": "鍵",
    "consents": "同意の一覧",
    "lifetimes": "のこす期間",
    "notices": "お知らせ",
    "plan": "年間計画",
    "rules": "開く日の決まり",
    "live": "開いているページ",
    "agencies.csv": "紹介先の一覧",
    "paper-form.pdf": "白紙の用紙",
}
# What is unusual, and how its number is to be read.
PATTERNS: Mapping[str, tuple[str, str]] = {
    "many_people": ("1時間に、おおぜいの人を見ました", "人"),
    "night": ("夜10時から朝6時に、使いました", "回"),
    "blind_searches": ("さがしただけで、だれのページも開いていません", "回"),
    "export": ("ファイルに出しました", "回"),
    "own_surname": ("自分と同じ名字で呼ばれる人を、見ました", "回"),
    "break_glass": ("緊急の閲覧をしました", "回"),
    "refusals": ("見られないページを、つづけて開こうとしました", "回"),
    "failed_sign_ins": ("サインインの失敗が、つづきました", "回"),
    "account_added": ("アカウントを加えました", "件"),
    "begun_anew": ("だれかのサインインの方法を、はじめからにしました", "件"),
    "role_changed": ("だれかの役割を変えました", "件"),
}
# Who did something without an account.
NOBODY = {"house": "自動", "client": "本人", "guest": "サインイン前の人"}
# What is wrong with the log.
_FAULTS = {
    "missing": "{number}番が、なくなっています。",
    "unlinked": "{number}番が、その前とつながっていません。",
    "changed": "{number}番が、書きかえられています。",
    "beginning": "{number}番より前が、なくなっています。",
    "replaced": "{number}番が、控えておいたものと ちがいます。",
    "gone": "{number}番が、なくなっています。",
    "cut_off": "{number}番から後が、なくなっています。",
}


def broken(fault: Fault) -> str:
    """What is wrong with the log, for supervisors and on the audit's paper."""
    return _FAULTS[fault.kind].format(number=fault.number)
