"""Open pages that learn of news: five hundred streams of one web process."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from statistics import median

from bench.desk import Desk, open_for_work, prepared_desk
from bench.figures import ROUNDS, Figure
from bench.machine import memory_mb
from bench.panel import fill_a_day
from bench.tools import Tools
from desk.clock import Clock
from desk.notices.service import announce_news
from tomarigi.sample import open_samples

_STREAMS, _KIB, _REACHED_MS = 500, 40, 200
_FIRST = 100
_NEWS, _WAIT_SECONDS, _REST_SECONDS = b"data: news", 30.0, 1.0

Page = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def measure(tools: Tools) -> Iterator[Figure]:
    """Memory for each, and how long it takes until all have heard."""
    with prepared_desk(tools.databases, "PostgreSQL", tools.line) as desk:
        open_samples(desk.database, now=Clock().now())
        cookie = fill_a_day(desk.database, desk.vault, now=Clock().now())
        with open_for_work(desk, "web"):
            kib, late = asyncio.run(_listen(desk, cookie))
    yield Figure(
        f"{_STREAMS} open live pages: memory of each", f"{kib:.0f} KiB", "", f"≤ {_KIB} KiB", kib <= _KIB
    )
    yield Figure(
        f"news to all {_STREAMS}: the last has it",
        f"{late:.0f} ms",
        "",
        f"≤ {_REACHED_MS} ms",
        late <= _REACHED_MS,
    )


async def _listen(desk: Desk, cookie: str) -> tuple[float, float]:
    web = desk.processes["web"].pid
    # The threads and connections that look who asks are there once, however many pages are open.
    _leave(await asyncio.gather(*(_open(desk, cookie) for _ in range(_FIRST))))
    await asyncio.sleep(_REST_SECONDS)
    before = memory_mb(web)
    readers = await asyncio.gather(*(_open(desk, cookie) for _ in range(_STREAMS)))
    kib = (memory_mb(web) - before) * 1e6 / 1024 / _STREAMS
    late = []
    for _ in range(ROUNDS):
        await asyncio.sleep(_REST_SECONDS)
        begun = time.perf_counter()
        with desk.database.transaction() as db:
            announce_news(db)
        async with asyncio.timeout(_WAIT_SECONDS):
            await asyncio.gather(*(reader.readuntil(_NEWS) for reader, _ in readers))
        late.append(1000 * (time.perf_counter() - begun))
    _leave(readers)
    return kib, median(late)


def _leave(pages: Sequence[Page]) -> None:
    for _, writer in pages:
        writer.close()


async def _open(desk: Desk, cookie: str) -> Page:
    """A stream that has said its first word."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write(f"GET /admin/live HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    async with asyncio.timeout(_WAIT_SECONDS):
        await reader.readuntil(b"retry: 2000")
    return reader, writer
