"""Webhooks on their way to the bot: signing, sending, redelivery, and a pile for batches and disorder."""

import asyncio
import base64
import copy
import hashlib
import hmac
import json
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field

import aiohttp

from simulator.platform import Platform
from simulator.wire import Json

# LINE's documentation, "Check webhook error causes and statistics": no 2xx within 2 seconds is a timeout.
ANSWER_SECONDS = 2.0
# LINE keeps number and spacing of redeliveries secret; these grow and may be set.
SPACINGS_MS = (1_000, 5_000, 30_000, 120_000)


def sign(secret: str, body: bytes) -> str:
    """The value of `x-line-signature` for a body: HMAC-SHA256 under the channel secret, in base64."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode("ascii")


def encode(payload: Json) -> bytes:
    """JSON as LINE writes it; a lone surrogate, which UTF-8 cannot hold, makes it all ASCII."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(payload, separators=(",", ":")).encode("ascii")


@dataclass
class Attempt:
    """One try to hand a webhook over. `status` is 0 when no answer came."""

    status: int
    milliseconds: int
    is_redelivery: bool
    reason: str = "OK"
    answer: str = ""

    @property
    def ok(self) -> bool:
        """Whether the bot answered 2xx in time."""
        return 200 <= self.status < 300


@dataclass
class Delivery:
    """One body with its events and what became of it."""

    number: int
    events: list[Json]
    attempts: list[Attempt] = field(default_factory=list)

    def as_json(self) -> Json:
        """The delivery as the control interface tells it."""
        return asdict(self)


@dataclass
class Webhooks:
    """Sends events to the bot's webhook. `pile` gathers events instead while it is a list."""

    platform: Platform
    redelivery: bool = False
    spacings_ms: tuple[int, ...] = SPACINGS_MS
    deliveries: list[Delivery] = field(default_factory=list)
    pile: list[Json] | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _client: aiohttp.ClientSession | None = None

    async def send(self, events: list[Json]) -> Delivery | None:
        """Deliver events in one body and wait for the bot's answer; None when they went onto the pile."""
        if self.pile is not None:
            self.pile += events
            return None
        delivery = Delivery(len(self.deliveries) + 1, events)
        self.deliveries.append(delivery)
        if self.platform.channel.webhook_active and self.platform.channel.webhook_url:
            await self._attempt(delivery)
        return delivery

    def send_later(self, events: list[Json]) -> None:
        """Deliver events without waiting for the bot's answer."""
        self._in_background(self._send_quietly(events))

    async def send_again(self, event_ids: list[str], *, is_redelivery: bool) -> Delivery | None:
        """Deliver events of the past once more: as LINE's redelivery, or as a plain duplicate."""
        known = {event["webhookEventId"]: event for sent in self.deliveries for event in sent.events}
        events = [copy.deepcopy(known[event_id]) for event_id in event_ids]
        for event in events:
            event["deliveryContext"] = {"isRedelivery": is_redelivery}
        return await self.send(events)

    async def send_pile(self, *, together: bool, reverse: bool, copies: int) -> list[Delivery]:
        """Deliver what was gathered, in one body or one by one, and end the gathering."""
        events, self.pile = self.pile or [], None
        if reverse:
            events = events[::-1]
        bodies = [events] if together else [[event] for event in events]
        sent = [await self.send(body) for body in bodies for _ in range(copies) if body]
        return [delivery for delivery in sent if delivery is not None]

    async def post(self, url: str, body: bytes, signature: str | None) -> Attempt:
        """Send a raw body and tell what came back."""
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "LineBotWebhook/2.0"}
        if signature is not None:
            headers["x-line-signature"] = signature
        started = self.platform.clock.elapsed()
        status, reason, text = 0, "OK", ""
        try:
            async with self._session().post(url, data=body, headers=headers) as response:
                status, text = response.status, await response.text(errors="replace")
                reason = "OK" if response.ok else "ERROR_STATUS_CODE"
        except TimeoutError:
            reason = "REQUEST_TIMEOUT"
        except (aiohttp.ClientError, OSError):
            reason = "COULD_NOT_CONNECT"
        return Attempt(
            status, round((self.platform.clock.elapsed() - started) * 1000), False, reason, text[:2000]
        )

    async def close(self) -> None:
        """Give up what is still under way and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def _attempt(self, delivery: Delivery) -> None:
        is_redelivery = bool(delivery.attempts)
        for event in delivery.events:
            if is_redelivery:
                event["deliveryContext"] = {"isRedelivery": True}
            self.platform.reply_tokens.delivered(event.get("replyToken", ""))
        channel = self.platform.channel
        body = encode({"destination": channel.bot_user_id, "events": delivery.events})
        attempt = await self.post(channel.webhook_url, body, sign(channel.secret, body))
        attempt.is_redelivery = is_redelivery
        delivery.attempts.append(attempt)
        self.platform.signal.changed()
        if not attempt.ok and not is_redelivery and self.redelivery:
            self._in_background(self._redeliver(delivery))

    async def _send_quietly(self, events: list[Json]) -> None:
        await self.send(events)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _redeliver(self, delivery: Delivery) -> None:
        for spacing in self.spacings_ms:
            await asyncio.sleep(spacing / 1000)
            await self._attempt(delivery)
            if delivery.attempts[-1].ok:
                return

    def _session(self) -> aiohttp.ClientSession:
        if self._client is None:
            # Idle connections are dropped before the bot's server closes them under our hands (uvicorn: 5 s).
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=2)
            timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
            self._client = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self._client
