"""What stands before every page, of clients and of officers: strict headers, and no change asked for from elsewhere.

CSRF is refused by what the browser itself says of a request (Sec-Fetch-Site, else Origin): no tokens in forms.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class Guard:
    """Puts the headers on every answer, and refuses unsafe requests that do not come from our own pages.

    `refusal`: the answer to a request from elsewhere.
    """

    def __init__(self, app: ASGIApp, *, public_base_url: str, content_policy: str, refusal: ASGIApp) -> None:
        self.app = app
        self.refusal = refusal
        parts = urlsplit(public_base_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.headers = page_headers(public_base_url, content_policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        own = scope["method"] in _SAFE_METHODS or _is_own_request(Headers(scope=scope), self.origin)
        await (self.app if own else self.refusal)(scope, receive, send_guarded)


def _is_own_request(headers: Headers, origin: str) -> bool:
    """Whether a browser says that one of our own pages sent this; a request that says nothing is not ours."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == origin
