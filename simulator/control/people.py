"""Control of people: who there is and what they do."""

from starlette.requests import Request

from simulator import acts
from simulator.choices import Choice, Device, find_choice, pressable
from simulator.control.doors import Bench, read_json
from simulator.platform import Platform
from simulator.wire import ApiError, Json


async def add_person(bench: Bench, request: Request) -> Json:
    """Make a person who has not met the account: `{"name", "language"}`."""
    body = await read_json(request)
    return bench.platform.add_person(str(body["name"]), language=str(body.get("language", "ja"))).profile()


async def follow(bench: Bench, request: Request) -> Json:
    """Add as friend, or unblock."""
    return await _carry_out(bench, request, acts.follow(bench.platform, request.path_params["user"]))


async def block(bench: Bench, request: Request) -> Json:
    """Block the account."""
    return await _carry_out(bench, request, acts.block(bench.platform, request.path_params["user"]))


async def send(bench: Bench, request: Request) -> Json:
    """Send a message: `{"type": "text", "text": …}`, sticker, image, video, audio, file, location, any.

    `content` (base64) and `preparing` (answers 202 first) go with media, `group` and `mode` with all.
    """
    body = await read_json(request)
    return await _carry_out(bench, request, acts.send(bench.platform, request.path_params["user"], body))


async def press(bench: Bench, request: Request) -> Json:
    """Press by `label` (or its number), or by `place`, `entry` and `index`; `params` for a picker."""
    body = await read_json(request)
    user = request.path_params["user"]
    acts.person_of(bench.platform, user)
    choice = _chosen(bench.platform, user, body)
    done = acts.press(bench.platform, user, choice, body.get("params"))
    return {**await _carry_out(bench, request, done), "choice": choice.as_json()}


async def postback(bench: Bench, request: Request) -> Json:
    """Send any data, as an old or forged button would: `{"data", "displayText", "params"}`."""
    body = await read_json(request)
    user = request.path_params["user"]
    display = body.get("displayText")
    done = acts.postback(bench.platform, user, str(body["data"]), display, body.get("params"))
    return await _carry_out(bench, request, done)


async def unsend(bench: Bench, request: Request) -> Json:
    """Take a message back: `{"messageId"}`."""
    body = await read_json(request)
    done = acts.unsend(bench.platform, request.path_params["user"], str(body["messageId"]))
    return await _carry_out(bench, request, done)


async def edit(bench: Bench, request: Request) -> Json:
    """Change the words of a message in a group: `{"messageId", "text"}`."""
    body = await read_json(request)
    user = request.path_params["user"]
    done = acts.edit(bench.platform, user, str(body["messageId"]), str(body["text"]))
    return await _carry_out(bench, request, done)


async def join(bench: Bench, request: Request) -> Json:
    """Invite the account into a new group: `{"members": [user ids]}`."""
    body = await read_json(request)
    return await _carry_out(bench, request, acts.join(bench.platform, list(body["members"])))


async def remove_from_group(bench: Bench, request: Request) -> Json:
    """Put the account out of a group."""
    done = acts.remove_from_group(bench.platform, request.path_params["group"])
    return await _carry_out(bench, request, done)


async def _carry_out(bench: Bench, request: Request, done: acts.Done) -> Json:
    body = await read_json(request)
    return await bench.carry_out(done, wait=bool(body.get("wait", True)))


def _chosen(platform: Platform, user: str, body: Json) -> Choice:
    device: Device = "pc" if body.get("device") == "pc" else "phone"
    menu = platform.menus.shown_to(user)
    choices = pressable(platform.chats[user], menu.definition if menu else None, device)
    if "label" in body:
        found = find_choice(choices, str(body["label"]))
    else:
        spot = (body["place"], body.get("entry"), body["index"])
        found = next((one for one in choices if (one.place, one.entry, one.index) == spot), None)
    if found is None:
        labels = ", ".join(choice.label for choice in choices[:30])
        raise ApiError(404, f"there is nothing like that to press; there is: {labels}")
    return found


DOORS = [
    ("POST", "/control/people", add_person),
    ("POST", "/control/people/{user}/follow", follow),
    ("POST", "/control/people/{user}/block", block),
    ("POST", "/control/people/{user}/send", send),
    ("POST", "/control/people/{user}/press", press),
    ("POST", "/control/people/{user}/postback", postback),
    ("POST", "/control/people/{user}/unsend", unsend),
    ("POST", "/control/people/{user}/edit", edit),
    ("POST", "/control/groups", join),
    ("POST", "/control/groups/{group}/leave", remove_from_group),
]
