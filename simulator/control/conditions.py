"""Control of conditions: faults, odd webhooks, redelivery, allowance, clock."""

import base64
from datetime import datetime

from starlette.requests import Request

from simulator.calls import FAULT_KINDS, Fault
from simulator.control.doors import Bench, read_json
from simulator.events import make_event, source_of
from simulator.webhooks import sign
from simulator.wire import ApiError, Json


async def order_fault(bench: Bench, request: Request) -> Json:
    """Spoil the next calls: `{"kind", "times", "path", "status", "milliseconds", "accepted"}`."""
    body = await read_json(request)
    if body.get("kind") not in FAULT_KINDS:
        raise ApiError(400, f"kind must be one of: {', '.join(FAULT_KINDS)}")
    bench.platform.faults.order(Fault(**body))
    return {}


async def clear_faults(bench: Bench, _request: Request) -> Json:
    """Forget all faults and let go what is held."""
    bench.platform.faults.clear()
    bench.platform.signal.changed()
    return {}


async def release(bench: Bench, _request: Request) -> Json:
    """Let held calls go on and end hanging ones."""
    bench.platform.faults.release()
    bench.platform.signal.changed()
    return {}


async def collect(bench: Bench, _request: Request) -> Json:
    """From now on gather events instead of sending them."""
    bench.webhooks.pile = bench.webhooks.pile or []
    return {}


async def send_collected(bench: Bench, request: Request) -> Json:
    """Send what was gathered: `{"together", "reverse", "copies"}`."""
    body = await read_json(request)
    deliveries = await bench.webhooks.send_pile(
        together=bool(body.get("together", True)),
        reverse=bool(body.get("reverse", False)),
        copies=int(body.get("copies", 1)),
    )
    return {"deliveries": [delivery.as_json() for delivery in deliveries]}


async def send_again(bench: Bench, request: Request) -> Json:
    """Send past events again: `{"eventIds", "isRedelivery"}`."""
    body = await read_json(request)
    delivery = await bench.webhooks.send_again(
        list(body["eventIds"]), is_redelivery=bool(body.get("isRedelivery", False))
    )
    return delivery.as_json() if delivery else {}


async def send_raw(bench: Bench, request: Request) -> Json:
    """Send any body: `{"body" or "base64", "signature": "right" | "wrong" | "missing"}`."""
    body = await read_json(request)
    raw = base64.b64decode(body["base64"]) if "base64" in body else str(body["body"]).encode()
    channel = bench.platform.channel
    signatures = {"right": sign(channel.secret, raw), "wrong": sign("not the secret", raw), "missing": None}
    attempt = await bench.webhooks.post(channel.webhook_url, raw, signatures[body.get("signature", "right")])
    return {"status": attempt.status, "reason": attempt.reason, "answer": attempt.answer}


async def send_event(bench: Bench, request: Request) -> Json:
    """Send any event from a person: `{"user", "event": {"type", …}}`; a null takes a property away."""
    body = await read_json(request)
    given = dict(body["event"])
    made = make_event(bench.platform, given.pop("type", "mystery"), source_of(str(body["user"])), {})
    event = {key: value for key, value in {**made, **given}.items() if value is not None}
    delivery = await bench.webhooks.send([event])
    attempts = delivery.attempts if delivery else []
    return {"eventIds": [event.get("webhookEventId")], "status": attempts[0].status if attempts else None}


async def change_settings(bench: Bench, request: Request) -> Json:
    """Set what the operator would.

    `redelivery`, `spacingsMs`, `quota`, `quotaUsed`, `webhookUrl`, `webhookActive`, `displayName`,
    `pictureUrl` (null: none); each may be left out.
    """
    body = await read_json(request)
    platform, webhooks = bench.platform, bench.webhooks
    webhooks.redelivery = bool(body.get("redelivery", webhooks.redelivery))
    webhooks.spacings_ms = tuple(int(spacing) for spacing in body.get("spacingsMs", webhooks.spacings_ms))
    platform.quota.limit = body.get("quota", platform.quota.limit)
    if "quotaUsed" in body:
        platform.quota.set_used(int(body["quotaUsed"]))
    channel = platform.channel
    channel.webhook_url = str(body.get("webhookUrl", channel.webhook_url))
    channel.webhook_active = bool(body.get("webhookActive", channel.webhook_active))
    channel.display_name = str(body.get("displayName", channel.display_name))
    channel.picture_url = body.get("pictureUrl", channel.picture_url)
    return {}


async def age(bench: Bench, request: Request) -> Json:
    """Make reply tokens and rate limits older: `{"seconds"}`."""
    body = await read_json(request)
    bench.platform.clock.age(float(body["seconds"]))
    return {}


async def shift_clock(bench: Bench, request: Request) -> Json:
    """Move the shared clock: `{"seconds"}` on, or `{"to": "2026-11-26T18:00+09:00"}`."""
    body = await read_json(request)
    clock = bench.platform.clock
    if "to" in body:
        moment = datetime.fromisoformat(str(body["to"]))
        if moment.tzinfo is None:
            raise ApiError(400, "the time needs its zone, such as +09:00")
        clock.shift_to(moment)
    else:
        clock.shift_by(float(body["seconds"]))
    bench.platform.signal.changed()
    return await tell_clock(bench, request)


async def tell_clock(bench: Bench, _request: Request) -> Json:
    """The platform's time."""
    clock = bench.platform.clock
    return {
        "now": clock.now().isoformat(),
        "offset": clock.offset(),
        "canShift": clock.offset_file is not None,
    }


DOORS = [
    ("POST", "/control/faults", order_fault),
    ("DELETE", "/control/faults", clear_faults),
    ("POST", "/control/faults/release", release),
    ("POST", "/control/webhooks/collect", collect),
    ("POST", "/control/webhooks/send-collected", send_collected),
    ("POST", "/control/webhooks/send-again", send_again),
    ("POST", "/control/webhooks/raw", send_raw),
    ("POST", "/control/webhooks/event", send_event),
    ("POST", "/control/settings", change_settings),
    ("POST", "/control/age", age),
    ("POST", "/control/clock", shift_clock),
    ("GET", "/control/clock", tell_clock),
]
