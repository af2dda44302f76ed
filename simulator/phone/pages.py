"""The pages, fragments and live stream behind the phone page."""

import json
import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from simulator.phone.views import phone_view
from simulator.platform import Platform
from simulator.wire import ApiError

HERE = Path(__file__).resolve().parent.parent
# Nothing from elsewhere, nothing inline; the script sets styles through the object model, which this allows.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Names for the next person to add; invented, short, neither man's nor woman's.
NAMES = ("そら", "はな", "やま", "ゆき", "もり", "うみ")

WEB_ADDRESS = re.compile(r"(https?://[^\s<>\"「」『』（）、。]+)")
Page: TypeAlias = Callable[[Platform, Request], Response]


def routes(platform: Platform) -> list[BaseRoute]:
    """Everything the browser asks for, beside the control interface."""
    pages: list[tuple[str, Page]] = [
        ("/", _all_phones),
        ("/phone/{user}", _one_phone),
        ("/phone/{user}/card", _card),
        ("/phone/{user}/live", _live_parts),
        ("/phone-media/{message_id}", _media),
        ("/phone-menu/{menu_id}", _menu_picture),
        ("/phone-changes", _changes),
    ]
    static = Mount("/static", StaticFiles(directory=HERE / "static"))
    return [*(Route(path, partial(_answer, page, platform)) for path, page in pages), static]


async def _answer(page: Page, platform: Platform, request: Request) -> Response:
    try:
        return page(platform, request)
    except (KeyError, ApiError) as error:
        raise HTTPException(404, "Not found") from error


def _all_phones(platform: Platform, _request: Request) -> Response:
    phones = [phone_view(platform, person) for person in platform.people.values()]
    name = NAMES[len(phones) % len(NAMES)]
    return _page(platform, "phones.html", phones=phones, next_name=name, alone=False)


def _one_phone(platform: Platform, request: Request) -> Response:
    phone = phone_view(platform, platform.people[request.path_params["user"]])
    return _page(platform, "phones.html", phones=[phone], next_name="", alone=True)


def _card(platform: Platform, request: Request) -> Response:
    person = platform.people[request.path_params["user"]]
    return _page(platform, "phone.html", phone=phone_view(platform, person), alone=False)


def _live_parts(platform: Platform, request: Request) -> Response:
    person = platform.people[request.path_params["user"]]
    return _page(platform, "live.html", phone=phone_view(platform, person))


def _media(platform: Platform, request: Request) -> Response:
    content = platform.contents.get(request.path_params["message_id"])
    if not content.media_type.startswith("image/"):
        raise HTTPException(404, "Not found")
    return Response(content.data, media_type=content.media_type, headers=HEADERS)


def _menu_picture(platform: Platform, request: Request) -> Response:
    menu = platform.menus.get(request.path_params["menu_id"])
    return Response(menu.image or b"", media_type=menu.image_type, headers=HEADERS)


def _changes(platform: Platform, _request: Request) -> Response:
    return StreamingResponse(_revisions(platform), media_type="text/event-stream", headers=HEADERS)


async def _revisions(platform: Platform) -> AsyncIterator[str]:
    """Server-sent events: at the start and at each change, the revision of every person's chat."""
    told = None
    while not platform.signal.closed:
        state = {
            "chats": {user: platform.chats[user].revision for user in platform.people},
            "offset": platform.clock.offset(),
        }
        if state != told:
            yield f"data: {json.dumps(state)}\n\n"
            told = state
        await platform.signal.next_change()


def _linked(text: str) -> Markup:
    """A text whose web addresses can be pressed, as LINE makes them."""
    # Splitting by a group leaves the addresses at every second place.
    parts = WEB_ADDRESS.split(text)
    return Markup("").join(_link(part) if number % 2 else escape(part) for number, part in enumerate(parts))


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(address)


def _page(platform: Platform, template: str, **values: object) -> HTMLResponse:
    html = TEMPLATES.get_template(template).render(bot=platform.channel.display_name, **values)
    # A lone surrogate that somebody sent cannot be written in UTF-8.
    return HTMLResponse(html.encode("utf-8", "replace"), headers=HEADERS)


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters["linked"] = _linked
