"""What stands before every private page: strict headers, and no change that was asked for from elsewhere.

Forms from other sites are refused by what the browser itself says of a request (Sec-Fetch-Site, else Origin).
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.pages.view import say

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: with it phones without Sec-Fetch-Site would send the Origin of our own forms as "null"
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}


class Guard:
    """Puts the headers on every answer, and refuses unsafe requests that do not come from our own pages."""

    def __init__(self, app: ASGIApp, *, public_base_url: str) -> None:
        self.app = app
        parts = urlsplit(public_base_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.over_https = parts.scheme == "https"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        own = scope["method"] in _SAFE_METHODS or _is_own_request(Headers(scope=scope), self.origin)
        await (self.app if own else say("not_ours", status=403))(scope, receive, send_guarded)

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        if self.over_https:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"


def _is_own_request(headers: Headers, origin: str) -> bool:
    """Whether the browser says that one of our pages sent this; a request that says nothing is not ours."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == origin
