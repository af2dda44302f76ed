"""A chat as the person in it sees it: what was said, by whom, and what can be pressed now."""

from dataclasses import asdict, dataclass, field
from typing import Literal

from simulator.wire import Json

How = Literal["reply", "push", "multicast"]


@dataclass
class Entry:
    """One message in a chat. `message` is the object as it was sent, `how` is set for the bot's only."""

    number: int
    speaker: Literal["user", "bot"]
    message: Json
    at_ms: int
    message_id: str | None = None
    author: str | None = None
    how: How | None = None
    silent: bool = False
    state: Literal["sent", "edited", "unsent"] = "sent"
    quick_reply_used: bool = False

    def as_json(self) -> Json:
        """The entry as the control interface tells it; the words of an unsent message are gone."""
        return asdict(self)


@dataclass
class Chat:
    """One conversation. `revision` grows with every change; `acted_at` is the length at the last act.

    `opened` keeps the addresses the person opened from buttons, oldest first.
    """

    chat_id: str
    entries: list[Entry] = field(default_factory=list)
    revision: int = 0
    acted_at: int = 0
    loading_until_ms: int = 0
    opened: list[str] = field(default_factory=list)

    def add_from_user(self, message: Json, *, author: str, message_id: str | None, at_ms: int) -> Entry:
        """Show what a person sent, and take it as their latest act."""
        entry = Entry(self._next(), "user", message, at_ms, message_id=message_id, author=author)
        self._append(entry)
        self.mark_act()
        return entry

    def add_from_bot(self, message: Json, *, message_id: str, how: How, silent: bool, at_ms: int) -> None:
        """Show what the bot sent; a loading animation ends with it."""
        entry = Entry(self._next(), "bot", message, at_ms, message_id=message_id, how=how, silent=silent)
        self.loading_until_ms = 0
        self._append(entry)

    def mark_act(self) -> None:
        """The person has done something: replies are waited for from here."""
        self.acted_at = len(self.entries)
        self.revision += 1

    def entry(self, number: int) -> Entry:
        """The entry with this number. Raises KeyError."""
        if not 1 <= number <= len(self.entries):
            raise KeyError(number)
        return self.entries[number - 1]

    def find(self, message_id: str) -> Entry:
        """The entry of a message. Raises KeyError."""
        for entry in reversed(self.entries):
            if entry.message_id == message_id:
                return entry
        raise KeyError(message_id)

    def from_bot(self, after: int = 0) -> list[Entry]:
        """The bot's messages that stand after entry number `after`."""
        return [entry for entry in self.entries[after:] if entry.speaker == "bot"]

    def quick_reply_entry(self) -> Entry | None:
        """The entry whose quick replies are on the screen: the newest one, until one of them is pressed."""
        if not self.entries:
            return None
        last = self.entries[-1]
        shown = last.speaker == "bot" and not last.quick_reply_used and last.message.get("quickReply")
        return last if shown else None

    def _next(self) -> int:
        return len(self.entries) + 1

    def _append(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.revision += 1
