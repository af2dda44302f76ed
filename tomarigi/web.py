"""The web side as one ASGI app: LINE's webhook, the clients' pages, the panel, and what an operator asks."""

import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.webhook import Webhook
from desk.errors import WrongSettings
from desk.guard import LOADS_NOTHING, WithHeaders, page_headers
from desk.house import House
from desk.invariants import last_check
from desk.log import logger, where
from desk.messaging import queries
from desk.pace import is_near
from desk.schema import schema_is_current
from desk.signals import Signals
from tomarigi.memory import keep_what_is_loaded

_SILENT_AFTER = timedelta(seconds=60)
_BACKLOG = 2048
_STOP_SECONDS = 3
_PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8"><title>とまりぎ</title>
<meta name="viewport" content="width=device-width"><p>{sentence}</p></html>"""

log = logger(__name__)


def make_app(house: House, signals: Signals) -> Starlette:
    """Everything that is served. Pages and panel are loaded here, so that a worker starts without them."""
    from admin.app import make_panel
    from bot.pages.app import make_pages
    from bot.pages.kept import parts_of

    panel = make_panel(house, signals, parts_of)
    app = assemble(house, [Mount("/me", make_pages(house)), Mount("/admin", panel)])
    app.state.end_streams = panel.state.live.close
    return app


def assemble(house: House, mounts: Sequence[Mount]) -> Starlette:
    """The webhook and the operator's addresses, with the given parts beside them."""
    webhook = Webhook(house)
    routes: list[BaseRoute] = [
        Route("/callback", webhook.answer, methods=["POST"]),
        Route("/livez", lambda _request: PlainTextResponse("alive")),
        Route("/readyz", _answer_with(_say_ready, house)),
        Route("/metrics", _for_the_house(_answer_with(_say_figures, house))),
        Route("/", lambda _request: RedirectResponse("/admin")),
        *mounts,
    ]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        webhook.close()

    headers = page_headers(house.settings.public_base_url, LOADS_NOTHING)

    def say_trouble(request: Request, fault: Exception) -> Response:
        response = _say_trouble(request, fault)
        response.headers.update(headers)  # a fault is answered outside all that stands before
        return response

    troubles = {HTTPException: say_trouble, Exception: say_trouble}
    dressed = Middleware(WithHeaders, headers=headers)
    return Starlette(routes=routes, middleware=[dressed], lifespan=lifespan, exception_handlers=troubles)


def serve(app: Starlette, *, port: int, local: bool) -> None:
    """Serves until SIGTERM or SIGINT, then finishes the requests it has; `local`: to this machine only."""
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # An open page would hold the process until it is cut off.
            app.state.end_streams()
            await super().shutdown(sockets)

    door = open_door("127.0.0.1" if local else "0.0.0.0", port)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        ws="none",
    )
    keep_what_is_loaded()
    Server(config).run(sockets=[door])


def open_door(host: str, port: int) -> socket.socket:
    """Listens on the port; raises WrongSettings where it is taken."""
    try:
        return socket.create_server((host, port), backlog=_BACKLOG)
    except OSError as fault:
        raise WrongSettings([f"PORT: {port} cannot be used ({fault.strerror}); choose another"]) from fault


def _answer_with(answer: Callable[[House], Response], house: House) -> Callable[[Request], Response]:
    return lambda _request: answer(house)


def _for_the_house(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Figures of the machine are for whoever runs it; to anybody else they are not there."""

    def answered(request: Request) -> Response:
        if not is_near(request.scope):
            raise HTTPException(404)
        return answer(request)

    return answered


def _say_ready(house: House) -> Response:
    """503 only for database, schema and heartbeat: parked items are for people, not for a load balancer."""
    try:
        body = _look(house)
    except Exception as fault:
        log.error("database not reached", fault=where(fault))
        body = {"checks": {"database": "unreachable"}}
    ready = all(state == "ok" for state in body["checks"].values())
    return JSONResponse({"ready": ready, **body}, status_code=200 if ready else 503)


def _look(house: House) -> dict[str, Any]:
    with house.database.reading() as db:
        if not schema_is_current(db):
            return {"checks": {"database": "ok", "schema": "run `tomarigi migrate`"}}
        beat = queries.last_beat(db, "worker")
        found = queries.counts(db)
        broken = last_check(db, now=house.clock.now()).broken
    # Real time: a clock shifted for a demo makes nobody silent.
    alive = beat is not None and house.clock.real() - beat <= _SILENT_AFTER
    checks = {"database": "ok", "schema": "ok", "worker": "ok" if alive else "silent"}
    return {"checks": checks, **vars(found), "broken_invariants": len(broken)}


def _say_figures(house: House) -> Response:
    with house.database.reading() as db:
        found = queries.counts(db)
        messages = queries.messages_by_state(db)
    lines = [
        "# TYPE tomarigi_events gauge",
        f'tomarigi_events{{state="waiting"}} {found.waiting_events}',
        f'tomarigi_events{{state="parked"}} {found.parked_events}',
        "# TYPE tomarigi_messages gauge",
        *(f'tomarigi_messages{{state="{state}"}} {count}' for state, count in sorted(messages.items())),
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _say_trouble(_request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    sentence = (
        "ページが 見つかりません。"
        if status == 404
        else "いまは 開けません。少し あとで、もういちど ためしてください。"
    )
    return Response(_PAGE.format(sentence=sentence), status, media_type="text/html")
