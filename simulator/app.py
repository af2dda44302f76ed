"""The simulated platform as one web application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from simulator import api, control, phone
from simulator.api.gate import Cut
from simulator.platform import Platform
from simulator.webhooks import Webhooks, encode


def build_app(platform: Platform, cut: Cut) -> Starlette:
    """API, control and phone page over one platform; `cut` closes a client's connection."""
    webhooks = Webhooks(platform)
    bench = control.Bench(platform, webhooks)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await webhooks.close()

    return Starlette(
        routes=[*api.routes(webhooks, cut), *control.routes(bench), *phone.routes(platform)],
        exception_handlers={HTTPException: _not_found},
        lifespan=lifespan,
    )


async def _not_found(_request: Request, error: Exception) -> Response:
    """LINE's own error form for paths and methods that do not exist."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = error.detail if isinstance(error, HTTPException) else "Internal Server Error"
    return Response(encode({"message": message}), status, media_type="application/json")
