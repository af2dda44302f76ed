"""Requests of the control interface: reading them and answering them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from simulator.acts import Done
from simulator.platform import Platform
from simulator.webhooks import Webhooks, encode
from simulator.wire import ApiError, Json


@dataclass
class Bench:
    """What the control interface works on."""

    platform: Platform
    webhooks: Webhooks

    async def carry_out(self, done: Done, *, wait: bool) -> Json:
        """Deliver the events of an act. `status` is the bot's answer: 0 for none, null when nobody waited."""
        result: Json = {**done.result, "eventIds": [event["webhookEventId"] for event in done.events]}
        if not done.events:
            return {**result, "status": None}
        if not wait:
            self.webhooks.send_later(done.events)
            return {**result, "status": None}
        delivery = await self.webhooks.send(done.events)
        attempts = delivery.attempts if delivery else []
        return {**result, "status": attempts[0].status if attempts else None}


Door: TypeAlias = Callable[[Bench, Request], Awaitable[Json]]


async def read_json(request: Request) -> Json:
    """The JSON object of a request; an empty body is an empty object. Raises ApiError 400 or 415."""
    body = await request.body()
    if not body:
        return {}
    # Another site's page can post plain text to this machine unasked, but not JSON.
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ApiError(415, "the body must be application/json")
    try:
        parsed = json.loads(body)
    except ValueError as error:
        raise ApiError(400, "the body is no JSON") from error
    if not isinstance(parsed, dict):
        raise ApiError(400, "the body must be a JSON object")
    return parsed


async def enter(bench: Bench, door: Door, request: Request) -> Response:
    """Answer one request; what it asks wrongly becomes a 400 that says so."""
    try:
        status, body = 200, await door(bench, request)
    except ApiError as error:
        status, body = error.status, {"message": error.message}
    except (KeyError, TypeError, ValueError) as error:
        status, body = 400, {"message": f"{type(error).__name__}: {error}"}
    return Response(encode(body), status, media_type="application/json")
