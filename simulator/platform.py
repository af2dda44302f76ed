"""The state of the simulated platform: people, chats, tokens, allowance, menus, media, calls.

Everything happens on the event loop of one server, and no method waits: each is one atomic step.
"""

from dataclasses import dataclass

from simulator.calls import Call, Faults
from simulator.changes import Signal
from simulator.chats import Chat, How
from simulator.clock import Clock
from simulator.contents import Contents
from simulator.ids import new_group_id, new_message_id, new_request_id, new_token, new_user_id
from simulator.people import Group, Person
from simulator.quota import Quota, RateLimits
from simulator.richmenus import RichMenus
from simulator.tokens import ReplyTokens, RetryKeys
from simulator.wire import ApiError, Json

# LINE's reference, "Send push message": quotable messages get a quote token in the answer.
QUOTABLE = ("text", "textV2", "sticker", "image", "video", "template", "imagemap", "flex")


@dataclass
class Channel:
    """The bot's account with LINE: its keys, its id, where its webhook lives, and what people see of it."""

    secret: str
    token: str
    webhook_url: str
    webhook_active: bool = True
    bot_user_id: str = ""
    display_name: str = "とまりぎ"
    picture_url: str | None = "https://profile.example/tomarigi.png"

    def __post_init__(self) -> None:
        self.bot_user_id = self.bot_user_id or new_user_id()


class Platform:
    """LINE's side of one account."""

    def __init__(self, channel: Channel, clock: Clock, *, quota: int | None) -> None:
        self.channel = channel
        self.clock = clock
        self.signal = Signal()
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.chats: dict[str, Chat] = {}
        self.reply_tokens = ReplyTokens(clock)
        self.retry_keys = RetryKeys(clock)
        self.quota = Quota(clock, quota)
        self.rates = RateLimits(clock)
        self.menus = RichMenus()
        self.contents = Contents()
        self.faults = Faults()
        self.calls: list[Call] = []
        self._last_event_ms = 0

    def add_person(self, name: str, *, language: str = "ja") -> Person:
        """Somebody who has LINE but has not met the account yet."""
        person = Person(new_user_id(), name, language)
        self.people[person.user_id] = person
        self.chats[person.user_id] = Chat(person.user_id)
        self.signal.changed()
        return person

    def add_group(self, members: list[str]) -> Group:
        """A group that the account has been invited to."""
        group = Group(new_group_id(), members)
        self.groups[group.group_id] = group
        self.chats[group.group_id] = Chat(group.group_id)
        self.signal.changed()
        return group

    def event_time_ms(self) -> int:
        """The time of a new event. Two events never share a millisecond, so that their order can be told."""
        now = self.clock.now_ms()
        # A clock that was set back by more than a second starts again from there.
        soon_after = now <= self._last_event_ms < now + 1000
        self._last_event_ms = self._last_event_ms + 1 if soon_after else now
        return self._last_event_ms

    def begin_call(self, method: str, path: str, retry_key: str | None) -> Call:
        """Keep a record of a call as it arrives."""
        number = len(self.calls) + 1
        call = Call(number, self.clock.now_ms(), method, path, new_request_id(), retry_key)
        self.calls.append(call)
        self.signal.changed()
        return call

    def recipients_of(self, to: str) -> list[str]:
        """Whom a message to this id reaches. Raises ApiError 400 for an unknown id or a group not joined."""
        if to in self.people:
            return [to] if self.people[to].reachable(self.clock.now_ms()) else []
        group = self.groups.get(to)
        if group is None or not group.joined:
            raise ApiError(400, "Failed to send messages")
        return list(group.members)

    def show(self, chat_id: str, messages: list[Json], how: How, *, silent: bool) -> list[Json]:
        """Put the bot's messages into a chat, unless nobody there can be reached, and tell their ids."""
        reached = chat_id in self.groups or self.people[chat_id].reachable(self.clock.now_ms())
        sent: list[Json] = []
        for message in messages:
            answer: Json = {"id": new_message_id()}
            if message["type"] in QUOTABLE:
                answer["quoteToken"] = new_token()
            sent.append(answer)
            if reached:
                self.chats[chat_id].add_from_bot(
                    message, message_id=answer["id"], how=how, silent=silent, at_ms=self.clock.now_ms()
                )
        self.signal.changed()
        return sent
