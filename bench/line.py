"""LINE as far as it matters for speed: takes replies and pushes at once or after a while, each reply token once.

And the people behind it, who write and wait for the answer. The stand-in in `simulator/` checks every message by
LINE's rules and keeps it, which takes longer than the bot itself.
"""

import asyncio
import json
import re
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import uvloop

from bench.events import Sender
from bench.figures import Failed, Late, summed_up
from bench.processes import free_port

T = TypeVar("T")
ANSWER_SECONDS = 60.0
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_TAKEN, _USED = b'{"sentMessages":[{"id":"461230966842064897"}]}', b'{"message":"Invalid reply token"}'


class _Call(asyncio.Protocol):
    """One connection on which the bot calls LINE."""

    def __init__(self, line: "Line") -> None:
        self._line = line
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, _, body = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length is None or len(body) < int(length[1]):
            return
        self._buffer = b""
        asyncio.get_running_loop().call_later(self._line.delay, self._answer, json.loads(body))

    def _answer(self, call: dict[str, Any]) -> None:
        taken = self._line.take(call)
        body = _TAKEN if taken else _USED
        status = b"200 OK" if taken else b"400 Bad Request"
        self._transport.write(
            b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nX-Line-Request-Id: 0\r\nContent-Length: %d\r\n\r\n%b"
            % (status, len(body), body)
        )


class Line:
    """Answers the bot's calls in a thread of its own, and lets people write. `delay`: how far away it is (s)."""

    def __init__(self) -> None:
        self.port = free_port()
        self.delay = 0.0
        self.pushes = self.refused = 0
        self._loop = uvloop.new_event_loop()
        self._replied: dict[str, float] = {}
        self._expected: dict[str, asyncio.Event] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, name="LINE")
        self._thread.start()
        self._run(self._loop.create_server(lambda: _Call(self), "127.0.0.1", self.port))

    @property
    def base_url(self) -> str:
        """What the bot calls."""
        return f"http://127.0.0.1:{self.port}"

    def take(self, call: dict[str, Any]) -> bool:
        """Whether this call is taken: a reply token works once."""
        token = call.get("replyToken")
        if token is None:
            self.pushes += 1
            return True
        if token in self._replied:
            self.refused += 1
            return False
        self._replied[token] = time.perf_counter()
        if token in self._expected:
            self._expected.pop(token).set()
        return True

    def talk(self, port: int, people: Sequence[int], texts: Sequence[str], *, seconds: float) -> "Talk":
        """Each person says the texts in turn, the next once the last was answered, until time is up."""
        return self._run(self._talk(port, people, texts, seconds))

    def say(self, port: int, people: Sequence[int], text: str) -> "Talk":
        """Each person says one thing, all at once; returns when all are answered."""
        return self._run(self._talk(port, people, [text], 0.0))

    def close(self) -> None:
        """Answers no more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(ANSWER_SECONDS * 2)

    async def _talk(self, port: int, people: Sequence[int], texts: Sequence[str], seconds: float) -> "Talk":
        sender = Sender()
        doors = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in people))
        begun = time.perf_counter()
        turns = await asyncio.gather(
            *(
                self._speak(sender, person, texts, door, begun + seconds)
                for person, door in zip(people, doors, strict=True)
            )
        )
        ended = time.perf_counter()
        for _reader, writer in doors:
            writer.close()
        return Talk(ended - begun, [late for each in turns for late in each])

    async def _speak(
        self, sender: Sender, person: int, texts: Sequence[str], door: Any, until: float
    ) -> list[float]:
        turns: list[float] = []
        while not turns or time.perf_counter() < until:
            text = texts[len(turns) % len(texts)]
            token, request = sender.webhook(person, text)
            answered = self._expected[token] = asyncio.Event()
            begun = time.perf_counter()
            await _post(door, request)
            async with asyncio.timeout(ANSWER_SECONDS):
                await answered.wait()
            turns.append(self._replied[token] - begun)
        return turns


class Talk:
    """What became of a talk: seconds in all, and how long each turn took."""

    def __init__(self, seconds: float, turns: list[float]) -> None:
        self.seconds = seconds
        self.turns = len(turns)
        self.late: Late = summed_up(turns)

    @property
    def per_second(self) -> float:
        """Whole turns: written, kept, decided, answered, and taken by LINE."""
        return self.turns / self.seconds


async def _post(door: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes) -> None:
    reader, writer = door
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    assert length is not None
    await reader.readexactly(int(length[1]))
    if not head.startswith(b"HTTP/1.1 200"):
        raise Failed(f"a webhook was answered with {head[:20]!r}")


@contextmanager
def listening() -> Iterator[Line]:
    """LINE, as long as something is measured."""
    line = Line()
    try:
        yield line
    finally:
        line.close()
