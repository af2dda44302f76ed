"""Makes the panel: its pages, its guard, and kind words for what goes wrong. Mounted at /admin."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from admin.auth import PREFIX, NotFound, ProofNeeded, SignInNeeded, cookie_name
from admin.entering import leave
from admin.live import Live
from admin.pages import PAGES
from admin.policy import check_policies
from admin.proving import lead_to_proof
from admin.view import STATIC, render
from desk.errors import Forbidden, PersonGone
from desk.guard import Guard, page_headers
from desk.house import House
from desk.pace import WINDOW, Pace
from desk.record.parts import Tell
from desk.signals import Signals

_TROUBLES = {
    403: (
        "このページは、見られません",
        "あなたのアカウントでは、ここは開けません。",
    ),
    404: (
        "ページが見つかりません",
        "消えたか、もう済んだか、あなたの担当ではないページです。",
    ),
    405: ("ページが見つかりません", "はじめのページから、もう一度お願いします。"),
    500: ("うまくいきませんでした", "少し待って、もう一度お願いします。続く時は、管理者に言ってください。"),
    413: ("長すぎて、受けとれませんでした", "前のページにもどって、短くするか、二つに分けてください。"),
    429: ("少し待ってください", "短い間に、たくさんの操作がありました。1分待って、もう一度お願いします。"),
    400: ("受けとれませんでした", "前のページにもどって、もう一度お願いします。"),
}


CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REFUSED = "このページの外からの操作は、受けつけません。ページを開きなおしてください。"


def make_panel(house: House, signals: Signals, tell: Tell, *, pages: Sequence[APIRouter] = PAGES) -> FastAPI:
    """The panel of one house; raises RouteWithoutPolicy where a route does not say who may use it.

    `tell` puts into words what a person is handed on paper: the same as on their own page.

    `panel.state.live.close()` ends its open streams: to be called when the process is asked to stop.
    """
    check_policies(pages)
    # The routers' own routes: included ones would be built once more, at the first request of every panel.
    routes = [route for router in pages for route in router.routes]
    panel = FastAPI(routes=routes, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    panel.state.house = house
    panel.state.live = Live(signals)
    panel.state.tell = tell
    panel.mount("/static", StaticFiles(directory=STATIC), name="static")
    panel.add_middleware(Pace, refusal=_say_too_fast)
    panel.add_middleware(
        Guard,
        public_base_url=house.settings.public_base_url,
        content_policy=CONTENT_POLICY,
        refusal=PlainTextResponse(REFUSED, status_code=403),
    )
    panel.add_exception_handler(SignInNeeded, _lead_to_sign_in)
    panel.add_exception_handler(ProofNeeded, lead_to_proof)
    panel.add_exception_handler(Forbidden, lambda request, _fault: _trouble(request, 403))
    panel.add_exception_handler(NotFound, lambda request, _fault: _trouble(request, 404))
    panel.add_exception_handler(PersonGone, lambda request, _fault: _trouble(request, 404))
    panel.add_exception_handler(RequestValidationError, _say_unreadable)
    headers = page_headers(house.settings.public_base_url, CONTENT_POLICY)

    def say_fault(request: Request, _fault: Exception) -> Response:
        response = _trouble(request, 500)
        response.headers.update(headers)  # this one is answered outside the guard
        return response

    panel.add_exception_handler(Exception, say_fault)
    panel.add_exception_handler(HTTPException, _say_http_trouble)
    return panel


def _lead_to_sign_in(request: Request, _fault: Exception) -> Response:
    back = quote(request.url.path) if request.method == "GET" else ""
    response = RedirectResponse(f"{PREFIX}/sign-in" + (f"?next={back}" if back else ""), status_code=303)
    house: House = request.app.state.house
    # Whose sign-in has ended by itself leaves nothing behind, on a shared tablet least of all.
    return leave(response, house) if cookie_name(house) in request.cookies else response


def _say_unreadable(request: Request, fault: Exception) -> Response:
    """An address that cannot be one of ours is not there; anything else in a request is simply not understood."""
    assert isinstance(fault, RequestValidationError)
    in_address = any(error["loc"][0] == "path" for error in fault.errors())
    return _trouble(request, 404 if in_address else 400)


def _say_http_trouble(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 404
    return _trouble(request, status if status in _TROUBLES else 400)


async def _say_too_fast(scope: Scope, receive: Receive, send: Send) -> None:
    response = _trouble(Request(scope), 429)
    response.headers["Retry-After"] = str(WINDOW)
    await response(scope, receive, send)


def _trouble(request: Request, status: int) -> Response:
    title, words = _TROUBLES[status]
    facts = {"title": title, "words_of_trouble": words, "done": ""}
    return render("trouble.html", viewer=None, path=request.url.path, facts=facts, status=status)
