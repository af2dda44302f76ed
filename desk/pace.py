"""How fast one caller may ask: enough for a busy office behind one address, too slow for trying things out.

Counted in memory, each process for itself. LINE's webhook is not counted: a wrong signature costs us a hash and tells
nobody anything. Nor is this machine itself: a proxy in front hands on whose request it is (`X-Forwarded-For`, believed
only from where FORWARDED_ALLOW_IPS says; docs/MANUAL.md).
"""

import ipaddress

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

#: Pages looked at, and things sent, by one caller in a minute.
LOOKS = parse("600/minute")
SENDS = parse("120/minute")
#: Seconds after which somebody who was too fast may go on.
WINDOW = 60

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Pace:
    """Lets a caller ask so often and not more; `refusal` answers the rest, a minute at most."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        refusal: ASGIApp,
        looks: RateLimitItem = LOOKS,
        sends: RateLimitItem = SENDS,
    ) -> None:
        self.app = app
        self.refusal = refusal
        self.looks = looks
        self.sends = sends
        self.limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_this_machine(scope):
            await self.app(scope, receive, send)
            return
        limit = self.looks if scope["method"] in _SAFE_METHODS else self.sends
        within = self.limiter.hit(limit, scope["client"][0])
        await (self.app if within else self.refusal)(scope, receive, send)


def is_this_machine(scope: Scope) -> bool:
    """Whether the caller sits on this machine; somebody without an address is in a test."""
    address = _address(scope)
    return address is None or address.is_loopback


def is_near(scope: Scope) -> bool:
    """Whether the caller sits on this machine or in its own network: who may see figures of the machine."""
    address = _address(scope)
    return address is None or address.is_loopback or address.is_private


def _address(scope: Scope) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    client = scope.get("client")
    try:
        return ipaddress.ip_address(client[0]) if client else None
    except ValueError:
        return None
