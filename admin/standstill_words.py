"""What stands still (`desk/messaging/`) or did not arrive as a mail, why, and what to do about it."""

# What LINE brought and nobody could handle (`ParkedEvent.kind`).
_EVENTS = {
    "message": "書いたもの・写真・声",
    "postback": "ボタン",
    "follow": "友だち追加",
    "unfollow": "ブロック",
    "unsend": "送信の取り消し",
    "messageEdited": "書きなおし",
}
_KEY = "LINEの鍵（チャネルアクセストークン）が合いません。鍵をなおしてから、「もう一度」を押してください"
_NO_WAY = "LINEに、つながりませんでした。「もう一度」を押してください"
# By how the fault begins; the first that fits.
_STANDSTILLS = {
    "Unreadable": "届いた形が、読めませんでした",
    "HTTP 401": _KEY,
    "HTTP 403": _KEY,
    "HTTP 408": _NO_WAY,
    "HTTP 429": "LINEで送れる数を、こえました。送れるようになってから、「もう一度」を押してください",
    "HTTP 4": "LINEが、受けとりませんでした",
    # What the way to LINE is called when it fails (`bot/line.py`, urllib3).
    "HTTP 5": _NO_WAY,
    "HTTP 0": _NO_WAY,
    "NewConnectionError": _NO_WAY,
    "NameResolutionError": _NO_WAY,
    "ConnectTimeoutError": _NO_WAY,
    "ReadTimeoutError": _NO_WAY,
    "ProtocolError": _NO_WAY,
    "IncompleteRead": _NO_WAY,
    "ProxyError": _NO_WAY,
    "SSLError": _NO_WAY,
    "OverLimit": "LINEで送れる長さを、こえています",
    "NoAddress": "この人には、LINEで送れません",
    "Restored": "控えからもどした時に、止めました。まだ要るなら「もう一度」を押してください",
}
_NO_SERVER = "メールのサーバーに、つながりませんでした"
_MAILS = {
    "recipient refused": "その宛先には、届きません",
    "SMTPRecipientsRefused": "その宛先は、いま受けとれません",
    "mail refused": "メールのサーバーが、ことわりました",
    "SMTPAuthenticationError": "メールのサーバーの名前かパスワード（SMTP_URL）が合いません",
    "OpenPassword": "メールのサーバーが、暗号を使っていません",
    "ConnectionRefusedError": _NO_SERVER,
    "TimeoutError": _NO_SERVER,
    "gaierror": _NO_SERVER,
    "SMTPConnectError": _NO_SERVER,
    "SMTPServerDisconnected": _NO_SERVER,
}


def what_came(kind: str) -> str:
    """What LINE brought that nobody could handle."""
    return _EVENTS.get(kind, "そのほか")


def why_parked(fault: str) -> str:
    """Why something stands still, with the fault itself; what only the makers can read is for them to be told."""
    known = (f"{words}（{fault}）。" for begins, words in _STANDSTILLS.items() if fault.startswith(begins))
    return next(known, f"プログラムの中で止まりました。続く時は、作った人に「{fault}」と伝えてください。")


def why_no_mail(fault: str) -> str:
    """Why a mail did not arrive, with the fault itself; empty: nobody came to try it in time."""
    known = (words for begins, words in _MAILS.items() if fault.startswith(begins))
    words = next(known, "メールのサーバーに、渡せませんでした")
    return f"{words}（{fault}）。" if fault else f"{words}。"
