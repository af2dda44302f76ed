"""A real SMTP server on loopback: keeps what arrives, refuses whom it is told to refuse."""

import asyncio
import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class PostOffice:
    """What has arrived, in order; `refused`: recipients it never takes; `busy`: it takes nothing just now."""

    received: list[bytes] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    busy: bool = False
    url: str = ""

    async def handle_RCPT(  # the name is the library's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such person"
        if self.busy:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # the name is the library's
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(content)
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        """What arrived, opened."""
        found = [message_from_bytes(content, policy=policy.default) for content in self.received]
        assert all(isinstance(each, EmailMessage) for each in found)
        return found

    def to(self) -> list[str]:
        """To whom, in order."""
        return [str(mail["To"]) for mail in self.mails()]


class _OnSocket(Controller):
    """Serves on a socket that is bound already, so that nobody else can take the port meanwhile."""

    def __init__(self, office: PostOffice, door: socket.socket) -> None:
        self._door = door
        host, port = door.getsockname()[:2]
        super().__init__(office, hostname=host, port=port)

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._door)


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    """Listens on a free port of this machine until the test is over."""
    door = socket.create_server(("127.0.0.1", 0))
    office = PostOffice(url=f"smtp://127.0.0.1:{door.getsockname()[1]}")
    controller = _OnSocket(office, door)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
