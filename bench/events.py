"""Webhooks as LINE sends them, signed, ready to be written to a socket."""

import hashlib
import hmac
from base64 import b64encode
from uuid import uuid4

SECRET, TOKEN = "a secret for measuring", "a token for measuring"
BOT = "U" + "0" * 32

_HEAD = (
    "POST /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: LineBotWebhook/2.0\r\n"
    "Content-Type: application/json; charset=utf-8\r\nX-Line-Signature: {}\r\nContent-Length: {}\r\n\r\n"
)
_BODY = (
    '{{"destination":"{bot}","events":[{{"type":"message","message":{{"type":"text","id":"{number}",'
    '"quoteToken":"{token}","text":"{text}"}},"webhookEventId":"{run}{number:010d}",'
    '"deliveryContext":{{"isRedelivery":false}},"timestamp":{at},"source":{{"type":"user",'
    '"userId":"{user_id}"}},"replyToken":"{run}{number:010d}","mode":"active"}}]}}'
)


class Sender:
    """LINE on its way to the bot: every event has an id and a reply token of its own, and a later time."""

    def __init__(self) -> None:
        self._run = uuid4().hex[:16]
        self._key = SECRET.encode()
        self.sent = 0

    def webhook(self, person: int, text: str) -> tuple[str, bytes]:
        """One text message of one person: its reply token, and the request."""
        self.sent += 1
        body = _BODY.format(
            bot=BOT,
            number=self.sent,
            token=self._run * 5,
            text=text,
            run=self._run,
            at=1_700_000_000_000 + self.sent,
            user_id=user_id(person),
        ).encode()
        signature = b64encode(hmac.digest(self._key, body, hashlib.sha256)).decode()
        return f"{self._run}{self.sent:010d}", _HEAD.format(signature, len(body)).encode() + body


def user_id(person: int) -> str:
    """LINE's id of somebody invented."""
    return f"U{person:032x}"
