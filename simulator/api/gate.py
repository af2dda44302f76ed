"""The door of the Messaging API: token, rate limits, request ids, the record of calls, and ordered faults."""

import asyncio
import hmac
import inspect
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from simulator.api import account, menus, messages
from simulator.api.request import ApiRequest, Endpoint
from simulator.calls import Fault
from simulator.webhooks import Webhooks, encode
from simulator.wire import Answer, ApiError

# Closes the connection of the client at this address (host, port) without a word.
Cut: TypeAlias = Callable[[tuple[str, int]], None]

UNAUTHORIZED = "Authentication failed. Confirm that the access token in the authorization header is valid."


class CutResponse(Response):
    """An answer that breaks off: nothing at all, or the first half of its body."""

    def __init__(self, whole: Response, cut: Cut, *, half: bool) -> None:
        super().__init__(whole.body, whole.status_code, dict(whole.headers))
        self._cut = cut
        self._half = half

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is to be sent, then close the connection under the client's hands."""
        if self._half:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            part = bytes(self.body)[: max(len(self.body) // 2, 1)]
            await send({"type": "http.response.body", "body": part, "more_body": True})
        self._cut(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass


def routes(webhooks: Webhooks, cut: Cut) -> list[Route]:
    """Every endpoint of the Messaging API behind its door."""
    endpoints = [*messages.ENDPOINTS, *account.ENDPOINTS, *menus.ENDPOINTS]
    return [
        Route(endpoint.path, partial(_enter, endpoint, webhooks, cut), methods=[endpoint.method])
        for endpoint in endpoints
    ]


async def _enter(endpoint: Endpoint, webhooks: Webhooks, cut: Cut, request: Request) -> Response:
    platform = webhooks.platform
    # The whole call first: who sees it in the record may release it at once, so nothing is awaited after.
    body = await request.body()
    call = platform.begin_call(request.method, request.url.path, request.headers.get("x-line-retry-key"))
    fault = platform.faults.take(request.url.path)
    api = ApiRequest(platform, webhooks, call, request.path_params, request.headers, body)
    if fault is None:
        return _response(api, await _answer(endpoint, api))
    call.fault = fault.kind
    platform.signal.changed()
    return await _spoil(fault, endpoint, api, cut)


async def _answer(endpoint: Endpoint, api: ApiRequest) -> Answer:
    """What the platform makes of the call, noted in its record."""
    platform = api.platform
    try:
        _check_token(api)
        platform.rates.count(f"{endpoint.method} {endpoint.path}", endpoint.rate)
        answer = endpoint.handle(api)
        result = await answer if inspect.isawaitable(answer) else answer
    except ApiError as error:
        result = error.answer()
    api.call.status = result.status
    platform.signal.changed()
    return result


async def _spoil(fault: Fault, endpoint: Endpoint, api: ApiRequest, cut: Cut) -> Response:
    if fault.kind == "delay":
        await asyncio.sleep(fault.milliseconds / 1000)
    elif fault.kind == "hold":
        await _released(api)
    if fault.kind in ("delay", "hold"):
        return _response(api, await _answer(endpoint, api))
    answer = await _answer(endpoint, api) if fault.accepted else Answer()
    if fault.kind == "status":
        return _response(api, ApiError(fault.status, "The API server could not answer").answer())
    if fault.kind == "hang":
        await _released(api)
    return CutResponse(_response(api, answer), cut, half=fault.kind == "half")


async def _released(api: ApiRequest) -> None:
    faults = api.platform.faults
    before = faults.releases
    await api.platform.signal.wait_until(lambda: faults.releases > before)


def _check_token(api: ApiRequest) -> None:
    given = api.headers.get("authorization", "")
    expected = f"Bearer {api.platform.channel.token}"
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise ApiError(401, UNAUTHORIZED)


def _response(api: ApiRequest, answer: Answer) -> Response:
    content = encode(answer.body) if answer.content is None else answer.content
    headers = {"x-line-request-id": api.call.request_id, **answer.headers}
    return Response(content, answer.status, headers, answer.media_type)
