"""What stands before every page of the panel: no request from elsewhere changes anything, and no answer is kept.

CSRF is refused by what the browser itself says of a request (Sec-Fetch-Site, else Origin): no tokens in forms.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: with it a browser would send the Origin of our own forms as "null"
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
REFUSED = "このページの外からの操作は、受けつけません。ページを開きなおしてください。"


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

        if scope["method"] in _SAFE_METHODS or is_own_request(Headers(scope=scope), self.origin):
            await self.app(scope, receive, send_guarded)
        else:
            await PlainTextResponse(REFUSED, status_code=403)(scope, receive, send_guarded)

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in _HEADERS.items():
            headers[name] = value
        headers.setdefault("Cache-Control", "no-store")
        if self.over_https:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"


def is_own_request(headers: Headers, origin: str) -> bool:
    """Whether a browser says that one of our own pages sent this; a request that says nothing is not ours."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == origin
