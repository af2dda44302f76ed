"""One request to the Messaging API as its endpoints see it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from simulator.calls import Call
from simulator.platform import Platform
from simulator.quota import OTHERWISE, Rate
from simulator.webhooks import Webhooks
from simulator.wire import Answer, ApiError, Json

BODY_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class ApiRequest:
    """What came in, beside the platform it came to."""

    platform: Platform
    webhooks: Webhooks
    call: Call
    params: Mapping[str, Any]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Json:
        """The body as a JSON object. Raises ApiError 413, 415 or 400."""
        if len(self.body) > BODY_BYTES:
            raise ApiError(413, "The request body is larger than 2 MB")
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ApiError(415, "Unsupported Media Type")
        try:
            parsed = json.loads(self.body)
        except ValueError as error:
            raise ApiError(400, "The request body could not be parsed as JSON") from error
        if not isinstance(parsed, dict):
            raise ApiError(400, "The request body must be a JSON object")
        self.call.body = parsed
        return parsed

    def text(self, body: Json, key: str) -> str:
        """A required text of the body. Raises ApiError 400."""
        value = body.get(key)
        if not isinstance(value, str) or not value:
            raise ApiError(400, f"The property, '{key}', in the request body is invalid")
        return value


Handler: TypeAlias = Callable[[ApiRequest], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Endpoint:
    """One method on one path of the Messaging API."""

    method: str
    path: str
    handle: Handler
    rate: Rate = OTHERWISE
