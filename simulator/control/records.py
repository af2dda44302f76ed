"""Control by looking: chats, screens, the bot's calls, deliveries; waiting instead of polling."""

from collections.abc import Callable

from starlette.requests import Request

from simulator.acts import person_of
from simulator.calls import Call
from simulator.chats import Chat
from simulator.choices import Device, choices_of_entry, menu_choices, quick_replies
from simulator.control.doors import Bench
from simulator.wire import ApiError, Json

LONGEST_WAIT_SECONDS = 60.0


async def list_people(bench: Bench, _request: Request) -> Json:
    """Everybody there is."""
    people = bench.platform.people.values()
    return {"people": [{**person.profile(), "state": person.state} for person in people]}


async def chat(bench: Bench, request: Request) -> Json:
    """The whole chat of a person or a group."""
    found = _chat(bench, request)
    entries = [entry.as_json() for entry in found.entries]
    return {"entries": entries, "actedAt": found.acted_at, "opened": found.opened}


async def wait_for_messages(bench: Bench, request: Request) -> Json:
    """Wait for `count` messages of the bot after entry `after` (else: since the person's last act)."""
    found = _chat(bench, request)
    after = int(request.query_params.get("after", found.acted_at))
    count = int(request.query_params.get("count", 1))
    enough = await _wait(bench, request, lambda: len(found.from_bot(after)) >= count)
    return {"enough": enough, "entries": [entry.as_json() for entry in found.from_bot(after)]}


async def visible(bench: Bench, request: Request) -> Json:
    """What a person sees now: quick replies, buttons of the newest message, rich menu, loading dots."""
    found = _chat(bench, request)
    device: Device = "pc" if request.query_params.get("device") == "pc" else "phone"
    menu = bench.platform.menus.shown_to(found.chat_id) if device == "phone" else None
    replies = quick_replies(found) if device == "phone" else []
    newest = found.from_bot(found.acted_at)
    buttons = [choice for entry in newest for choice in choices_of_entry(entry)]
    return {
        "quickReplies": [choice.as_json() for choice in replies],
        "buttons": [choice.as_json() for choice in buttons],
        "richMenu": [choice.as_json() for choice in menu_choices(menu.definition if menu else None)],
        "loading": found.loading_until_ms > bench.platform.clock.now_ms(),
    }


async def calls(bench: Bench, request: Request) -> Json:
    """The bot's calls, filtered by `path`, `how` and `accepted`; waits until there are `count` of them."""
    query = request.query_params
    wanted = query.get("accepted")

    def matches(call: Call) -> bool:
        accepted = wanted is None or call.accepted == (wanted == "true")
        return accepted and query.get("path", "") in call.path and query.get("how", call.how) == call.how

    def matching() -> list[Call]:
        return [call for call in bench.platform.calls if matches(call)]

    count = int(query.get("count", 0))
    await _wait(bench, request, lambda: len(matching()) >= count)
    return {"calls": [call.as_json() for call in matching()]}


async def deliveries(bench: Bench, request: Request) -> Json:
    """The webhooks sent and how the bot answered; waits until there are `attempts` attempts in all."""
    sent = bench.webhooks.deliveries
    wanted = int(request.query_params.get("attempts", 0))
    await _wait(bench, request, lambda: sum(len(delivery.attempts) for delivery in sent) >= wanted)
    return {"deliveries": [delivery.as_json() for delivery in sent]}


async def _wait(bench: Bench, request: Request, condition: Callable[[], bool]) -> bool:
    timeout = min(float(request.query_params.get("timeout", 5)), LONGEST_WAIT_SECONDS)
    return await bench.platform.signal.wait_until(condition, timeout)


def _chat(bench: Bench, request: Request) -> Chat:
    chat_id = request.path_params["chat"]
    if chat_id not in bench.platform.groups:
        person_of(bench.platform, chat_id)
    if chat_id not in bench.platform.chats:
        raise ApiError(404, "there is no such chat")
    return bench.platform.chats[chat_id]


DOORS = [
    ("GET", "/control/people", list_people),
    ("GET", "/control/chats/{chat}", chat),
    ("GET", "/control/chats/{chat}/wait", wait_for_messages),
    ("GET", "/control/chats/{chat}/visible", visible),
    ("GET", "/control/calls", calls),
    ("GET", "/control/webhooks", deliveries),
]
