"""The shapes that travel over HTTP: JSON objects, LINE's answers and LINE's errors."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What an endpoint of the Messaging API answers; `content` is sent as it is, `body` as JSON."""

    body: Json = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    media_type: str = "application/json"


class ApiError(Exception):
    """A refusal in LINE's own form: `{"message", "details": [{"message", "property"}]}`."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        details: list[Json] | None = None,
        headers: dict[str, str] | None = None,
        extra: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details or []
        self.headers = headers or {}
        self.extra = extra or {}

    def answer(self) -> Answer:
        """The HTTP answer for this refusal; LINE leaves `details` out when it is empty."""
        body: Json = {"message": self.message, **self.extra}
        if self.details:
            body["details"] = self.details
        return Answer(body, self.status, self.headers)
