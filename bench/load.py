"""A crowd that sends as fast as it is answered; a process of its own, so that it costs the server nothing.

Plain sockets in one loop: measured as quick as wrk, and nothing has to be installed for it.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bench.events import Sender
from bench.figures import Late, summed_up

_READ = 65536
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answers:
    """What came back: how many with 200, how many with anything else, within how many seconds, and how late."""

    kept: int
    refused: int
    seconds: float
    late: Late

    @property
    def per_second(self) -> float:
        """Answered with 200."""
        return self.kept / self.seconds


class _Line:
    """One connection, over which its own people write in turn, so that the order of each is known."""

    def __init__(self, port: int, people: range, sender: Sender) -> None:
        self.door = socket.create_connection(("127.0.0.1", port))
        self.door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._texts = _texts(people, sender)
        self._answer = b""

    def send(self) -> None:
        request = next(self._texts)
        self.sent_at = time.perf_counter()
        self.door.sendall(request)

    def take(self) -> bytes | None:
        """The status line of an answer that has come whole."""
        self._answer += self.door.recv(_READ)
        head, _, body = self._answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length is None or len(body) < int(length[1]):
            return None
        self._answer = b""
        return head.partition(b"\r\n")[0]


def _texts(people: range, sender: Sender) -> Iterator[bytes]:
    while True:
        for person in people:
            yield sender.webhook(person, "ヘルプ")[1]


def main() -> None:
    """`python -m bench.load PORT SECONDS CONNECTIONS PEOPLE`: sends, and prints what came back."""
    port, connections, people = int(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])
    sender = Sender()
    lines = [_Line(port, range(first, people, connections), sender) for first in range(connections)]
    print(json.dumps(asdict(send_for(float(sys.argv[2]), lines))))


def send_for(seconds: float, lines: list[_Line]) -> Answers:
    """Sends over every connection at once, and again after each answer, until time is up and all is answered."""
    late: list[float] = []
    refused = 0
    waiting = selectors.DefaultSelector()
    begun = time.perf_counter()
    for line in lines:
        waiting.register(line.door, selectors.EVENT_READ, line)
        line.send()
    while waiting.get_map():
        for key, _ready in waiting.select():
            line = key.data
            if (status := line.take()) is None:
                continue
            now = time.perf_counter()
            late.append(now - line.sent_at)
            refused += not status.startswith(b"HTTP/1.1 200")
            if now < begun + seconds:
                line.send()
            else:
                waiting.unregister(line.door)
    return Answers(len(late) - refused, refused, time.perf_counter() - begun, summed_up(late))


if __name__ == "__main__":
    main()
