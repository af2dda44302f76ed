"""The only file that speaks SMTP: `smtp://` takes STARTTLS where it is offered, `smtps://` is sealed from the start."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from desk.errors import DeskError
from desk.notices.rules import NO_SUCH_ADDRESS

_TIMEOUT_SECONDS = 20
_PORTS = {"smtp": 587, "smtps": 465}
_LOCAL_HOSTS = ("localhost", "127.0.0.1")
_FOR_GOOD = 500


class Undeliverable(DeskError):
    """The server will never take this mail: no such recipient, or the mail itself is refused."""


class OpenPassword(DeskError):
    """The server offers no TLS: the password would be readable on its way."""


def send(url: str, message: EmailMessage) -> None:
    """Hands one mail to the server; raises Undeliverable, or OSError and OpenPassword where it may be tried again."""
    try:
        with _server(url) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as fault:
        codes = [code for code, _ in fault.recipients.values()]
        if min(codes) >= _FOR_GOOD:
            raise Undeliverable(f"{NO_SUCH_ADDRESS}: {min(codes)}") from fault
        raise
    except smtplib.SMTPDataError as fault:
        if fault.smtp_code >= _FOR_GOOD:
            raise Undeliverable(f"mail refused: {fault.smtp_code}") from fault
        raise


def try_server(url: str) -> None:
    """Whether the server answers and lets us in; raises OSError or OpenPassword. Sends nothing."""
    with _server(url) as server:
        server.noop()


def sender_of(url: str, host: str) -> str:
    """From whom mails come: the user of the server where that is an address, else tomarigi at our own host."""
    user = unquote(urlsplit(url).username or "")
    return user if "@" in user else f"tomarigi@{host}"


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(url)
    with _connect(parts) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            if not isinstance(server.sock, ssl.SSLSocket) and parts.hostname not in _LOCAL_HOSTS:
                raise OpenPassword("the mail server offers no TLS")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _connect(parts: SplitResult) -> smtplib.SMTP:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
