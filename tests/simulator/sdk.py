"""LINE's official SDK, pointed at the simulator as a bot points it at LINE."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from linebot.v3 import WebhookParser, messaging  # type: ignore[import-untyped]  # the SDK has no types

from tests.simulator.tiny_bot import SECRET, TOKEN, Arrival

__all__ = ["Refusal", "Sdk", "messaging", "opened_sdk", "parse", "refused", "text"]


@dataclass
class Sdk:
    """The official SDK's two clients."""

    api: messaging.MessagingApi
    blob: messaging.MessagingApiBlob


@dataclass
class Refusal:
    """What the SDK raised."""

    status: int = 0
    body: Any = None
    headers: Any = None


@contextmanager
def opened_sdk(base_url: str) -> Iterator[Sdk]:
    """Both clients, closed at the end."""
    configuration = messaging.Configuration(host=base_url, access_token=TOKEN)
    with messaging.ApiClient(configuration) as client:
        yield Sdk(messaging.MessagingApi(client), messaging.MessagingApiBlob(client))


@contextmanager
def refused(status: int) -> Iterator[Refusal]:
    """Expects that the SDK raises for this status."""
    refusal = Refusal()
    with pytest.raises(messaging.ApiException) as caught:
        yield refusal
    error = caught.value
    refusal.status, refusal.body, refusal.headers = (
        error.status,
        json.loads(error.body or "{}"),
        error.headers,
    )
    assert refusal.status == status


def text(words: str) -> messaging.TextMessage:
    """A text message."""
    return messaging.TextMessage(text=words)


def parse(arrival: Arrival) -> list[Any]:
    """The events of a webhook as the SDK reads them, its check of the signature included."""
    return list(WebhookParser(SECRET).parse(arrival.body.decode(), arrival.headers["x-line-signature"]))
