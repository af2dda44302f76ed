"""Where passkeys are good."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Site:
    """Where keys are good: the host of PUBLIC_BASE_URL, and its pages only."""

    host: str
    origin: str


def site_of(public_base_url: str) -> Site | None:
    """The site; None where the address has no name, for which no browser makes a key."""
    parts = urlsplit(public_base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(host, f"{parts.scheme}://{parts.netloc}") if host else None
    return None
