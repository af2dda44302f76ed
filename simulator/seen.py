"""What a test sees of the simulated LINE: people, messages, and what came of an act."""

from dataclasses import dataclass
from typing import Self

from simulator.wire import Json

# What LINE's lock screen says for messages that carry no words.
WORDLESS = {
    "sticker": "スタンプを送信しました",
    "image": "写真を送信しました",
    "video": "動画を送信しました",
    "audio": "ボイスメッセージを送信しました",
    "location": "位置情報を送信しました",
}


class SimulatorError(AssertionError):
    """The simulator refused: what the test asks for does not exist or is not possible."""


@dataclass(frozen=True)
class Person:
    """Somebody in the simulated LINE."""

    user_id: str
    name: str


@dataclass(frozen=True)
class Message:
    """One message in a chat. `how` is reply, push or multicast for the bot's, None for a person's."""

    number: int
    speaker: str
    raw: Json
    message_id: str | None
    how: str | None
    silent: bool
    state: str

    @classmethod
    def from_json(cls, entry: Json) -> Self:
        """A message from the control interface's form."""
        names = ("number", "speaker", "message", "message_id", "how", "silent", "state")
        return cls(*(entry[name] for name in names))

    @property
    def text(self) -> str:
        """What a person reads: the text, or the text and headings inside a template or flex message."""
        return "\n".join(_words(self.raw))

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons and quick replies, in reading order."""
        return list(_labels(self.raw))

    @property
    def preview(self) -> str:
        """What a lock screen shows."""
        return preview_of(self.raw)


@dataclass(frozen=True)
class Act:
    """What came of an act. `status` is the webhook's answer, None when none was waited for."""

    status: int | None
    event_ids: list[str]
    message_id: str | None = None
    action: str | None = None
    uri: str | None = None
    data: str | None = None

    @classmethod
    def from_json(cls, told: Json) -> Self:
        """What came of an act, from the control interface's form."""
        data = told.get("choice", {}).get("action", {}).get("data")
        optional = (told.get("messageId"), told.get("action"), told.get("uri"), data)
        return cls(told["status"], told["eventIds"], *optional)


def preview_of(message: Json) -> str:
    """What a lock screen shows of a message."""
    text = message.get("altText") or message.get("text") or WORDLESS.get(message["type"], "メッセージ")
    return str(text)


def _words(node: object) -> list[str]:
    """The title and texts of a message, not those of its buttons nor what only a lock screen shows."""
    if isinstance(node, list):
        return [word for child in node for word in _words(child)]
    if not isinstance(node, dict):
        return []
    hidden = ("altText", "quickReply", "action", "actions", "defaultAction", "sender")
    own = [str(node[key]) for key in ("title", "text") if isinstance(node.get(key), str)]
    return own + [word for key, child in node.items() if key not in hidden for word in _words(child)]


def _labels(node: object) -> list[str]:
    if isinstance(node, list):
        return [label for child in node for label in _labels(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node["label"])] if isinstance(node.get("label"), str) else []
    return own + [label for child in node.values() for label in _labels(child)]
