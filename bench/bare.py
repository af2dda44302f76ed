"""Starlette that answers 200 and does nothing else: what HTTP alone allows on this machine."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def _answer(request: Request) -> Response:
    await request.body()
    return Response(status_code=200)


app = Starlette(
    routes=[
        Route("/callback", _answer, methods=["POST"]),
        Route("/livez", _answer),
    ]
)
