"""Plain HTTP calls of the Messaging API, for what the SDK would not send."""

import json
from dataclasses import dataclass
from typing import Any, Self

import urllib3

from simulator.client import Person
from tests.simulator.tiny_bot import TOKEN


@dataclass
class Told:
    """What the API answered."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def faults(self) -> list[str]:
        """The places named in the details of an error."""
        return [detail["property"] for detail in self.body.get("details", [])]


class RawApi:
    """Calls the API with the right token unless told otherwise."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.http = urllib3.PoolManager(retries=False, timeout=10.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.clear()

    def post(
        self, path: str, body: Any, *, timeout: float = 10.0, headers: dict[str, str] | None = None
    ) -> Told:
        """POST a JSON body (or raw bytes) to a path below /v2/bot/."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"} | (headers or {})
        answer = self.http.request(
            "POST", f"{self.base_url}/v2/bot/{path}", body=raw, headers=sent, timeout=timeout
        )
        told = json.loads(answer.data) if answer.data else {}
        return Told(answer.status, told, {name.lower(): value for name, value in answer.headers.items()})

    def push(self, to: Person | str, *messages: Any, key: str | None = None, timeout: float = 10.0) -> Told:
        """Push messages, perhaps with a retry key; a string stands for a text message."""
        user_id = to.user_id if isinstance(to, Person) else to
        body = {"to": user_id, "messages": [_message(message) for message in messages]}
        return self.post(
            "message/push", body, timeout=timeout, headers={"X-Line-Retry-Key": key} if key else None
        )

    def reply(self, token: str, *messages: Any) -> Told:
        """Reply with messages; a string stands for a text message."""
        body = {"replyToken": token, "messages": [_message(message) for message in messages]}
        return self.post("message/reply", body)


def _message(message: Any) -> Any:
    return {"type": "text", "text": message} if isinstance(message, str) else message


def postback(label: str, data: str = "d", **more: Any) -> dict[str, Any]:
    """A postback action."""
    return {"type": "postback", "label": label, "data": data, **more}


def quick_replies(*actions: dict[str, Any], text: str = "どれですか。") -> dict[str, Any]:
    """A text message with quick replies."""
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": text, "quickReply": {"items": items}}


def buttons(*actions: dict[str, Any], text: str = "どれですか。") -> dict[str, Any]:
    """A buttons template."""
    template = {"type": "buttons", "text": text, "actions": list(actions)}
    return {"type": "template", "altText": "えらんでください", "template": template}


def flex(**bubble: Any) -> dict[str, Any]:
    """A flex message of one bubble."""
    return {"type": "flex", "altText": "おしらせ", "contents": {"type": "bubble", **bubble}}
