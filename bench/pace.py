"""Webhooks at a steady pace, whether or not the server keeps up: late is counted from when each was due."""

import asyncio
import time
from itertools import count

from bench.events import Sender
from bench.figures import SECONDS, Failed, Late, summed_up

_CONNECTIONS, _PEOPLE = 16, 1000


def steadily(port: int, per_second: int) -> Late:
    """How late the answers are."""
    return asyncio.run(_steadily(port, per_second))


async def _steadily(port: int, per_second: int) -> Late:
    sender, numbers = Sender(), count()
    begun = time.perf_counter() + 0.1
    late: list[float] = []

    async def one_by_one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (number := next(numbers)) < SECONDS * per_second:
            due = begun + number / per_second
            await asyncio.sleep(due - time.perf_counter())
            writer.write(sender.webhook(number % _PEOPLE, "ヘルプ")[1])
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise Failed(f"a webhook was answered with {head[:20]!r}")
            late.append(time.perf_counter() - due)
        writer.close()

    await asyncio.gather(*(one_by_one() for _ in range(_CONNECTIONS)))
    return summed_up(late)
