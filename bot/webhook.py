"""Takes LINE's webhook: checks the signature, keeps every event, answers 200; nothing else happens here."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from desk.clock import Clock
from desk.house import House
from desk.log import logger, where
from desk.messaging.rules import is_plain_id
from desk.messaging.service import UNREADABLE, ArrivedEvent, inbox_row, keep_events, user_of

MAX_BODY = 1024 * 1024
_BATCH = 200
# After so many rows in a row that cannot be kept it is not the rows.
_HOPELESS = 3
_LARGEST_MS = 2**53
# Longer ones become floating point numbers: Python refuses to read integers of more than 4,300 digits.
_INTEGER_DIGITS = 20
_KIND = re.compile(r"[0-9A-Za-z_]{1,40}")

Rows = Sequence[dict[str, Any]]
log = logger(__name__)


class GroupCommit:
    """Keeps rows of many requests in one commit: whatever arrives during a commit goes into the next one.

    There is no waiting window, so a lone request is not held up (reference: performance 3, measured).
    """

    def __init__(self, keep: Callable[[Rows], None]) -> None:
        self._keep = keep
        self._waiting: list[tuple[Rows, asyncio.Future[bool]]] = []
        self._task: asyncio.Task[None] | None = None
        self._writer = ThreadPoolExecutor(1, "inbox-writer")

    async def add(self, rows: Rows) -> bool:
        """Returns once the rows are committed; False where they could not be kept."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, kept))
        if self._task is None:
            self._task = asyncio.create_task(self._commit_all())
        return await kept

    def close(self) -> None:
        """Lets the writer finish what it holds."""
        self._writer.shutdown(wait=True)

    async def _commit_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
            results = await loop.run_in_executor(self._writer, self._commit, [rows for rows, _ in batch])
            for (_, kept), result in zip(batch, results, strict=True):
                if not kept.done():
                    kept.set_result(result)
        self._task = None

    def _commit(self, batch: list[Rows]) -> list[bool]:
        try:
            self._keep([row for rows in batch for row in rows])
        except Exception as fault:
            log.warning("batch not kept", count=len(batch), fault=where(fault))
            return self._commit_singly(batch)
        return [True] * len(batch)

    def _commit_singly(self, batch: list[Rows]) -> list[bool]:
        """One row that cannot be kept does not take its neighbours along."""
        lost_in_a_row = 0
        results = []
        for rows in batch:
            lost = sum(not self._commit_row(row) for row in rows) if lost_in_a_row < _HOPELESS else len(rows)
            lost_in_a_row = lost_in_a_row + lost if lost else 0
            results.append(lost == 0)
        return results

    def _commit_row(self, row: dict[str, Any]) -> bool:
        try:
            self._keep([row])
        except Exception as fault:
            log.error("event not kept", fault=where(fault))
            return False
        return True


class Webhook:
    """`POST /callback` of one installation: a plain route, its `answer` is an endpoint of Starlette."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._secret = house.settings.line_channel_secret.encode()
        self._inbox = GroupCommit(self._keep)

    async def answer(self, request: Request) -> Response:
        """400 without the right signature, 413 over 1 MiB, 503 when an event could not be kept, else 200."""
        body = await read_body(request)
        if body is None:
            return Response(status_code=413)
        if not is_signed(body, request.headers.get("x-line-signature", ""), self._secret):
            return Response(status_code=400)
        events = read_events(body, self._house.clock)
        rows = [inbox_row(self._house.vault, event) for event in events]
        if rows and not await self._inbox.add(rows):
            return Response(status_code=503)
        return Response(status_code=200)

    def close(self) -> None:
        """Lets the writer finish what it holds."""
        self._inbox.close()

    def _keep(self, rows: Rows) -> None:
        with self._house.database.transaction(urgent=True) as db:
            keep_events(db, rows)


async def read_body(request: Request) -> bytes | None:
    """The body as it came, or None where it is longer than we take; a sender who leaves sent nothing."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def is_signed(body: bytes, signature: str, secret: bytes) -> bool:
    """Whether LINE signed exactly these bytes; takes the same time for any wrong signature."""
    right = base64.b64encode(hmac.digest(secret, body, hashlib.sha256))
    return hmac.compare_digest(right, signature.encode("utf-8", "surrogateescape"))


def read_events(body: bytes, clock: Clock) -> list[ArrivedEvent]:
    """The events of a body, one by one; what cannot be read becomes one event that holds it as it came."""
    received_at, received = clock.now(), clock.tick()
    try:
        events = _JSON_IN.decode(body.decode("utf-8", "surrogatepass"))["events"]
        if not isinstance(events, list):
            raise TypeError("events is not a list")
        read = [_read_event(event) for event in events]
    except (ValueError, TypeError, KeyError, RecursionError):
        read = [(_hashed(body), UNREADABLE, None, 0, body)]
    return [ArrivedEvent(*fields, received_at, received) for fields in read]


def _read_event(event: Any) -> tuple[str, str, str | None, int, bytes]:
    raw = _JSON_OUT.encode(event).encode()
    if not isinstance(event, dict):
        return _hashed(raw), UNREADABLE, None, 0, raw
    return (
        _event_key(event),
        _kind(event.get("type")),
        user_of(event),
        _milliseconds(event.get("timestamp")),
        raw,
    )


def _kind(value: object) -> str:
    return value if isinstance(value, str) and _KIND.fullmatch(value) else "unknown"


def _milliseconds(value: object) -> int:
    """LINE's timestamp; 0 for anything that is none."""
    return value if type(value) is int and 0 <= value <= _LARGEST_MS else 0


def _event_key(event: dict[str, Any]) -> str:
    """LINE's id of the event; hashed where it is odd, and where it is missing the hash of the event itself.

    `deliveryContext` does not count: it alone differs when LINE sends an event again.
    """
    key = event.get("webhookEventId")
    if is_plain_id(key):
        return str(key)
    named = key if key is not None else {name: event[name] for name in event if name != "deliveryContext"}
    return _hashed(json.dumps(named, sort_keys=True).encode())


def _hashed(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _read_integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _INTEGER_DIGITS else float(digits)


# Made once: making them takes longer than reading an event.
_JSON_IN = json.JSONDecoder(parse_int=_read_integer)
_JSON_OUT = json.JSONEncoder(separators=(",", ":"))
