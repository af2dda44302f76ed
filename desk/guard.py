"""What stands before every page: strict headers, a bound on what may be sent, and no change asked for from elsewhere.

CSRF is refused by what the browser itself says of a request (Sec-Fetch-Site, else Origin): no tokens in forms.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: About 300,000 Japanese letters as a browser sends them, or a list of agencies for a whole prefecture.
MOST_BYTES = 3 * 1024 * 1024
#: For answers that load nothing at all.
LOADS_NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: with it a browser would send the Origin of our own forms as "null"
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def page_headers(public_base_url: str, content_policy: str) -> dict[str, str]:
    """What every answer carries; `content_policy`: what a page may load."""
    headers = _HEADERS | {"Content-Security-Policy": content_policy, "Cache-Control": "no-store"}
    if public_base_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


class WithHeaders:
    """Puts headers on every answer that does not bring its own of that name."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.setdefault("headers", [])
                brought = {name for name, _ in own}
                own.extend(pair for pair in self.headers if pair[0] not in brought)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Guard:
    """Before the pages of panel and clients: headers on every answer, nothing from elsewhere, nothing endless.

    `refusal`: the answer to a request from elsewhere. What is longer than `MOST_BYTES` ends in a 413.
    """

    def __init__(self, app: ASGIApp, *, public_base_url: str, content_policy: str, refusal: ASGIApp) -> None:
        parts = urlsplit(public_base_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        headers = page_headers(public_base_url, content_policy)
        self.app = WithHeaders(app, headers=headers)
        self.refusal = WithHeaders(refusal, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS:
            await self.app(scope, receive, send)
        elif _is_own_request(Headers(scope=scope), self.origin):
            await self.app(scope, _bounded(receive), send)
        else:
            await self.refusal(scope, receive, send)


def _bounded(receive: Receive) -> Receive:
    """Hands on what is sent, until it is too much; raises HTTPException then, for the pages to put into words."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise HTTPException(413)
        return message

    return receive_some


def _is_own_request(headers: Headers, origin: str) -> bool:
    """Whether a browser says that one of our own pages sent this; a request that says nothing is not ours."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == origin
