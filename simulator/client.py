"""A client of the simulator's control interface, so that journeys in tests read like what people do."""

import base64
import json
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlencode

import urllib3

from simulator.calls import FaultKind
from simulator.choices import Device
from simulator.seen import Act, Message, Person, SimulatorError
from simulator.wire import Json

__all__ = ["Act", "Message", "Person", "Simulator", "SimulatorError"]

# A hung server must fail the test, not hold it up for good.
CALL_TIMEOUT = 90.0
WAIT_SECONDS = 40.0


class Simulator:
    """Orders the simulated people and the platform about. A person is named by a Person or a user id."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = urllib3.PoolManager(
            timeout=urllib3.Timeout(total=CALL_TIMEOUT), retries=False, maxsize=20
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.clear()

    # People

    def add_person(self, name: str = "そら", *, language: str = "ja") -> Person:
        """Somebody who has not met the account yet."""
        made = self._post("/control/people", name=name, language=language)
        return Person(made["userId"], made["displayName"])

    def add_user(self, name: str = "そら", *, language: str = "ja") -> Person:
        """Somebody who has added the account as a friend (the bot got the follow event)."""
        person = self.add_person(name, language=language)
        self.follow(person)
        return person

    def follow(self, person: Person | str) -> Act:
        """Add as friend, or unblock."""
        return self._act(person, "follow")

    def block(self, person: Person | str) -> Act:
        """Block the account."""
        return self._act(person, "block")

    # What a person does in the chat

    def say(
        self,
        person: Person | str,
        text: str,
        *,
        group: str | None = None,
        mode: str = "active",
        wait: bool = True,
    ) -> Act:
        """Type a text. Returns when the bot has answered the webhook, or at once with wait=False."""
        return self.send(person, "text", text=text, group=group, mode=mode, wait=wait)

    def send(self, person: Person | str, kind: str, **fields: Any) -> Act:
        """Send sticker, image, video, audio, file, location or any other kind of message.

        `content` (bytes) and `preparing` (202 answers before it is ready) go with media.
        """
        if isinstance(fields.get("content"), bytes):
            fields["content"] = base64.b64encode(fields["content"]).decode("ascii")
        given = {key: value for key, value in fields.items() if value is not None}
        return self._act(person, "send", type=kind, **given)

    def press(
        self,
        person: Person | str,
        label: str | int,
        *,
        params: Json | None = None,
        device: Device = "phone",
        wait: bool = True,
    ) -> Act:
        """Press the newest thing with this label, with or without its number, or with this number.

        A date picker needs `params`: {"date": "2026-11-27"}. On a PC only buttons in messages are there.
        """
        return self._act(person, "press", label=str(label), params=params, device=device, wait=wait)

    def postback(self, person: Person | str, data: str, *, display_text: str | None = None) -> Act:
        """Send any postback data, as an old or forged button would."""
        return self._act(person, "postback", data=data, displayText=display_text)

    def unsend(self, person: Person | str, message_id: str) -> Act:
        """Take a message back."""
        return self._act(person, "unsend", messageId=message_id)

    def edit(self, person: Person | str, message_id: str, text: str) -> Act:
        """Change a message in a group."""
        return self._act(person, "edit", messageId=message_id, text=text)

    def add_group(self, *members: Person) -> str:
        """Invite the account into a new group; answers the group id."""
        made = self._post("/control/groups", members=[member.user_id for member in members])
        return str(made["groupId"])

    def remove_from_group(self, group_id: str) -> Act:
        """Put the account out of a group."""
        return Act.from_json(self._post(f"/control/groups/{group_id}/leave"))

    # What is to be seen

    def messages(self, chat: Person | str) -> list[Message]:
        """Everything in a chat, from both sides."""
        return [Message.from_json(entry) for entry in self._get(f"/control/chats/{_id(chat)}")["entries"]]

    def opened(self, chat: Person | str) -> list[str]:
        """The addresses the person opened from buttons."""
        return list(self._get(f"/control/chats/{_id(chat)}")["opened"])

    def wait_for_reply(
        self, chat: Person | str, *, count: int = 1, after: int | None = None, timeout: float = WAIT_SECONDS
    ) -> list[Message]:
        """Wait for `count` messages of the bot since the person's last act (or entry `after`); all of them.

        Raises SimulatorError when they do not come.
        """
        query: Json = {"count": count, "timeout": timeout}
        if after is not None:
            query["after"] = after
        found = self._get(f"/control/chats/{_id(chat)}/wait", **query)
        if not found["enough"]:
            raise SimulatorError(f"waited {timeout} s for {count} message(s), got {len(found['entries'])}")
        return [Message.from_json(entry) for entry in found["entries"]]

    def ask(self, person: Person | str, text: str, *, count: int = 1) -> list[Message]:
        """Type a text and wait for the bot's answer."""
        self.say(person, text)
        return self.wait_for_reply(person, count=count)

    def tap(self, person: Person | str, label: str | int, *, count: int = 1) -> list[Message]:
        """Press something and wait for the bot's answer."""
        self.press(person, label)
        return self.wait_for_reply(person, count=count)

    def visible(self, person: Person | str, *, device: Device = "phone") -> Json:
        """`quickReplies`, `buttons` (since the last act), `richMenu` (each a list of choices), `loading`."""
        return self._get(f"/control/chats/{_id(person)}/visible", device=device)

    def quick_replies(self, person: Person | str, *, device: Device = "phone") -> list[str]:
        """The labels of the quick replies on the screen."""
        return [choice["label"] for choice in self.visible(person, device=device)["quickReplies"]]

    def calls(
        self,
        *,
        path: str = "",
        how: str | None = None,
        accepted: bool | None = None,
        count: int = 0,
        timeout: float = WAIT_SECONDS,
    ) -> list[Json]:
        """The bot's calls of the Messaging API. With `count`, waits until there are so many, else fails."""
        query: Json = {"path": path, "count": count, "timeout": timeout}
        if how is not None:
            query["how"] = how
        if accepted is not None:
            query["accepted"] = json.dumps(accepted)
        found: list[Json] = self._get("/control/calls", **query)["calls"]
        if len(found) < count:
            raise SimulatorError(f"waited {timeout} s for {count} call(s), got {len(found)}")
        return found

    def deliveries(self, *, attempts: int = 0, timeout: float = WAIT_SECONDS) -> list[Json]:
        """The webhooks sent. With `attempts`, waits until there were so many attempts in all."""
        found = self._get("/control/webhooks", attempts=attempts, timeout=timeout)["deliveries"]
        made = sum(len(delivery["attempts"]) for delivery in found)
        if made < attempts:
            raise SimulatorError(f"waited {timeout} s for {attempts} attempt(s), got {made}")
        return list(found)

    # Faults and odd webhooks

    def fail_next(
        self,
        kind: FaultKind = "status",
        *,
        times: int = 1,
        path: str = "",
        status: int = 500,
        milliseconds: int = 0,
        accepted: bool | None = None,
    ) -> None:
        """Spoil the next calls whose path contains `path`.

        `accepted`: whether the platform does what they ask; by default so for drop and half.
        """
        done = kind in ("drop", "half") if accepted is None else accepted
        fault = {"kind": kind, "times": times, "path": path, "status": status, "milliseconds": milliseconds}
        self._post("/control/faults", accepted=done, **fault)

    def clear_faults(self) -> None:
        """Forget all faults and let go what is held."""
        self._request("DELETE", "/control/faults")

    def release(self) -> None:
        """Let held calls go on and end hanging ones."""
        self._post("/control/faults/release")

    def collect(self) -> None:
        """From now on gather events instead of sending them."""
        self._post("/control/webhooks/collect")

    def send_collected(self, *, together: bool = True, reverse: bool = False, copies: int = 1) -> list[Json]:
        """Send what was gathered: in one body or one by one, in reverse, several times."""
        sent = self._post(
            "/control/webhooks/send-collected", together=together, reverse=reverse, copies=copies
        )
        return list(sent["deliveries"])

    def send_again(self, act: Act, *, is_redelivery: bool = False) -> Json:
        """Send the events of an act once more: a plain duplicate, or LINE's redelivery."""
        return self._post("/control/webhooks/send-again", eventIds=act.event_ids, isRedelivery=is_redelivery)

    def send_raw(
        self, body: str | bytes, *, signature: Literal["right", "wrong", "missing"] = "right"
    ) -> int:
        """Send any body to the webhook; answers its status, 0 for none."""
        raw = body.encode() if isinstance(body, str) else body
        encoded = base64.b64encode(raw).decode("ascii")
        return int(self._post("/control/webhooks/raw", base64=encoded, signature=signature)["status"])

    def send_event(self, person: Person | str, event: Json) -> Act:
        """Send an event of any kind from a person; a None in it takes a property away."""
        return Act.from_json(self._post("/control/webhooks/event", user=_id(person), event=event))

    # Settings and time

    def set_webhook(self, url: str, *, active: bool = True) -> None:
        """Where events go."""
        self._post("/control/settings", webhookUrl=url, webhookActive=active)

    def set_account(self, name: str, *, picture_url: str | None) -> None:
        """What people see of the account."""
        self._post("/control/settings", displayName=name, pictureUrl=picture_url)

    def set_redelivery(self, *, on: bool, spacings_ms: tuple[int, ...] = (20, 40, 80, 160)) -> None:
        """Whether webhooks without 2xx come again, and after how many milliseconds each time."""
        self._post("/control/settings", redelivery=on, spacingsMs=list(spacings_ms))

    def set_quota(self, limit: int | None, *, used: int = 0) -> None:
        """The month's allowance and how much of it is used; None for no limit."""
        self._post("/control/settings", quota=limit, quotaUsed=used)

    def age(self, seconds: float) -> None:
        """Make reply tokens (and rate limits) older without waiting."""
        self._post("/control/age", seconds=seconds)

    def move_clock(self, seconds: float) -> None:
        """Move the clock that all programs share through the offset file."""
        self._post("/control/clock", seconds=seconds)

    def set_clock(self, moment: str) -> None:
        """Set the shared clock: '2026-11-26T18:00+09:00'."""
        self._post("/control/clock", to=moment)

    def clock(self) -> Json:
        """`now`, `offset` and `canShift`."""
        return self._get("/control/clock")

    # HTTP

    def _act(self, person: Person | str, what: str, **fields: Any) -> Act:
        return Act.from_json(self._post(f"/control/people/{_id(person)}/{what}", **fields))

    def _get(self, path: str, /, **query: Any) -> Json:
        return self._request("GET", f"{path}?{urlencode(query)}" if query else path)

    def _post(self, path: str, /, **fields: Any) -> Json:
        return self._request("POST", path, json.dumps(fields).encode("ascii"))

    def _request(self, method: str, path: str, body: bytes | None = None) -> Json:
        headers = {"Content-Type": "application/json"}
        answer = self._http.request(method, self.base_url + path, body=body, headers=headers)
        told: Json = json.loads(answer.data)
        if answer.status != 200:
            raise SimulatorError(f"{method} {path}: {answer.status} {told.get('message')}")
        return told


def _id(person: Person | str) -> str:
    return person.user_id if isinstance(person, Person) else person
